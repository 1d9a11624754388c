import { z } from 'zod'
import { pageOf } from '../answers/page.ts'
import { subscription } from '../answers/subscriptions.ts'
import { endpoint } from '../endpoint.ts'
import {
  autoRenew,
  domain,
  domains,
  exactlyOne,
  limit,
  page,
  subscriptionId,
  subscriptionIds,
} from './fields.ts'

export const subscriptions = {
  list: endpoint({
    id: 'subscriptions.list',
    page: 'Get All Subscriptions',
    method: 'GET',
    path: '/subscriptions',
    query: z.object({
      status: z.string().optional().meta({ label: 'Status' }),
      componentSubscriptionId: subscriptionId.optional(),
      domain: domain.optional(),
      page: page.optional(),
      limit: limit.optional(),
    }),
    answer: pageOf(subscription, 'subscriptions'),
    effect: 'read',
  }),
  renew: endpoint({
    id: 'subscriptions.renew',
    page: 'Renew Subscriptions',
    method: 'POST',
    path: '/subscriptions/renew-subscriptions',
    body: z.object({ subscriptionIds }),
    answer: z.unknown(),
    effect: 'charge',
    narrowedBy: ['subscriptionIds'],
    endsWith: ['subscription.renewal.success', 'subscription.renewal.failed', 'subscription.past_due'],
  }),
  'auto-renew': endpoint({
    id: 'subscriptions.auto-renew',
    page: 'Toggle Auto renewal',
    method: 'POST',
    path: '/subscriptions/toggle-autorenewal',
    body: z.object({ subscriptionId, autoRenew }),
    answer: z.unknown(),
    effect: 'write',
    inferred: ['body'],
  }),
  cancel: endpoint({
    id: 'subscriptions.cancel',
    page: 'Cancel Subscription',
    method: 'POST',
    path: '/subscriptions/cancel',
    body: exactlyOne(
      z.object({ subscriptionId: subscriptionId.optional(), domain: domain.optional() }),
      'subscriptionId',
      'domain',
    ),
    answer: z.unknown(),
    effect: 'destroy',
    narrowedBy: ['subscriptionId', 'domain'],
    endsWith: ['subscription.cancelled'],
    note: 'Exactly one of `subscriptionId` and `domain`. Workspace and mailboxes go at once, for good.',
  }),
  recreate: endpoint({
    id: 'subscriptions.recreate',
    page: 'Subscription Recreation',
    method: 'POST',
    path: '/subscriptions/recreate',
    body: exactlyOne(
      z.object({ subscriptionIds: subscriptionIds.optional(), domainNames: domains.optional() }),
      'subscriptionIds',
      'domainNames',
    ),
    answer: z.unknown(),
    effect: 'destroy',
    narrowedBy: ['subscriptionIds', 'domainNames'],
    note: 'No new charge is documented: the new subscription takes over the billing of the old, whose id stops resolving. One page calls the mailboxes preserved, another says that the accounts are new and their mail is lost. Exactly one of `subscriptionIds` and `domainNames`. One page has the path `/component/subscriptions/recreate`.',
  }),
}
