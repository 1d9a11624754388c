import type { Kysely } from 'kysely'
import type { StoredEvent } from '../store/events.ts'
import { mirrorRows } from '../store/mirror/rows.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/**
 * Events with the users they are about. CMR names none when a domain is renewed, in grace or gone: then it is
 * whoever the mirror knows the domain to belong to.
 */
export async function withOwners(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  events: readonly StoredEvent[],
): Promise<StoredEvent[]> {
  const domains = new Set(events.flatMap(({ user_id, domain }) => (user_id === null && domain) || []))
  const keys = [...domains].map((id) => ({ kind: 'domain' as const, id }))
  const rows = await mirrorRows({ db, dialect }, keys)
  const owners = new Map(rows.map(({ id, user_id }) => [id, user_id]))
  return events.map((event) => ({
    ...event,
    user_id: event.user_id ?? owners.get(event.domain ?? '') ?? null,
  }))
}
