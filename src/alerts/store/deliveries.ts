import { type Kysely, sql } from 'kysely'
import type { OutboxRow } from '../../events/store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import { keepThread, type ThreadChange } from './threads.ts'

/** As much of a waiting row as decides what the next message is. */
export type Queued = Pick<
  OutboxRow,
  'id' | 'event_id' | 'event' | 'rank' | 'subject' | 'threaded' | 'batch_key' | 'thread_ts' | 'not_before'
>

const waiting = sql.lit('waiting' as const)
const queued = [
  'outbox.id',
  'outbox.event_id',
  'outbox.rank',
  'outbox.subject',
  'outbox.threaded',
  'outbox.batch_key',
  'outbox.thread_ts',
  'outbox.not_before',
  'events.event',
] as const

/** The delivery in a channel that was begun and of which it is not known whether Slack has it. */
export async function begunDelivery(db: Kysely<Schema>, channel: string): Promise<OutboxRow[]> {
  const first = await db
    .selectFrom('outbox')
    .select('delivery_id')
    .where('channel', '=', channel)
    .where('state', '=', waiting)
    .where('delivery_id', 'is not', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (!first?.delivery_id) return []
  return withEvents(db).where('delivery_id', '=', first.delivery_id).where('state', '=', waiting).execute()
}

/** How many rows are looked at for one message: more than it takes. */
const LOOK = 300
const LEAST_URGENT = 3
/** How far back a subject's own queue is looked at. */
const LOOK_BACK = 2000

/**
 * What waits in a channel, the urgent first, as far as the next message can take it.
 * @returns beside the head of the queue, what waits longer on the same subjects
 */
export async function queuedRows(
  db: Kysely<Schema>,
  channel: string,
): Promise<{ head: Queued[]; earlier: Queued[] }> {
  const rows = () =>
    db
      .selectFrom('outbox')
      .innerJoin('events', 'events.event_id', 'outbox.event_id')
      .select(queued)
      .where('outbox.channel', '=', channel)
      .where('outbox.state', '=', waiting)
      .where('outbox.delivery_id', 'is', null)
  const head = await rows().orderBy('outbox.rank').orderBy('outbox.id').limit(LOOK).execute()
  // What came before the least urgent stands before it in the queue.
  const hurried = head.filter(({ rank }) => rank < LEAST_URGENT)
  const subjects = [...new Set(hurried.flatMap(({ subject }) => subject ?? []))]
  if (head.length < LOOK || subjects.length === 0) return { head, earlier: [] }
  const known = new Set(head.map(({ id }) => id))
  const all = await rows()
    .where('outbox.subject', 'in', subjects)
    .orderBy('outbox.id')
    .limit(LOOK_BACK)
    .execute()
  return { head, earlier: all.filter(({ id }) => !known.has(id)) }
}

/** Rows with all that a message says of them, in the order in which they came. */
export async function rowsOf(db: Kysely<Schema>, ids: readonly number[]): Promise<OutboxRow[]> {
  return withEvents(db).where('outbox.id', 'in', ids).execute()
}

/** What a message told. */
export async function rowsOfDelivery(db: Kysely<Schema>, deliveryId: string): Promise<OutboxRow[]> {
  return withEvents(db).where('outbox.delivery_id', '=', deliveryId).execute()
}

function withEvents(db: Kysely<Schema>) {
  return db
    .selectFrom('outbox')
    .innerJoin('events', 'events.event_id', 'outbox.event_id')
    .selectAll('outbox')
    .select([
      'events.event',
      'events.severity',
      'events.data',
      'events.received_at',
      'events.source',
      'events.domain',
      'events.user_id',
    ])
    .orderBy('outbox.id')
}

/** When messages went out lately, and in which threads. */
export async function recentMessages(
  db: Kysely<Schema>,
  channel: string,
  since: Date,
): Promise<{ posted_at: string; thread_ts: string | null }[]> {
  return db
    .selectFrom('messages')
    .select(['posted_at', 'thread_ts'])
    .where('channel', '=', channel)
    .where('posted_at', '>', since.toISOString())
    .orderBy('posted_at', 'desc')
    .limit(100)
    .execute()
}

/**
 * Notes which message rows are about to become, before Slack is asked.
 * @param threadTs the thread it goes to, so that a second attempt goes to the same
 */
export async function nameDelivery(
  db: Kysely<Schema>,
  ids: readonly number[],
  deliveryId: string,
  threadTs: string | null,
) {
  await db
    .updateTable('outbox')
    .set({ delivery_id: deliveryId, thread_ts: threadTs })
    .where('id', 'in', ids)
    .execute()
}

/** Slack has it, and what it did to the threads of its subjects. */
export async function markPosted(
  db: Kysely<Schema>,
  rows: readonly OutboxRow[],
  message: {
    readonly deliveryId: string
    readonly channel: string
    readonly ts: string
    readonly threadTs: string | null
    readonly owesFile: boolean
    readonly at: Date
    /** Read and changed at once: what is done through the bot changes threads too. */
    readonly threads: (db: Kysely<Schema>) => Promise<readonly ThreadChange[]>
  },
) {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('messages')
      .values({
        delivery_id: message.deliveryId,
        channel: message.channel,
        ts: message.ts,
        posted_at: message.at.toISOString(),
        thread_ts: message.threadTs,
        file: message.owesFile ? 'owed' : null,
      })
      .onConflict((conflict) => conflict.column('delivery_id').doNothing())
      .execute()
    await transaction
      .updateTable('outbox')
      .set({ state: 'posted', error: null })
      .where('id', 'in', idsOf(rows))
      .execute()
    for (const change of await message.threads(transaction)) await keepThread(transaction, change)
  })
}

/**
 * Nothing was posted: the rows wait again, and their next message may be another one.
 * @param threadTs where the refusal was about the thread: they are told outside of it
 */
export async function unnameDelivery(
  db: Kysely<Schema>,
  rows: readonly OutboxRow[],
  refusal: { readonly error: string; readonly leaveThread?: boolean },
) {
  await db
    .updateTable('outbox')
    .set(({ eb }) => ({
      attempts: eb('attempts', '+', 1),
      error: refusal.error,
      delivery_id: null,
      thread_ts: refusal.leaveThread ? null : sql<string>`case when threaded = 0 then thread_ts end`,
    }))
    .where('id', 'in', idsOf(rows))
    .execute()
}

/** Slack takes this content in no form. */
export async function failForGood(db: Kysely<Schema>, rows: readonly OutboxRow[], error: string) {
  await db
    .updateTable('outbox')
    .set(({ eb }) => ({ state: 'failed', attempts: eb('attempts', '+', 1), error, delivery_id: null }))
    .where('id', 'in', idsOf(rows))
    .execute()
}

/** A message in a channel whose list does not stand anywhere yet. */
export async function owedFile(
  db: Kysely<Schema>,
  channel: string,
): Promise<{ delivery_id: string; ts: string; thread_ts: string | null } | undefined> {
  return db
    .selectFrom('messages')
    .select(['delivery_id', 'ts', 'thread_ts'])
    .where('channel', '=', channel)
    .where('file', '=', sql.lit('owed' as const))
    .limit(1)
    .executeTakeFirst()
}

export async function noteFileShared(db: Kysely<Schema>, deliveryId: string) {
  await db.updateTable('messages').set({ file: 'shared' }).where('delivery_id', '=', deliveryId).execute()
}

function idsOf(rows: readonly OutboxRow[]): number[] {
  return rows.map((row) => row.id)
}
