import { type Kysely, type Selectable, sql } from 'kysely'
import { scheduleQueues } from '../../events/store/outbox.ts'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'

/** Where messages go out one after the other: a channel, and what Slack says of it. */
export type ChannelQueue = Selectable<Schema['channel_queues']>

/** Who holds a channel queue, and until when. */
interface Lease {
  readonly by: string
  readonly now: Date
  readonly until: Date
}

/** Channel queues in which there is, or will be, something to do: also those whose holder has died. */
export async function busyQueues(db: Kysely<Schema>): Promise<ChannelQueue[]> {
  return db
    .selectFrom('channel_queues')
    .selectAll()
    .where(({ or, eb }) => or([eb('due_at', 'is not', null), eb('leased_by', 'is not', null)]))
    .orderBy('due_at')
    .execute()
}

/**
 * Takes a channel queue, or goes on holding it. What comes in from now on makes it due again.
 * @returns nothing where another holds it
 */
export async function claimQueue(
  db: Kysely<Schema>,
  channel: string,
  lease: Lease,
): Promise<ChannelQueue | undefined> {
  return db
    .updateTable('channel_queues')
    .set({ leased_by: lease.by, leased_until: lease.until.toISOString(), due_at: null })
    .where('channel', '=', channel)
    .where(({ or, eb }) =>
      or([
        eb('leased_by', 'is', null),
        eb('leased_by', '=', lease.by),
        eb('leased_until', '<=', lease.now.toISOString()),
        // No lease ends so late: the clock has been set back since.
        eb('leased_until', '>', addMilliseconds(lease.until, CLOCK_SKEW_MS).toISOString()),
      ]),
    )
    .returningAll()
    .executeTakeFirst()
}

/**
 * Lets go of a channel queue.
 * @param again when there is something to do again, as far as is known
 */
export async function releaseQueue(db: Kysely<Schema>, channel: string, by: string, again?: Date) {
  const due = again?.toISOString()
  await db
    .updateTable('channel_queues')
    .set({
      leased_by: null,
      leased_until: null,
      ...(due && { due_at: sql<string>`case when due_at < ${due} then due_at else ${due} end` }),
    })
    .where('channel', '=', channel)
    .where('leased_by', '=', by)
    .execute()
}

/** Lets go of all channel queues of somebody who stops: others look at them from then on. */
export async function releaseQueuesOf(db: Kysely<Schema>, by: string, again: Date) {
  const due_at = again.toISOString()
  await db
    .updateTable('channel_queues')
    .set({ leased_by: null, leased_until: null, due_at })
    .where('leased_by', '=', by)
    .execute()
}

/** Slack wants to be left alone in this channel, or did not answer. */
export async function slowQueue(db: Kysely<Schema>, channel: string, error: string, until: Date) {
  const at = until.toISOString()
  await db
    .updateTable('channel_queues')
    .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), error, paced_until: at, due_at: at }))
    .where('channel', '=', channel)
    .execute()
}

/** A message went out: nothing that was wrong here is wrong any more. */
export async function clearQueue(db: Kysely<Schema>, channel: string) {
  await db
    .updateTable('channel_queues')
    .set({ attempts: 0, error: null, paced_until: null, broken_at: null, admins_notified_at: null })
    .where('channel', '=', channel)
    .where(({ or, eb }) => or([eb('error', 'is not', null), eb('broken_at', 'is not', null)]))
    .execute()
}

/** Slack refuses this channel for good: somebody has to do something about it. */
export async function breakQueue(db: Kysely<Schema>, channel: string, error: string, now: Date) {
  await db
    .updateTable('channel_queues')
    .set({ error, broken_at: now.toISOString(), paced_until: null })
    .where('channel', '=', channel)
    .execute()
}

/** Channel queues that Slack refuses, with how much waits in each. */
export async function brokenQueues(db: Kysely<Schema>): Promise<(ChannelQueue & { waiting: number })[]> {
  const rows = await queuesWithWaiting(db).where('broken_at', 'is not', null).execute()
  return rows.map((row) => ({ ...row, waiting: Number(row.waiting) }))
}

function queuesWithWaiting(db: Kysely<Schema>) {
  return db
    .selectFrom('channel_queues')
    .selectAll()
    .select(({ selectFrom }) =>
      selectFrom('outbox')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .whereRef('outbox.channel', '=', 'channel_queues.channel')
        .where('state', '=', sql.lit('waiting' as const))
        .as('waiting'),
    )
    .orderBy('channel')
}

