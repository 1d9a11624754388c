import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** While Slack does not answer, people who were seen to be members before are let in. */
export const standings: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createTable('standings')
      .addColumn('slack_user_id', 'text', (column) => column.primaryKey())
      .addColumn('team_id', 'text', (column) => column.notNull())
      .addColumn('standing', 'text', (column) => column.notNull())
      .addColumn('seen_at', 'text', (column) => column.notNull())
      .execute()
  },
}
