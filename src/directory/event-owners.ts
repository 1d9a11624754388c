import type { Kysely } from 'kysely'
import type { StoredEvent } from '../events/store/events.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { type DirectoryEntry, directoryEntries, type EntryKey, keyOf } from './store/rows.ts'

/**
 * Returns events with the users and domains that they are about, as far as the directory knows what CMR leaves out: the
 * user when a domain is renewed, in grace or gone; the domain in an older form of what it tells of subscriptions. A
 * subscription that has changed is told with what it was before, which the directory forgets with the event.
 */
export async function withOwners(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  events: readonly StoredEvent[],
): Promise<StoredEvent[]> {
  const keys = new Map(events.flatMap(entriesNeeded).map((key) => [keyOf(key), key]))
  const found = await directoryEntries({ db, dialect }, [...keys.values()])
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
