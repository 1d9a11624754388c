import { declarationOf } from '../../cmr/events/index.ts'
import { SAME_TERM_MS } from '../../cmr/events/stages.ts'
import type { DirectoryChange } from '../../directory/changes.ts'
import { forwardingOf, hasSameDetails } from '../../directory/details.ts'
import { emailOf } from '../../directory/find/labels.ts'
import type { DirectoryEntry } from '../../directory/store/rows.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { storedEvent } from '../../events/stored-event.ts'

/**
 * Returns the event that a change becomes, with the fields that CMR's webhook would have, as far as a list of CMR's
 * shows them.
 * @param current the row as it is now; undefined where CMR has the thing no longer
 * @param owner the customer's row, where it is known
 * @param at ISO 8601; what is told together has one time
 */
export function foundEvent(
  { event, eventId, entry, priceBefore, fields }: DirectoryChange,
  current: DirectoryEntry | undefined,
  owner: DirectoryEntry | undefined,
  at: string,
): StoredEvent {
  const row = current ?? entry
  const data = defined({
    userId: row.user_id,
    userEmail: owner && emailOf(owner),
    ...dataOf[row.kind]?.(row, JSON.parse(row.data), event),
    updatedFields: fields,
    before: priceBefore === undefined ? undefined : { pricePerMailbox: (priceBefore / 100).toFixed(2) },
  })
  const severity = declarationOf(event)?.severity ?? 'info'
  return storedEvent({ event, eventId, severity, data }, at, 'sync')
}

type Data = Readonly<Record<string, unknown>>
type DataOf = (row: DirectoryEntry, kept: Data, event: string) => Data

const dataOf: Partial<Record<DirectoryEntry['kind'], DataOf>> = {
  domain: (row, { domainId, forwarding }, event) => ({
    domainId,
    ...(event === 'dns-record.updated' && { action: 'FORWARDING', forwardTo: forwarding }),
    domainName: row.id,
    creationTime: row.began_at,
    expiryDate: row.ends_at,
  }),
  subscription: (row, { domainId, serviceProvider }, event) => ({
    subscriptionId: row.id,
    domainId,
    workspaceType: serviceProvider,
    quantity: row.quantity,
    ...(event === 'mailbox.order.success'
      ? { domainName: row.domain, creationTime: row.began_at, expiryDate: row.ends_at }
      : {
          domain: row.domain,
          periodStart: row.began_at,
          periodEnd: row.ends_at,
          autoRenew: row.auto_renew === null ? undefined : row.auto_renew === 1,
          subscriptionStatus: row.status,
        }),
    ...(event === 'subscription.updated' &&
      row.price_cents !== null && { pricePerMailbox: (row.price_cents / 100).toFixed(2) }),
  }),
  mailbox: (row, { orderId, email, firstName, lastName }, event) => ({
    mailboxId: row.id,
    email,
    orderId,
    domain: row.domain,
    subscriptionId: row.subscription_id,
    ...(event === 'mailbox.updated' && { firstName, lastName, status: row.status }),
  }),
}

function defined(data: Data): Data {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined && value !== null))
}

/**
 * Tells whether a change still is as it was seen. What CMR showed only for a moment, or what something newer has
 * overtaken, is no news.
 */
export function stillHolds(
  { event, entry, fields = [] }: DirectoryChange,
  current: DirectoryEntry | undefined,
): boolean {
  if (!current) return isEnd.test(event)
  if (event.startsWith('mailbox.warmup.')) return current.warmup_status === entry.warmup_status
  if (event === 'subscription.updated') return current.price_cents === entry.price_cents
  if (event === 'mailbox.updated') return hasSameDetails(entry, current, fields)
  if (event === 'dns-record.updated') return forwardingOf(current) === forwardingOf(entry)
  if (event === 'mailbox.created') return current.status === 'ACTIVE'
  const later = current.ends_at && entry.ends_at ? Date.parse(current.ends_at) - Date.parse(entry.ends_at) : 0
  if (event.endsWith('.success')) return later >= -SAME_TERM_MS
  return current.status === entry.status && Math.abs(later) <= SAME_TERM_MS
}

/** CMR may no longer list what is over. */
const isEnd = /[.](expired|cancelled)$/
