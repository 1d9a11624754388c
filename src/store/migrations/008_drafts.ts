import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What is gathered between the steps of a form outlives a restart. */
export const drafts: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createTable('drafts')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('author', 'text')
      .addColumn('command', 'text', (column) => column.notNull())
      .addColumn('draft_content', 'text', (column) => column.notNull())
      .addColumn('input', 'text')
      .addColumn('saved_at', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('drafts_expired').on('drafts').column('expires_at').execute()
    await db.schema.createIndex('drafts_of').on('drafts').columns(['author', 'command', 'saved_at']).execute()
  },
}
