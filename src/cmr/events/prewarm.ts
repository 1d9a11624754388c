import { z } from 'zod'
import { customer, type EventGroup, exampleReason, ofDomains, reason, text } from './event.ts'

/** A pre-warmed domain with its mailboxes; each comes with credentials, which are not declared and so never kept. */
const prewarmed = z.looseObject({
  domain: text,
  subscriptionId: text,
  preWarmedUpMailboxes: z
    .array(
      z.looseObject({
        mailboxId: text,
        email: text,
        firstName: text,
        lastName: text,
        isAdmin: z.boolean().optional(),
        warmingUpFrom: text,
        expiryDate: text,
      }),
    )
    .optional(),
})
const order = z.looseObject({
  ...customer,
  orderId: text,
  serviceProvider: text,
  domain: text,
  mailboxDetails: z.array(prewarmed).optional(),
})
/** CMR does not document where it lists the domains of this one. */
const undelivered = order.extend({
  ...reason,
  domains: z.array(z.looseObject({ domain: text, ...reason })).optional(),
})

export const prewarmEvents: EventGroup = {
  family: {
    prefix: 'prewarmup.',
    threadBy: ['order', 'domain'],
    describes: 'pre-warmed domain',
    namesOrder: true,
  },
  events: {
    'prewarmup.order.success': {
      severity: 'good',
      title: 'pre-warmed domain delivered',
      stages: [
        { of: 'domain', step: 0 },
        { of: 'subscription', step: 0 },
        { of: 'mailbox', step: 0 },
      ],
      data: order,
      status: 'ACTIVE',
      effect: ofDomains('done', 'pre-warmed'),
      resolves: ['prewarmup.order.failed'],
    },
    'prewarmup.order.failed': {
      severity: 'bad',
      title: 'pre-warmed domain not delivered',
      data: undelivered,
      effect: ofDomains('failed', 'pre-warmed'),
      example: exampleReason,
    },
  },
}
