import { domainNamesIn, MOST_REFERENCES } from '../cmr/events/references.ts'
import { type DirectoryUpdate, type Ending, endingOf, isObject, updatesOfRow } from './updates.ts'

type Json = Readonly<Record<string, unknown>>

/** The state that an event's name tells, where its data does not. */
const statusBy: Readonly<Record<string, string>> = {
  'domain.order.success': 'ACTIVE',
  'domain.renewal.success': 'ACTIVE',
  'domain.grace_period': 'GRACE_PERIOD',
  'domain.expired': 'EXPIRED',
  'mailbox.order.success': 'ACTIVE',
  'mailbox.created': 'ACTIVE',
  'mailbox.exported': 'ACTIVE',
  'subscription.renewing': 'RENEWING',
  'subscription.renewal.success': 'ACTIVE',
  'subscription.past_due': 'PAST_DUE',
  'subscription.expired': 'EXPIRED',
  'subscription.cancelled': 'CANCELLED',
}

const warmupBy: Readonly<Record<string, Json>> = {
  'mailbox.warmup.started': { warmup: { status: 'ACTIVE' } },
  'mailbox.warmup.removed': { warmup: null },
}

/** What the end of a subscription means for its mailboxes ("Cancel Subscription"; 7 days past due without auto-renew). */
const endsBy: Readonly<Record<string, Ending['mailboxes']>> = {
  'subscription.cancelled': 'gone',
  'subscription.expired': 'EXPIRED',
}

/** The subscriptions that an event says are over. */
export function endingsOfEvent(event: string, data: Json): Ending[] {
  const mailboxes = endsBy[event]
  if (!mailboxes) return []
  const listed = [data.subscriptions ?? data].flat().filter(isObject)
  return listed.slice(0, MOST_REFERENCES).flatMap((one) => endingOf(one, mailboxes))
}

/** A pre-warmed order is delivered as domains, each with its subscription and mailboxes ("Webhooks"). */
function prewarmedBy(event: string, data: Json): DirectoryUpdate[] {
  if (event !== 'prewarmup.order.success') return []
  const { userId, orderId, serviceProvider } = data
  const shared = { userId, serviceProvider, status: 'ACTIVE' }
  const details = [data.mailboxDetails].flat().filter(isObject).slice(0, MOST_REFERENCES)
  if (details.length === 0) return updatesOfRow.domain({ ...shared, domain: data.domain })
  return details.flatMap(({ domain, subscriptionId, preWarmedUpMailboxes }) => {
    const mailboxes = [preWarmedUpMailboxes].flat().filter(isObject)
    const quantity = mailboxes.length || undefined
    return [
      ...updatesOfRow.domain({ ...shared, domain }),
      ...updatesOfRow.subscription({ ...shared, domain, subscriptionId, quantity }),
      ...mailboxes.flatMap((mailbox) =>
        updatesOfRow.mailbox({ ...mailbox, ...shared, domain, subscriptionId, orderId }),
      ),
    ]
  })
}

/** What an event tells of users, domains, mailboxes, subscriptions and orders; of each that is in its list. */
export function updatesFromEvent(event: string, data: Json): DirectoryUpdate[] {
  const listed = ['domains', 'mailboxes', 'subscriptions'].flatMap((name) => data[name]).filter(isObject)
  if (listed.length > 0) {
    const { domains: _, mailboxes: __, subscriptions: ___, ...shared } = data
    return listed.slice(0, MOST_REFERENCES).flatMap((one) => updatesFromEvent(event, { ...shared, ...one }))
  }
  const status = statusBy[event]
  const row: Json = { ...(status && { status }), ...data }
  const user = data.userId ? updatesOfRow.user({ userId: data.userId, email: data.userEmail }) : []
  const order = updatesOfRow.order({
    orderId: data.orderId,
    userId: data.userId,
    domain: data.domainName ?? data.domain,
    ...(event.startsWith('prewarmup.') && { domains: domainNamesIn(data) }),
  })
  if (event.startsWith('domain.')) return [...user, ...order, ...updatesOfRow.domain(row)]
  if (event.startsWith('subscription.')) return [...user, ...updatesOfRow.subscription(row)]
  if (event.startsWith('mailbox.order.')) {
    const opened = event === 'mailbox.order.success' ? { ...row, periodEnd: data.expiryDate } : data
    return [...user, ...order, ...updatesOfRow.subscription(opened)]
  }
  if (event.startsWith('mailbox.'))
    return [...user, ...order, ...updatesOfRow.mailbox({ ...row, ...warmupBy[event] })]
  if (event.startsWith('prewarmup.')) return [...user, ...order, ...prewarmedBy(event, data)]
  return user
}
