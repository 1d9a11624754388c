import type { Kysely } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'

/** In order of their names; one that was released is never changed. */
const migrations: Record<string, Migration> = {
  '001_first': {
    async up(db: Kysely<never>) {
      const serial = (await isPostgres(db)) ? 'bigserial' : 'integer'
      await db.schema
        .createTable('events')
        .addColumn('event_id', 'text', (column) => column.primaryKey())
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('severity', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addColumn('received_at', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('outbox')
        .addColumn('id', serial, (column) => column.primaryKey())
        .addColumn('event_id', 'text', (column) => column.notNull())
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('pile', 'text')
        .addColumn('thread_ts', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('not_before', 'text', (column) => column.notNull())
        .addColumn('leased_by', 'text')
        .addColumn('leased_until', 'text')
        .addColumn('delivery_id', 'text')
        .addColumn('error', 'text')
        .addUniqueConstraint('outbox_once', ['event_id', 'channel'])
        .execute()
      await db.schema.createIndex('outbox_due').on('outbox').columns(['state', 'channel', 'id']).execute()
      await db.schema
        .createTable('messages')
        .addColumn('delivery_id', 'text', (column) => column.primaryKey())
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('ts', 'text', (column) => column.notNull())
        .addColumn('posted_at', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('operations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('submission_key', 'text', (column) => column.unique())
        .addColumn('endpoint', 'text', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('channel', 'text')
        .addColumn('receipt_ts', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('outcome', 'text')
        .addColumn('action_id', 'text')
        .addColumn('order_id', 'text')
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('label', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('ended_at', 'text')
        .execute()
      await db.schema.createIndex('operations_action').on('operations').column('action_id').execute()
      await db.schema.createIndex('operations_order').on('operations').column('order_id').execute()
      await db.schema
        .createTable('audit')
        .addColumn('id', serial, (column) => column.primaryKey())
        .addColumn('at', 'text', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('command', 'text', (column) => column.notNull())
        .addColumn('arguments', 'text', (column) => column.notNull())
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('detail', 'text')
        .addColumn('action_id', 'text')
        .addColumn('operation_id', 'text')
        .execute()
    },
  },
}

async function isPostgres(db: Kysely<never>): Promise<boolean> {
  return db.getExecutor().adapter.supportsTransactionalDdl ?? false
}

/** The migrations as Kysely's Migrator takes them. */
export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations }
