import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import {
  amount,
  anything,
  autoRenew,
  domain,
  limit,
  listOf,
  noBody,
  none,
  page,
  subscriptionId,
} from './fields.ts'

const subscriptionIds = z.array(subscriptionId).min(1).meta({ label: 'Subscription ids', hint: 'One a line' })
const subscription = z.looseObject({
  subscriptionId: z.string(),
  subscriptionStatus: z.string().optional(),
  totalMailboxQuantity: z.number().optional(),
  pricePerMailbox: amount.optional(),
  periodStart: z.string().optional(),
  periodEnd: z.string().optional(),
  autoRenew: z.boolean().optional(),
  userId: z.string().optional(),
  domain: z.string().optional(),
})

export const subscriptions = {
  list: endpoint({
    id: 'subscriptions.list',
    page: 'Get All Subscriptions',
    method: 'GET',
    path: '/subscriptions',
    query: z.object({
      status: z.string().optional().meta({ label: 'Status' }),
      componentSubscriptionId: z.string().optional().meta({ label: 'Subscription id' }),
      domain: domain.optional(),
      page: page.optional(),
      limit: limit.optional(),
    }),
    body: noBody,
    answer: z.looseObject({ subscriptions: listOf(subscription), pagination: anything.nullish() }),
    effect: 'read',
  }),
  renew: endpoint({
    id: 'subscriptions.renew',
    page: 'Renew Subscriptions',
    method: 'POST',
    path: '/subscriptions/renew-subscriptions',
    query: none,
    body: z.object({ subscriptionIds }),
    answer: z.unknown(),
    effect: 'charge',
    endsWith: ['subscription.renewal.success', 'subscription.renewal.failed', 'subscription.past_due'],
  }),
  'auto-renew': endpoint({
    id: 'subscriptions.auto-renew',
    page: 'Toggle Auto renewal',
    method: 'POST',
    path: '/subscriptions/toggle-autorenewal',
    query: none,
    body: z.object({ subscriptionId, autoRenew }),
    answer: z.unknown(),
    effect: 'write',
    source: 'inferred',
  }),
  cancel: endpoint({
    id: 'subscriptions.cancel',
    page: 'Cancel Subscription',
    method: 'POST',
    path: '/subscriptions/cancel',
    query: none,
    body: z.object({ subscriptionId: subscriptionId.optional(), domain: domain.optional() }),
    answer: z.unknown(),
    effect: 'destroy',
    endsWith: ['subscription.cancelled'],
    note: 'Workspace and mailboxes go at once, for good.',
  }),
  recreate: endpoint({
    id: 'subscriptions.recreate',
    page: 'Subscription Recreation',
    method: 'POST',
    path: '/subscriptions/recreate',
    query: none,
    body: z.object({
      subscriptionIds: subscriptionIds.optional(),
      domainNames: z.array(domain).optional().meta({ label: 'Domains', hint: 'One a line' }),
    }),
    answer: z.unknown(),
    effect: 'destroy',
    note: 'Charges, and replaces the mailbox accounts: their mail is lost.',
  }),
}
