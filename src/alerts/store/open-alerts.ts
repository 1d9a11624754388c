import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'

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
