import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { isLike, isOneOf, literal } from '../../store/sql.ts'
import type { StoredEvent } from './events.ts'

/** What people look for in the event log; what is left out is not asked. */
export interface EventSearch {
  /** A kind, or several: `subscription.*`, `*.failed`. */
  readonly event?: string | undefined
  readonly source?: StoredEvent['source'] | undefined
  readonly since?: Date | undefined
  readonly before?: Date | undefined
  /** `subscription:ID`, a domain's name, or a userId. */
  readonly about?: string | undefined
  readonly told?: boolean | undefined
  /** The only customers whose events are looked for. */
  readonly customers?: readonly string[] | undefined
}

/** An event, and in how many channels it was told. */
export type LoggedEvent = StoredEvent & { readonly told: number; readonly waiting: number }

/**
 * Events, the newest first. What the bot itself said is none of them, unless its source is asked for.
 * @param page.from how many are passed over
 */
export async function eventLog(
  db: Kysely<Schema>,
  search: EventSearch,
  page: { readonly from: number; readonly limit: number },
): Promise<LoggedEvent[]> {
  const rows = await matching(db, search)
    .selectAll('events')
    .select(({ selectFrom, fn }) => [
      selectFrom('outbox')
        .select(fn.countAll<number>().as('n'))
        .whereRef('outbox.event_id', '=', 'events.event_id')
        .where('state', '=', 'posted')
        .as('told'),
      selectFrom('outbox')
        .select(fn.countAll<number>().as('n'))
        .whereRef('outbox.event_id', '=', 'events.event_id')
        .where('state', 'in', ['waiting', 'held'])
        .as('waiting'),
    ])
    .orderBy('received_at', 'desc')
    .orderBy('event_id')
    .offset(page.from)
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({ ...row, told: Number(row.told), waiting: Number(row.waiting) }))
}

/** Returns how many events a search finds. */
export async function countEvents(db: Kysely<Schema>, search: EventSearch): Promise<number> {
  const { count } = await matching(db, search)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function matching(db: Kysely<Schema>, search: EventSearch) {
  const { event, source, since, before, about, told, customers } = search
  const kinds = event && literal(event).replaceAll('*', '%')
  const isPosted = sql<boolean>`exists (select 1 from outbox where outbox.event_id = events.event_id and state = 'posted')`
  return db
    .selectFrom('events')
    .$if(source !== undefined, (query) => query.where('source', '=', source ?? 'webhook'))
    .$if(source === undefined, (query) => query.where('source', '!=', 'bot'))
    .$if(kinds !== undefined, (query) => query.where(isLike('event', kinds ?? '')))
    .$if(since !== undefined, (query) => query.where('received_at', '>=', since?.toISOString() ?? ''))
    .$if(before !== undefined, (query) => query.where('received_at', '<', before?.toISOString() ?? ''))
    .$if(about !== undefined, (query) =>
      query.where(({ or, eb }) =>
        or([
          eb('subject', '=', about ?? ''),
          eb('domain', '=', about?.toLowerCase() ?? ''),
          eb('user_id', '=', about ?? ''),
        ]),
      ),
    )
    .$if(customers !== undefined, (query) => query.where(isOneOf(db, 'user_id', customers ?? [])))
    .$if(told !== undefined, (query) => query.where(told ? isPosted : sql<boolean>`not ${isPosted}`))
}

/** One telling of an event, and the message that it stands in, once it does. */
export type EventDelivery = Pick<
  Selectable<Schema['outbox']>,
  'channel' | 'state' | 'not_before' | 'route_id' | 'operation_id' | 'moved_from' | 'error'
> & {
  readonly ts: string | null
  readonly thread_ts: string | null
  readonly posted_channel: string | null
}

/** Where an event was told, or will be. */
export async function deliveriesOf(db: Kysely<Schema>, eventId: string): Promise<EventDelivery[]> {
  return db
    .selectFrom('outbox')
    .leftJoin('messages', 'messages.delivery_id', 'outbox.delivery_id')
    .select([
      'outbox.channel',
      'outbox.state',
      'outbox.not_before',
      'outbox.route_id',
      'outbox.operation_id',
      'outbox.moved_from',
      'outbox.error',
      'messages.ts',
      'messages.thread_ts',
      'messages.channel as posted_channel',
    ])
    .where('outbox.event_id', '=', eventId)
    .orderBy('outbox.id')
    .execute()
}
