import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What two passes over CMR in a row have not seen is forgotten: so the last but one is remembered. */
export const passes: Migration = {
  async up(db: Kysely<never>) {
    await db.schema.alterTable('directory_passes').addColumn('before_started_at', 'text').execute()
  },
}
