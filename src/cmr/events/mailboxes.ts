import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import {
  amount,
  customer,
  domain,
  domainsIn,
  type EventGroup,
  exampleReason,
  ofDomains,
  ofFields,
  period,
  reason,
  text,
} from './event.ts'

const order = z.looseObject({
  ...domain,
  ...customer,
  subscriptionId: text,
  orderId: text,
  workspaceType: text,
  ...period,
  quantity: amount,
})
const mailbox = z.looseObject({ mailboxId: text, email: text })
const warmup = mailbox.extend({ domain: text, workspaceType: text })

/** An order of mailboxes opens a subscription. */
export const mailboxOrderEvents: EventGroup = {
  family: {
    prefix: 'mailbox.order.',
    threadBy: ['order', 'domain'],
    describes: 'subscription',
    namesOrder: true,
  },
  events: {
    'mailbox.order.success': {
      severity: 'good',
      title: 'subscription opened',
      stages: [{ of: 'subscription', step: 0, term: 'expiryDate' }],
      data: order,
      status: 'ACTIVE',
      // It tells how many were ordered: a subscription that they are added to has more.
      implies: ({ expiryDate, quantity }) => ({
        periodEnd: expiryDate,
        quantity: undefined,
        orderedQuantity: quantity,
      }),
      effect: ofDomains('news', 'domain'),
      resolves: ['mailbox.order.failed'],
    },
    'mailbox.order.failed': {
      severity: 'bad',
      title: 'mailbox order failed',
      stages: [{ of: 'failed order', step: 1 }],
      data: order.extend(reason),
      effect(data) {
        const without = domainsIn(data)
        return { effect: 'failed', parts: [], without, ...(without.length === 0 && { unnamed: ['mailbox'] }) }
      },
      example: exampleReason,
    },
  },
}

/** What people change of a mailbox, by the names that "Update mailbox details" has for it; and its status. */
const details = ['userName', 'firstName', 'lastName', 'profilePicture', 'status']

/** Returns which of a mailbox's details have changed; nothing where the event does not say it, or says more. */
function detailsIn({ updatedFields }: JsonObject): readonly string[] {
  const named = Array.isArray(updatedFields) ? updatedFields : String(updatedFields ?? '').split(/[ ,]+/)
  return named.every((name) => details.includes(name)) ? named : []
}

export const mailboxEvents: EventGroup = {
  family: {
    prefix: 'mailbox.',
    threadBy: ['domain', 'subscription', 'order'],
    describes: 'mailbox',
    namesOrder: true,
  },
  events: {
    'mailbox.created': {
      severity: 'info',
      title: 'mailbox ready',
      stages: [{ of: 'mailbox', step: 0 }],
      data: mailbox.extend({ userId: text, orderId: text }),
      threadBy: ['order', 'domain'],
      status: 'ACTIVE',
      effect: ofFields('done', 'mailbox', 'email'),
      credentials: ['password', 'appPassword', 'authenticatorSecret', 'imap', 'smtp'],
    },
    'mailbox.updated': {
      severity: 'info',
      title: 'mailbox changed',
      stages: [{ of: 'mailbox detail', step: 0, details: detailsIn }],
      data: mailbox.extend({ updatedFields: z.unknown() }),
      effect: ofFields('done', 'update', 'mailboxId'),
      example: () => ({ updatedFields: 'firstName' }),
    },
    'mailbox.exported': {
      severity: 'info',
      title: 'mailbox exported',
      data: mailbox.extend({ app: text }),
      status: 'ACTIVE',
      effect: ofFields('done', 'export', 'mailboxId'),
      example: () => ({ app: 'SMARTLEAD' }),
    },
    'mailbox.warmup.started': {
      severity: 'info',
      title: 'warm-up started',
      stages: [{ of: 'warm-up', step: 1 }],
      data: warmup,
      implies: () => ({ warmup: { status: 'ACTIVE' } }),
      effect: ofFields('done', 'warm-up', 'mailboxId'),
      charges: true,
      bareEnvelope: true,
    },
    'mailbox.warmup.removed': {
      severity: 'info',
      title: 'warm-up removed',
      stages: [{ of: 'warm-up', step: 2 }],
      data: warmup,
      implies: () => ({ warmup: null }),
      effect: ofFields('done', 'warm-up end', 'mailboxId'),
      bareEnvelope: true,
    },
  },
}
