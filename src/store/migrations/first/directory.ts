import type { Kysely } from 'kysely'
import { byteOrderedType, primaryKey, required } from '../column.ts'

/** Creates the tables of what CMR holds, of the index of its names, and of the refreshes. */
export async function createDirectoryTables(db: Kysely<never>): Promise<void> {
  const ordered = byteOrderedType(db)
  await db.schema
    .createTable('directory_entries')
    .addColumn('kind', 'text', required)
    .addColumn('id', ordered, required)
    .addColumn('name', 'text', required)
    .addColumn('spelled', 'text', required)
    .addColumn('user_id', 'text')
    .addColumn('domain', 'text')
    .addColumn('status', 'text')
    .addColumn('ends_at', 'text')
    .addColumn('auto_renew', 'integer')
    .addColumn('price_cents', 'integer')
    .addColumn('quantity', 'integer')
    .addColumn('subscription_id', 'text')
    .addColumn('warmup_status', 'text')
    .addColumn('began_at', 'text')
    .addColumn('priced_at', 'text')
    .addColumn('data', 'text', required)
    .addColumn('seen_at', 'text', required)
    .addPrimaryKeyConstraint('directory_entries_key', ['kind', 'id'])
    .execute()
  const index = (name: string) => db.schema.createIndex(`directory_entries_${name}`).on('directory_entries')
  await index('name').columns(['kind', 'name']).execute()
  await index('user').columns(['kind', 'user_id', 'name']).execute()
  await index('domain').columns(['kind', 'domain']).execute()
  await index('warmup').columns(['kind', 'warmup_status', 'subscription_id', 'domain']).execute()

  await db.schema
    .createTable('wallet')
    .addColumn('id', 'text', primaryKey)
    .addColumn('balance_cents', 'integer', required)
    .addColumn('currency', 'text', required)
    .addColumn('seen_at', 'text', required)
    .execute()

  await db.schema
    .createTable('directory_phrases')
    .addColumn('kind', 'text', required)
    .addColumn('phrase', ordered, required)
    .addColumn('id', 'text', required)
    .addPrimaryKeyConstraint('directory_phrases_key', ['kind', 'phrase', 'id'])
    .execute()
  await db.schema
    .createTable('directory_tails')
    .addColumn('tail', ordered, required)
    .addColumn('word', 'text', required)
    .addPrimaryKeyConstraint('directory_tails_key', ['tail', 'word'])
    .execute()
  await db.schema
    .createTable('directory_passes')
    .addColumn('kind', 'text', primaryKey)
    .addColumn('started_at', 'text', required)
    .addColumn('before_started_at', 'text')
    .addColumn('cursor', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('completed_at', 'text')
    .addColumn('leased_by', 'text')
    .addColumn('leased_until', 'text')
    .execute()
}
