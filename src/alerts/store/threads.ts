import { type Kysely, type Selectable, sql } from 'kysely'
import { scheduleQueues } from '../../events/store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import { isOneOf } from '../../store/sql.ts'

/** The thread of a subject in a channel; its root always shows the current state. */
export type Thread = Selectable<Schema['threads']>

/** What a message did to a thread. */
export interface ThreadChange {
  readonly thread: Thread
  /** The message is its root. */
  readonly opened: boolean
  /** It was over and has trouble again: whoever took care of the last one does not yet know of this one. */
  readonly reopened: boolean
}

/** Threads of subjects in a channel, also those that are over. */
export async function threadsOf(
  db: Kysely<Schema>,
  channel: string,
  subjects: readonly string[],
): Promise<Thread[]> {
  if (subjects.length === 0) return []
  return db
    .selectFrom('threads')
    .selectAll()
    .where('channel', '=', channel)
    .where(isOneOf(db, 'subject', subjects))
    .execute()
}

/** The threads of subjects in every channel that has one, also those that are over. */
export async function threadsAbout(db: Kysely<Schema>, ...subjects: string[]): Promise<Thread[]> {
  if (subjects.length === 0) return []
  return db
    .selectFrom('threads')
    .selectAll()
    .where(isOneOf(db, 'subject', subjects))
    .execute()
}

/** Keeps what a message did to a thread. Who acknowledged it meanwhile, and edits of its root, are not undone. */
export async function keepThread(db: Kysely<Schema>, { thread, opened, reopened }: ThreadChange) {
  const {
    channel,
    subject,
    version: _,
    shown_version: __,
    acknowledged_at: ___,
    acknowledged_by: ____,
    ...state
  } = thread
  const notAcknowledged = { acknowledged_by: null, acknowledged_at: null }
  if (opened) {
    const fresh = { ...state, ...notAcknowledged, version: 0, shown_version: 0 }
    await db
      .insertInto('threads')
      .values({ channel, subject, ...fresh })
      .onConflict((conflict) => conflict.columns(['channel', 'subject']).doUpdateSet(fresh))
      .execute()
    return
  }
  await db
    .updateTable('threads')
    .set(({ eb }) => ({ ...state, ...(reopened && notAcknowledged), version: eb('version', '+', 1) }))
    .where('channel', '=', channel)
    .where('subject', '=', subject)
    .execute()
}

/**
 * Somebody takes care of it: shown on the roots of the subject, in every channel that has one. Whoever was first
 * stays.
 * @returns the channels
 */
export async function acknowledgeThreads(
  db: Kysely<Schema>,
  subject: string,
  by: { readonly person: string; readonly at: Date },
): Promise<string[]> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .updateTable('threads')
      .set(({ eb }) => ({
        acknowledged_by: by.person,
        acknowledged_at: by.at.toISOString(),
        version: eb('version', '+', 1),
      }))
      .where('subject', '=', subject)
      .where('resolved_at', 'is', null)
      .where('acknowledged_by', 'is', null)
      .returning('channel')
      .execute()
    const channels = rows.map((row) => row.channel)
    await scheduleQueues(transaction, channels, by.at.toISOString())
    return channels
  })
}

/** A thread of a channel whose root does not show the newest state. */
export async function threadBehind(db: Kysely<Schema>, channel: string): Promise<Thread | undefined> {
  return db
    .selectFrom('threads')
    .selectAll()
    .where('channel', '=', channel)
    .where(sql<boolean>`shown_version < version`)
    .limit(1)
    .executeTakeFirst()
}

/** Its root shows this version now. */
export async function noteThreadShown(db: Kysely<Schema>, { channel, subject, root_ts, version }: Thread) {
  await db
    .updateTable('threads')
    .set({ shown_version: version })
    .where('channel', '=', channel)
    .where('subject', '=', subject)
    .where('root_ts', '=', root_ts)
    .execute()
}

/** Its root is gone: the next alert opens another. */
export async function forgetThread(db: Kysely<Schema>, channel: string, rootTs: string) {
  await db.deleteFrom('threads').where('channel', '=', channel).where('root_ts', '=', rootTs).execute()
}

/** Trouble that is not over: the thread that tells of it, and the event that began it or was the last of it. */
export type OpenAlertRow = Pick<
  Selectable<Schema['threads']>,
  'channel' | 'subject' | 'trouble_at' | 'acknowledged_by' | 'acknowledged_at'
> &
  Selectable<Schema['events']>

/**
 * Threads with open trouble that were opened since then, but for what is muted. A subject has one in each channel that
 * tells of it.
 */
export async function openAlertRows(
  db: Kysely<Schema>,
  at: { readonly since: Date; readonly now: Date },
): Promise<OpenAlertRow[]> {
  const muted = db
    .selectFrom('mutes')
    .select('subject')
    .where(({ or, eb }) => or([eb('until', 'is', null), eb('until', '>', at.now.toISOString())]))
  return db
    .selectFrom('threads')
    .innerJoin('events', 'events.event_id', 'threads.trouble_event_id')
    .selectAll('events')
    .select(['threads.channel', 'threads.trouble_at', 'acknowledged_by', 'acknowledged_at'])
    .select(sql<string>`threads.subject`.as('subject'))
    .where('resolved_at', 'is', null)
    .where('opened_at', '>=', at.since.toISOString())
    .where('threads.subject', 'not in', muted)
    .where(({ or, eb }) =>
      or([eb('events.user_id', 'is', null), eb(sql`'user:' || events.user_id`, 'not in', muted as never)]),
    )
    .execute()
}
