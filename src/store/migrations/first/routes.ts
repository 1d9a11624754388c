import type { Kysely } from 'kysely'
import { primaryKey, required } from '../column.ts'

/** Creates the tables of routes, mutes and snoozes. */
export async function createRouteTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('routes')
    .addColumn('id', 'text', primaryKey)
    .addColumn('channel', 'text', required)
    .addColumn('channel_name', 'text', required)
    .addColumn('filter', 'text', required)
    .addColumn('delivery', 'text', required)
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('changed_at', 'text', required)
    .addColumn('muted_until', 'text')
    .addColumn('muted_by', 'text')
    .addColumn('removed_at', 'text')
    .execute()
  await db.schema
    .createTable('mutes')
    .addColumn('subject', 'text', primaryKey)
    .addColumn('until', 'text')
    .addColumn('muted_by', 'text', required)
    .addColumn('muted_at', 'text', required)
    .execute()
  await db.schema
    .createTable('snoozes')
    .addColumn('id', 'text', primaryKey)
    .addColumn('event_id', 'text', required)
    .addColumn('channel', 'text', required)
    .addColumn('thread_ts', 'text', required)
    .addColumn('due_at', 'text', required)
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('reminded_at', 'text')
    .execute()
  await db.schema.createIndex('snoozes_due').on('snoozes').columns(['reminded_at', 'due_at']).execute()
}
