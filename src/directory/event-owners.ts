import type { Kysely } from 'kysely'
import type { StoredEvent } from '../events/store/events.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { directoryEntries, type EntryKey, keyOf } from './store/rows.ts'

/**
 * Events with the users and domains that they are about, as far as the mirror knows what CMR leaves out: the user
 * when a domain is renewed, in grace or gone; the domain in an older form of what it tells of subscriptions.
 */
export async function withOwners(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  events: readonly StoredEvent[],
): Promise<StoredEvent[]> {
  const keys = new Map(events.flatMap(askedFor).map((key) => [keyOf(key), key]))
  const found = await directoryEntries({ db, dialect }, [...keys.values()])
  const rows = new Map(found.map((row) => [keyOf(row), row]))
  return events.map((event) => {
    const known = askedFor(event).flatMap((key) => rows.get(keyOf(key)) ?? [])
    const { user_id, domain } = event
    return {
      ...event,
      user_id: user_id ?? known.find((row) => row.user_id !== null)?.user_id ?? null,
      domain: domain ?? known.find((row) => row.domain !== null)?.domain ?? null,
    }
  })
}

/** What the mirror is asked for. */
function askedFor({ user_id, domain, subject }: StoredEvent): EntryKey[] {
  const [, subscription] = /^subscription:(.+)$/.exec(subject ?? '') ?? []
  return [
    ...(user_id === null && domain ? [{ kind: 'domain' as const, id: domain }] : []),
    ...(domain === null && subscription ? [{ kind: 'subscription' as const, id: subscription }] : []),
  ]
}
