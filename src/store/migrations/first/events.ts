import { type Kysely, sql } from 'kysely'
import { primaryKey, required } from '../column.ts'

/** Creates the tables of events, of webhooks that came late or were refused, and of the signatures they came with. */
export async function createEventTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('event_id', 'text', primaryKey)
    .addColumn('event', 'text', required)
    .addColumn('severity', 'text', required)
    .addColumn('data', 'text', required)
    .addColumn('received_at', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('subject', 'text')
    .addColumn('user_id', 'text')
    .addColumn('domain', 'text')
    .addColumn('operation_id', 'text')
    .execute()
  await db.schema.createIndex('events_received').on('events').column('received_at').execute()
  await db.schema.createIndex('events_subject').on('events').column('subject').execute()
  for (const column of ['domain', 'user_id', 'operation_id'] as const)
    await db.schema.createIndex(`events_${column}`).on('events').columns([column, 'received_at']).execute()
  // A webhook that comes late is looked for among the few that a sync had found before it.
  for (const column of ['domain', 'subject'] as const)
    await sql`create index ${sql.id(`events_sync_${column}`)} on events (${sql.id(column)}, received_at) where source = 'sync'`.execute(
      db,
    )
  await db.schema
    .createTable('late_webhooks')
    .addColumn('event_id', 'text', primaryKey)
    .addColumn('told_by', 'text', required)
    .execute()

  await db.schema
    .createTable('webhook_signatures')
    .addColumn('variant', 'text', primaryKey)
    .addColumn('seen_at', 'text', required)
    .execute()
  await db.schema
    .createTable('webhook_refusals')
    .addColumn('kind', 'text', primaryKey)
    .addColumn('refused', 'integer', required)
    .addColumn('last_at', 'text', required)
    .execute()
  await db.schema.createTable('scratch').addColumn('filler', 'text', required).execute()
}
