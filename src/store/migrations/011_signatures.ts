import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** CMR does not document how it signs, so what it was seen to do is kept. */
export const signatures: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createTable('webhook_signatures')
      .addColumn('variant', 'text', (column) => column.primaryKey())
      .addColumn('seen_at', 'text', (column) => column.notNull())
      .execute()
  },
}
