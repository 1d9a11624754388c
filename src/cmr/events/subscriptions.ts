import { z } from 'zod'
import { amount, customer, type EventGroup, ofFields, text } from './event.ts'

const subscription = z.looseObject({
  ...customer,
  subscriptionId: text,
  domainId: text,
  domain: text,
  workspaceType: text,
  quantity: amount,
  periodStart: text,
  periodEnd: text,
  autoRenew: z.boolean().optional(),
  description: text,
  subscriptionStatus: text,
})

export const subscriptionEvents: EventGroup = {
  family: { prefix: 'subscription.', threadBy: ['subscription', 'domain'], describes: 'subscription' },
  events: {
    'subscription.renewing': {
      severity: 'info',
      title: 'renewal in progress',
      stages: [{ of: 'subscription', step: 1, term: 'periodEnd' }],
      data: subscription,
      status: 'RENEWING',
      effect: ofFields('news', 'subscription', 'subscriptionId'),
      example: () => ({ subscriptionStatus: 'RENEWING' }),
    },
    'subscription.renewal.success': {
      severity: 'good',
      title: 'subscription renewed',
      stages: [{ of: 'subscription', step: 0, term: 'periodEnd' }],
      data: subscription,
      status: 'ACTIVE',
      effect: ofFields('done', 'subscription', 'subscriptionId'),
      charges: true,
      resolves: ['subscription.renewal.failed', 'subscription.past_due', 'subscription.expired'],
    },
    'subscription.renewal.failed': {
      severity: 'bad',
      title: 'a domain blocks the renewal',
      stages: [{ of: 'subscription', step: 2, term: 'periodEnd', repeats: true }],
      data: subscription,
      effect: ofFields('failed', 'subscription', 'subscriptionId'),
      domainIsEnding: true,
    },
    'subscription.past_due': {
      severity: 'urgent',
      title: 'payment failed',
      stages: [{ of: 'subscription', step: 2, term: 'periodEnd' }],
      data: subscription,
      status: 'PAST_DUE',
      effect: ofFields('failed', 'subscription', 'subscriptionId'),
      // What is past due was not paid when its period ended.
      example: (now) => ({ periodEnd: now, subscriptionStatus: 'PAST_DUE' }),
    },
    'subscription.expired': {
      severity: 'urgent',
      title: 'subscription over',
      stages: [{ of: 'subscription', step: 3, term: 'periodEnd' }],
      data: subscription,
      status: 'EXPIRED',
      // "7 days past due without auto-renew"
      mailboxesBecome: 'EXPIRED',
      example: () => ({ autoRenew: false, subscriptionStatus: 'EXPIRED' }),
    },
    'subscription.cancelled': {
      severity: 'bad',
      title: 'subscription cancelled',
      stages: [{ of: 'subscription', step: 4, term: 'periodEnd' }],
      data: subscription,
      status: 'CANCELLED',
      mailboxesBecome: 'gone',
      resolves: ['subscription.renewal.failed', 'subscription.past_due', 'subscription.expired'],
      effect: ofFields('done', 'cancellation', 'subscriptionId', 'domain'),
      example: () => ({ subscriptionStatus: 'CANCELLED' }),
    },
    'subscription.updated': {
      severity: 'info',
      title: 'subscription changed',
      stages: [{ of: 'price', step: 0 }],
      data: subscription,
    },
  },
}
