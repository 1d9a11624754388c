import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { byteOrderedType } from './dialect.ts'

/** A mirror of what CMR holds, with an index of its names. */
export const directory_entries: Migration = {
  async up(db: Kysely<never>) {
    const ordered = sql.raw<'text'>(byteOrderedType(db))
    await db.schema
      .createTable('directory_entries')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('id', ordered, (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('spelled', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text')
      .addColumn('domain', 'text')
      .addColumn('status', 'text')
      .addColumn('ends_at', 'text')
      .addColumn('auto_renew', 'integer')
      .addColumn('price_cents', 'integer')
      .addColumn('quantity', 'integer')
      .addColumn('data', 'text', (column) => column.notNull())
      .addColumn('seen_at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('mirror_key', ['kind', 'id'])
      .execute()
    await db.schema.createIndex('mirror_name').on('directory_entries').columns(['kind', 'name']).execute()
    await db.schema
      .createIndex('mirror_user')
      .on('directory_entries')
      .columns(['kind', 'user_id', 'name'])
      .execute()
    await db.schema.createIndex('mirror_domain').on('directory_entries').columns(['kind', 'domain']).execute()
    await db.schema
      .createTable('directory_phrases')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('phrase', ordered, (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('mirror_phrases_key', ['kind', 'phrase', 'id'])
      .execute()
    await db.schema
      .createTable('directory_tails')
      .addColumn('tail', ordered, (column) => column.notNull())
      .addColumn('word', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('mirror_tails_key', ['tail', 'word'])
      .execute()
    await db.schema
      .createTable('directory_passes')
      .addColumn('kind', 'text', (column) => column.primaryKey())
      .addColumn('started_at', 'text', (column) => column.notNull())
      .addColumn('cursor', 'text')
      .addColumn('ended_at', 'text')
      .addColumn('completed_at', 'text')
      .addColumn('leased_by', 'text')
      .addColumn('leased_until', 'text')
      .execute()
  },
}
