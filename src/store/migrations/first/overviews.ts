import type { Kysely } from 'kysely'
import { primaryKey, required } from '../column.ts'

/** Creates the tables of App Home and of the digests. */
export async function createOverviewTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('home_visits')
    .addColumn('slack_user_id', 'text', primaryKey)
    .addColumn('visited_at', 'text', required)
    .addColumn('shown', 'text')
    .addColumn('shown_at', 'text')
    .execute()
  await db.schema.createIndex('home_visits_latest').on('home_visits').column('visited_at').execute()

  await db.schema
    .createTable('digests')
    .addColumn('channel', 'text', primaryKey)
    .addColumn('channel_name', 'text', required)
    .addColumn('time', 'text', required)
    .addColumn('zone', 'text', required)
    .addColumn('weekdays', 'text', required)
    .addColumn('weekly_on', 'text')
    .addColumn('quiet', 'integer', required)
    .addColumn('set_by', 'text', required)
    .addColumn('set_at', 'text', required)
    .addColumn('next_at', 'text', required)
    .addColumn('tried_at', 'text')
    .addColumn('leased_until', 'text')
    .addColumn('covered_until', 'text')
    .addColumn('error', 'text')
    .execute()
}
