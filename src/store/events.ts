import type { Kysely, Selectable } from 'kysely'
import type { Schema } from './schema.ts'

export type StoredEvent = Selectable<Schema['events']>

/** SQLite takes 32,766 values a statement; five columns an event stay far below it. */
const CHUNK = 500

/**
 * Stores events and the rows that will tell of them, in one transaction: after it commits, neither is lost.
 * Events that are known already are left alone.
 * @param routeTo who hears of an event; nobody is a valid answer
 */
export async function storeEvents(
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
  routeTo: (event: StoredEvent) => { channel: string; pile: string | null }[],
): Promise<void> {
  const byId = new Map(events.map((event) => [event.event_id, event]))
  await db.transaction().execute(async (transaction) => {
    const distinct = [...byId.values()]
    for (let from = 0; from < distinct.length; from += CHUNK) {
      const fresh = await transaction
        .insertInto('events')
        .values(distinct.slice(from, from + CHUNK))
        .onConflict((conflict) => conflict.column('event_id').doNothing())
        .returning('event_id')
        .execute()
      const rows = fresh.flatMap(({ event_id }) => {
        const event = byId.get(event_id)
        return event ? routeTo(event).map((route) => ({ event, route })) : []
      })
      if (rows.length === 0) continue
      await transaction
        .insertInto('outbox')
        .values(
          rows.map(({ event, route }) => ({
            event_id: event.event_id,
            channel: route.channel,
            pile: route.pile,
            thread_ts: null,
            state: 'waiting' as const,
            attempts: 0,
            not_before: event.received_at,
            leased_by: null,
            leased_until: null,
            delivery_id: null,
            error: null,
          })),
        )
        .execute()
    }
  })
}

/** When the newest webhook came. */
export async function lastEventAt(db: Kysely<Schema>): Promise<Date | undefined> {
  const row = await db
    .selectFrom('events')
    .select(({ fn }) => fn.max('received_at').as('at'))
    .executeTakeFirst()
  return row?.at ? new Date(row.at) : undefined
}
