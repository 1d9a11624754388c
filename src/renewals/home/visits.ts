import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'

/** Somebody who has opened App Home lately. */
export type HomeVisit = Selectable<Schema['home_visits']>

/** Notes that somebody has opened App Home: what they see there is not known any more. */
export async function noteVisit(db: Kysely<Schema>, slackUserId: string, now: Date): Promise<void> {
  const visit = { visited_at: now.toISOString(), shown: null, shown_at: null }
  await db
    .insertInto('home_visits')
    .values({ slack_user_id: slackUserId, ...visit })
    .onConflict((conflict) => conflict.column('slack_user_id').doUpdateSet(visit))
    .execute()
}

/** Those who have opened it since then, the latest first. */
export async function visitsSince(db: Kysely<Schema>, since: Date, limit: number): Promise<HomeVisit[]> {
  return db
    .selectFrom('home_visits')
    .selectAll()
    .where('visited_at', '>=', since.toISOString())
    .orderBy('visited_at', 'desc')
    .limit(limit)
    .execute()
}

/** Forgets those who have not opened it since then. */
export async function forgetVisits(db: Kysely<Schema>, before: Date): Promise<void> {
  await db.deleteFrom('home_visits').where('visited_at', '<', before.toISOString()).execute()
}

/** Forgets somebody who sees nothing there any more. */
export async function forgetVisit(db: Kysely<Schema>, slackUserId: string): Promise<void> {
  await db.deleteFrom('home_visits').where('slack_user_id', '=', slackUserId).execute()
}

/**
 * Says that a view is about to be published to somebody.
 * @param shown a digest of the view
 * @returns false where they see it already, or another process is publishing it
 */
export async function claimView(
  db: Kysely<Schema>,
  { slackUserId, shown, now }: { readonly slackUserId: string; readonly shown: string; readonly now: Date },
): Promise<boolean> {
  const claimed = await db
    .updateTable('home_visits')
    .set({ shown, shown_at: now.toISOString() })
    .where('slack_user_id', '=', slackUserId)
    .where(sql<boolean>`shown is distinct from ${shown}`)
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

/**
 * Notes that it is not known what somebody sees, so that it is published again: Slack did not take it, or of two
 * processes the one with the older view may have been the last.
 * @param unless the view that was published, where that is still the newest
 */
export async function forgetView(db: Kysely<Schema>, slackUserId: string, unless?: string): Promise<void> {
  await db
    .updateTable('home_visits')
    .set({ shown: null })
    .where('slack_user_id', '=', slackUserId)
    .$if(unless !== undefined, (query) => query.where('shown', '!=', unless ?? ''))
    .execute()
}

/** Returns a text that differs once something has changed that App Home shows of the bot's own. */
export async function stateOfWork(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ state: string }>`
    select 'operations' as part, count(*) || ' ' || coalesce(sum(version), 0) as state from operations
      where state in ('intended', 'accepted', 'unknown')
    union all select 'orders', cast(count(*) as text) from operations
      where state = 'ended' and outcome is null and order_id is not null
    union all select 'alerts', count(*) || ' ' || coalesce(sum(version), 0) from threads
      where resolved_at is null and trouble_event_id is not null
    union all select 'mutes', count(*) || ' ' || coalesce(max(muted_at), '') from mutes
    union all select 'policy', cast(coalesce(max(version), 0) as text) from policies`.execute(db)
  return JSON.stringify(rows)
}
