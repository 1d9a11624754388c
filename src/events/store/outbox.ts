import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { eachOf } from '../../store/sql.ts'
import type { StoredEvent } from './events.ts'

/** A row to be posted, with its event. */
export type OutboxRow = Selectable<Schema['outbox']> &
  Pick<
    Selectable<Schema['events']>,
    'event' | 'severity' | 'data' | 'received_at' | 'source' | 'domain' | 'user_id'
  >

/** Where and how one event is told. */
export interface Placement {
  readonly channel: string
  /** Rows with the same key become one message; null leaves it to what waits in the channel. */
  readonly batchKey?: string | null
  readonly threadTs?: string | null
  /** True if it stands in the thread of its subject. */
  readonly threaded?: boolean
  /** Held back until then: quiet hours, a digest. `receipt`: until the receipt of its operation stands. */
  readonly holdUntil?: Date | 'receipt' | undefined
  readonly operationId?: string | null
  readonly routeId?: string | null
  readonly mention?: string | null
}

/** By urgency: lower goes first. */
const ranks: Record<StoredEvent['severity'], number> = { urgent: 0, bad: 1, good: 2, info: 3 }

/** Far enough: whoever holds a row until its receipt stands releases it himself. */
const NEVER = '9999-12-31T00:00:00.000Z'

/**
 * Adds events to the outbox, and schedules the queues of their channels.
 * @param db the transaction that stores the events
 */
export async function insertOutbox(
  db: Kysely<Schema>,
  rows: readonly { event: StoredEvent; placement: Placement }[],
): Promise<void> {
  const [first] = rows
  if (!first) return
  const values = eachOf(
    db,
    rows.map(({ event, placement }) => [
      event.event_id,
      placement.channel,
      placement.batchKey ?? null,
      placement.threadTs ?? null,
      placement.holdUntil ? 'held' : 'waiting',
      notBefore(placement, event),
      ranks[event.severity],
      event.subject,
      placement.threaded ? 1 : 0,
      placement.operationId ?? null,
      placement.routeId ?? null,
      placement.mention ?? null,
    ]),
  )
  await sql`
    insert into outbox (event_id, channel, batch_key, thread_ts, state, attempts, not_before, rank, subject, threaded,
      operation_id, route_id, mention)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 0, value ->> 5,
      cast(value ->> 6 as integer), value ->> 7, cast(value ->> 8 as integer), value ->> 9, value ->> 10,
      value ->> 11
    from ${values} where true
    on conflict (event_id, channel) do nothing`.execute(db)
  const now = rows.flatMap(({ placement }) => (placement.holdUntil ? [] : placement.channel))
  await scheduleQueues(db, now, first.event.received_at)
}

function notBefore({ holdUntil }: Placement, event: StoredEvent): string {
  if (holdUntil === 'receipt') return NEVER
  return holdUntil?.toISOString() ?? event.received_at
}

const channelsOf = (rows: readonly { channel: string }[]) => rows.map(({ channel }) => channel)

/**
 * Lets go of what was held back until now: quiet hours are over, a digest is due.
 * @returns how many rows
 */
export async function releaseHeld(db: Kysely<Schema>, now: Date): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .updateTable('outbox')
      .set({ state: 'waiting' })
      .where('state', '=', sql.lit('held' as const))
      .where('not_before', '<=', now.toISOString())
      .returning('channel')
      .execute()
    await scheduleQueues(transaction, channelsOf(rows), now.toISOString())
    return rows.length
  })
}

/**
 * Lets go of what is held back of an operation: it is over, or something bad has come. What has no receipt to
 * stand under waits on.
 */
export async function releaseOperation(db: Kysely<Schema>, operationId: string, now: Date): Promise<void> {
  const rows = await db
    .updateTable('outbox')
    .set({ state: 'waiting', not_before: now.toISOString() })
    .where('operation_id', '=', operationId)
    .where('state', '=', 'held')
    .where('thread_ts', 'is not', null)
    .returning('channel')
    .execute()
  await scheduleQueues(db, channelsOf(rows), now.toISOString())
}

/** What could not be posted: Slack refuses its content. */
export async function failedDeliveries(
  db: Kysely<Schema>,
  limit = 100,
): Promise<Pick<OutboxRow, 'id' | 'event_id' | 'channel' | 'error' | 'attempts' | 'event' | 'subject'>[]> {
  return db
    .selectFrom('outbox')
    .innerJoin('events', 'events.event_id', 'outbox.event_id')
    .select([
      'outbox.id',
      'outbox.event_id',
      'outbox.channel',
      'outbox.error',
      'outbox.attempts',
      'outbox.subject',
      'events.event',
    ])
    .where('outbox.state', '=', sql.lit('failed' as const))
    .orderBy('outbox.id')
    .limit(limit)
    .execute()
}

/**
 * Tries again what could not be told.
 * @param ids of rows; without them all
 * @returns how many wait again
 */
export async function retryFailed(db: Kysely<Schema>, now: Date, ids?: readonly number[]): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .updateTable('outbox')
      .set({ state: 'waiting', delivery_id: null, error: null, not_before: now.toISOString() })
      .where('state', '=', sql.lit('failed' as const))
      .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
      .returning('channel')
      .execute()
    await scheduleQueues(transaction, channelsOf(rows), now.toISOString())
    return rows.length
  })
}

/** Returns how many rows wait, or are held back, and how many failed for good. */
export async function outboxStats(db: Kysely<Schema>): Promise<{ waiting: number; failed: number }> {
  const count = (state: 'waiting' | 'failed') =>
    db
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .where('state', '=', sql.lit(state))
      .executeTakeFirstOrThrow()
  const [waiting, failed] = [await count('waiting'), await count('failed')]
  return { waiting: Number(waiting.rows), failed: Number(failed.rows) }
}

/**
 * Makes the queues of channels due. An earlier time that stands already is left alone, and nothing is written: on
 * a busy intake that is the rule.
 */
export async function scheduleQueues(db: Kysely<Schema>, channels: Iterable<string>, dueAt: string) {
  // Always in the same order, so that two transactions never wait for each other.
  const rows = [...new Set(channels)].sort().map((channel) => ({ channel, due_at: dueAt, attempts: 0 }))
  if (rows.length === 0) return
  await db
    .insertInto('channel_queues')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('channel')
        .doUpdateSet(({ ref }) => ({ due_at: ref('excluded.due_at') }))
        .where(({ or, eb, ref }) =>
          or([
            eb('channel_queues.due_at', 'is', null),
            eb('channel_queues.due_at', '>', ref('excluded.due_at')),
          ]),
        ),
    )
    .execute()
}
