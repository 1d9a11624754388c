import type { Kysely } from 'kysely'
import { declarationOf, familyOf } from '../cmr/events/index.ts'
import { domainNamesIn, MOST_REFERENCES } from '../cmr/events/references.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'
import type { StoredEvent } from '../events/store/events.ts'
import type { Schema } from '../store/schema.ts'
import { withNames } from './event-names.ts'
import { type DirectoryEntry, directoryEntries, type EntryKey, keyOf } from './store/rows.ts'
import { type DirectoryUpdate, endingOf, type SubscriptionEnd, updatesOfRow } from './updates.ts'

/**
 * Returns events with the users and domains that they are about, as far as the directory knows what CMR leaves out: the
 * user when a domain is renewed, in grace or gone; the domain in an older form of what it tells of subscriptions. A
 * subscription that has changed is told with what it was before, which the directory forgets with the event.
 */
export async function withOwners(
  db: Kysely<Schema>,
  unnamed: readonly StoredEvent[],
): Promise<StoredEvent[]> {
  const events = await withNames(db, unnamed)
  const keys = new Map(events.flatMap(entriesNeeded).map((key) => [keyOf(key), key]))
  const found = await directoryEntries({ db }, [...keys.values()])
  const rows = new Map(found.map((row) => [keyOf(row), row]))
  return events.map((event) => {
    const known = entriesNeeded(event).flatMap((key) => rows.get(keyOf(key)) ?? [])
    const { user_id, domain } = event
    const before = known.find(({ kind }) => kind === 'subscription')
    return {
      ...event,
      data: before && isChange(event) ? withBefore(event.data, before) : event.data,
      user_id: user_id ?? known.find((row) => row.user_id !== null)?.user_id ?? null,
      domain: domain ?? known.find((row) => row.domain !== null)?.domain ?? null,
    }
  })
}

/** CMR's events of changes do not say what was there before. */
const isChange = ({ event }: StoredEvent) => event === 'subscription.updated'

function withBefore(data: string, row: DirectoryEntry): string {
  const told = JSON.parse(data) as Record<string, unknown>
  if (told.before !== undefined) return data
  return JSON.stringify({ ...told, before: termsOf(row) })
}

/** Returns what a subscription's events tell of it, by CMR's names, as a row has it. */
function termsOf(row: DirectoryEntry): Record<string, unknown> {
  const { price_cents, quantity, auto_renew, ends_at, status } = row
  const terms = {
    pricePerMailbox: price_cents === null ? null : (price_cents / 100).toFixed(2),
    quantity,
    autoRenew: auto_renew === null ? null : auto_renew === 1,
    periodEnd: ends_at,
    subscriptionStatus: status,
  }
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== null))
}

/** What the directory is asked for. */
function entriesNeeded(event: StoredEvent): EntryKey[] {
  const { user_id, domain, subject } = event
  const [, subscription] = /^subscription:(.+)$/.exec(subject ?? '') ?? []
  return [
    ...(user_id === null && domain ? [{ kind: 'domain' as const, id: domain }] : []),
    ...((domain === null || isChange(event)) && subscription
      ? [{ kind: 'subscription' as const, id: subscription }]
      : []),
  ]
}

/** What an event has of these is not what CMR's lists show: it would look like a change there. */
const unread = { profilePicture: undefined, domainForwarding: undefined }

/** Returns the subscriptions that are over with an event. */
export function endingsOfEvent(event: string, data: JsonObject): SubscriptionEnd[] {
  const mailboxes = declarationOf(event)?.mailboxesBecome
  if (!mailboxes) return []
  const listed = [data.subscriptions ?? data].flat().filter(isObject)
  return listed.slice(0, MOST_REFERENCES).flatMap((one) => endingOf(one, mailboxes))
}

/** A pre-warmed order is delivered as domains, each with its subscription and mailboxes ("Webhooks"). */
function prewarmedBy(status: string | undefined, data: JsonObject): DirectoryUpdate[] {
  if (!status) return []
  const { userId, orderId, serviceProvider } = data
  const shared = { userId, serviceProvider, status }
  const details = [data.mailboxDetails].flat().filter(isObject).slice(0, MOST_REFERENCES)
  if (details.length === 0) return updatesOfRow.domain({ ...shared, domain: data.domain })
  return details.flatMap(({ domain, subscriptionId, preWarmedUpMailboxes }) => {
    const mailboxes = [preWarmedUpMailboxes].flat().filter(isObject)
    const quantity = mailboxes.length || undefined
    return [
      ...updatesOfRow.domain({ ...shared, domain }),
      ...updatesOfRow.subscription({ ...shared, domain, subscriptionId, quantity }),
      ...mailboxes.flatMap((mailbox) =>
        updatesOfRow.mailbox({ ...mailbox, ...shared, ...unread, domain, subscriptionId, orderId }),
      ),
    ]
  })
}

/** Returns what the directory learns from an event: of each thing that it lists, or of the one that it is about. */
export function updatesFromEvent(event: string, data: JsonObject): DirectoryUpdate[] {
  const listed = ['domains', 'mailboxes', 'subscriptions'].flatMap((name) => data[name]).filter(isObject)
  if (listed.length > 0) {
    const { domains: _, mailboxes: __, subscriptions: ___, ...shared } = data
    return listed.slice(0, MOST_REFERENCES).flatMap((one) => updatesFromEvent(event, { ...shared, ...one }))
  }
  const { describes, namesOrder } = familyOf(event)
  const { status, implies } = declarationOf(event) ?? {}
  const row: JsonObject = { ...(status && { status }), ...data, ...unread, ...implies?.(data) }
  const user = data.userId ? updatesOfRow.user({ userId: data.userId, email: data.userEmail }) : []
  const order = namesOrder ? orderUpdates(data, describes === 'pre-warmed domain') : []
  if (!describes) return user
  if (describes === 'pre-warmed domain') return [...user, ...order, ...prewarmedBy(status, data)]
  return [...user, ...order, ...updatesOfRow[describes](row)]
}

function orderUpdates(data: JsonObject, hasSeveralDomains: boolean): DirectoryUpdate[] {
  const { orderId, userId } = data
  const domain = data.domainName ?? data.domain
  return updatesOfRow.order({
    orderId,
    userId,
    domain,
    ...(hasSeveralDomains && { domains: domainNamesIn(data) }),
  })
}