/** Notes that the admins know of a broken queue. */
export async function noteAdminsNotified(db: Kysely<Schema>, channel: string, now: Date) {
  await db
    .updateTable('channel_queues')
    .set({ admins_notified_at: now.toISOString() })
    .where('channel', '=', channel)
    .execute()
}

/**
 * Somebody says that a channel is well again: it is tried at once.
 * @param names its id, and what else its queue may go by as long as the id is not known
 * @returns whether it was broken
 */
export async function repairQueue(db: Kysely<Schema>, names: readonly string[], now: Date): Promise<boolean> {
  const mended = await db
    .updateTable('channel_queues')
    .set({ ...tryAt(now), broken_at: null })
    .where('channel', 'in', names)
    .where('broken_at', 'is not', null)
    .executeTakeFirst()
  return mended.numUpdatedRows > 0n
}

/**
 * Ends the waits that Slack asked for, in every channel: somebody says that it is well again.
 * @returns whether there were any
 */
export async function endPauses(db: Kysely<Schema>, now: Date): Promise<boolean> {
  const paced = db.updateTable('channel_queues').set(tryAt(now)).where('paced_until', 'is not', null)
  return (await paced.executeTakeFirst()).numUpdatedRows > 0n
}

function tryAt(now: Date) {
  return { error: null, admins_notified_at: null, paced_until: null, attempts: 0, due_at: now.toISOString() }
}

/** Channel queues whose alerts have to wait although Slack has not refused their channel, with how many wait in each. */
export async function pacedQueues(db: Kysely<Schema>): Promise<(ChannelQueue & { waiting: number })[]> {
  const rows = await queuesWithWaiting(db).where('paced_until', 'is not', null).execute()
  return rows.map((row) => ({ ...row, waiting: Number(row.waiting) })).filter(({ waiting }) => waiting > 0)
}

/**
 * For a start: what kept channel queues from going on may be over. On SQLite nobody else can hold a lease, so those of the
 * process that died are void.
 */
export async function wakeQueues(store: Store, now: Date) {
  const died = { leased_by: null, leased_until: null }
  await store.db
    .updateTable('channel_queues')
    .set({
      due_at: now.toISOString(),
      paced_until: null,
      ...(store.dialect === 'sqlite' && died),
    })
    .where(({ or, eb }) => or([eb('due_at', 'is not', null), eb('leased_by', 'is not', null)]))
    .execute()
}

/**
 * Gives what waits in one channel to another. What is there already for the same event is not doubled.
 * @param why noted on what is moved because Slack refuses the channel it was meant for
 */
export async function moveWaiting(
  db: Kysely<Schema>,
  from: string,
  to: string,
  now: Date,
  why?: { readonly error: string; readonly onlyUrgent?: boolean },
) {
  const ranks = why?.onlyUrgent ? [0] : [0, 1, 2, 3]
  const states = why ? (['waiting'] as const) : (['waiting', 'held', 'failed'] as const)
  await db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('outbox')
      .where('channel', '=', from)
      .where('state', 'in', states)
      .where('rank', 'in', ranks)
      .where('event_id', 'in', ({ selectFrom }) =>
        selectFrom('outbox as there').select('there.event_id').where('there.channel', '=', to),
      )
      .execute()
    await transaction
      .updateTable('outbox')
      .set({
        channel: to,
        ...(why && { moved_from: from, error: why.error, thread_ts: null, delivery_id: null }),
      })
      .where('channel', '=', from)
      .where('state', 'in', states)
      .where('rank', 'in', ranks)
      .execute()
    await scheduleQueues(transaction, [to], now.toISOString())
  })
}

/** The queue of `#name` becomes part of that of the channel's id. */
export async function joinQueues(db: Kysely<Schema>, name: string, channel: string, now: Date) {
  await moveWaiting(db, name, channel, now)
  await db.deleteFrom('channel_queues').where('channel', '=', name).where('due_at', 'is', null).execute()
}

/** What `#name` meant when it was first looked up. */
export function channelNames(db: Kysely<Schema>) {
  return {
    async find(name: string): Promise<string | undefined> {
      const row = await db
        .selectFrom('channel_names')
        .select('channel')
        .where('name', '=', name)
        .executeTakeFirst()
      return row?.channel
    },
    async remember(name: string, channel: string) {
      await db
        .insertInto('channel_names')
        .values({ name, channel })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ channel }))
        .execute()
    },
    async forget(channel: string) {
      await db.deleteFrom('channel_names').where('channel', '=', channel).execute()
    },
  }
}
