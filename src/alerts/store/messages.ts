import { type Kysely, type Selectable, sql } from 'kysely'
import { scheduleQueues } from '../../events/store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import { isOneOf } from '../../store/sql.ts'

/** A message that stands in Slack. */
export type MessageRow = Selectable<Schema['messages']>

/** The things whose alerts show something else now. */
interface OutdatedThings {
  readonly subjects?: readonly string[]
  readonly domains?: readonly string[]
  readonly users?: readonly string[]
  /** The ids of events. */
  readonly events?: readonly string[]
}

/**
 * Makes every message that tells of these things be edited.
 * @param which.since alerts that came before are left as they are: nobody scrolls back to them
 * @param which.withRoots the roots of their threads too, where no reply that is to come does that
 */
export async function outdateAlerts(
  db: Kysely<Schema>,
  things: OutdatedThings,
  which: { readonly since: Date; readonly at: Date; readonly withRoots?: true },
): Promise<void> {
  const { subjects = [], domains = [], users = [], events: ids = [] } = things
  if (subjects.length + domains.length + users.length + ids.length === 0) return
  const events = db
    .selectFrom('events')
    .where('received_at', '>=', which.since.toISOString())
    .where(({ or }) =>
      or([
        ...(subjects.length ? [isOneOf(db, 'subject', subjects)] : []),
        ...(domains.length ? [isOneOf(db, 'domain', domains)] : []),
        ...(users.length ? [isOneOf(db, 'user_id', users)] : []),
        ...(ids.length ? [isOneOf(db, 'event_id', ids)] : []),
      ]),
    )
  const messages = await db
    .updateTable('messages')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('delivery_id', 'in', ({ selectFrom }) =>
      selectFrom('outbox')
        .select('delivery_id')
        .where('event_id', 'in', events.select('event_id'))
        .where('state', '=', sql.lit('posted' as const))
        .where('delivery_id', 'is not', null)
        .$narrowType<{ delivery_id: string }>(),
    )
    .returning('channel')
    .execute()
  const threads = which.withRoots
    ? await db
        .updateTable('threads')
        .set(({ eb }) => ({ version: eb('version', '+', 1) }))
        .where('subject', 'in', events.select('subject').$narrowType<{ subject: string }>())
        .where('opened_at', '>=', which.since.toISOString())
        .returning('channel')
        .execute()
    : []
  const channels = [...messages, ...threads].map(({ channel }) => channel)
  await scheduleQueues(db, channels, which.at.toISOString())
}

/** Makes one message be edited. */
export async function outdateMessage(db: Kysely<Schema>, deliveryId: string): Promise<void> {
  await db
    .updateTable('messages')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('delivery_id', '=', deliveryId)
    .execute()
}

/** Returns a message of a channel that does not show the newest state, and whether it is the root of a thread. */
export async function messageBehind(
  db: Kysely<Schema>,
  channel: string,
): Promise<(MessageRow & { readonly root: string | null }) | undefined> {
  return db
    .selectFrom('messages')
    .leftJoin('threads', (join) =>
      join.onRef('threads.channel', '=', 'messages.channel').onRef('threads.root_ts', '=', 'messages.ts'),
    )
    .selectAll('messages')
    .select('threads.root_ts as root')
    .where('messages.channel', '=', channel)
    .where(sql<boolean>`messages.shown_version < messages.version`)
    .limit(1)
    .executeTakeFirst()
}

/** Notes that a message shows this version now. */
export async function noteMessageShown(
  db: Kysely<Schema>,
  { delivery_id, version }: MessageRow,
): Promise<void> {
  await db
    .updateTable('messages')
    .set({ shown_version: version })
    .where('delivery_id', '=', delivery_id)
    .execute()
}

/** Returns a message by the id of its delivery; undefined where it is not in Slack. */
export async function messageOf(db: Kysely<Schema>, deliveryId: string): Promise<MessageRow | undefined> {
  return db.selectFrom('messages').selectAll().where('delivery_id', '=', deliveryId).executeTakeFirst()
}

/** Returns the messages that tell of an event and that somebody has taken over as a whole, the first first. */
export async function takenMessagesOf(db: Kysely<Schema>, eventId: string): Promise<MessageRow[]> {
  return db
    .selectFrom('messages')
    .innerJoin('outbox', 'outbox.delivery_id', 'messages.delivery_id')
    .selectAll('messages')
    .where('outbox.event_id', '=', eventId)
    .where('acknowledged_by', 'is not', null)
    .orderBy('acknowledged_at')
    .execute()
}

/** Somebody takes over all that a message tells of. @returns false where somebody has already */
export async function acknowledgeMessage(
  db: Kysely<Schema>,
  { delivery_id, channel }: MessageRow,
  by: { readonly person: string; readonly at: Date },
): Promise<boolean> {
  const at = by.at.toISOString()
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set(({ eb }) => ({ acknowledged_by: by.person, acknowledged_at: at, version: eb('version', '+', 1) }))
    .where('delivery_id', '=', delivery_id)
    .where('acknowledged_by', 'is', null)
    .executeTakeFirst()
  await scheduleQueues(db, [channel], at)
  return numUpdatedRows > 0n
}
