import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Runs of many requests, what they send, and the rows of the files they came from. */
export const bulk: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createTable('import_runs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('import_id', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('team', 'text', (column) => column.notNull())
      .addColumn('channel', 'text')
      .addColumn('file_id', 'text', (column) => column.notNull())
      .addColumn('file_name', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('reason', 'text')
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('ended_at', 'text')
      .addColumn('setbacks', 'integer', (column) => column.notNull())
      .addColumn('not_before', 'text')
      .addColumn('leased_by', 'text')
      .addColumn('leased_until', 'text')
      .addColumn('message_channel', 'text')
      .addColumn('message_ts', 'text')
      .addColumn('posting_at', 'text')
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('shown_version', 'integer', (column) => column.notNull())
      .addColumn('outcome_state', 'text')
      .execute()
    await db.schema
      .createIndex('bulk_runs_state')
      .on('import_runs')
      .columns(['state', 'created_at'])
      .execute()
    await db.schema
      .createTable('import_items')
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('input', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('operation_id', 'text')
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('bulk_items_key', ['run_id', 'position'])
      .execute()
    await db.schema
      .createIndex('bulk_items_next')
      .on('import_items')
      .columns(['run_id', 'state', 'position'])
      .execute()
    await db.schema
      .createTable('import_rows')
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('position', 'integer')
      .addColumn('columns', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('detail', 'text')
      .addColumn('result_id', 'text')
      .addPrimaryKeyConstraint('bulk_rows_key', ['run_id', 'number'])
      .execute()
    await db.schema
      .createIndex('bulk_rows_state')
      .on('import_rows')
      .columns(['run_id', 'state', 'number'])
      .execute()
    await db.schema.createIndex('bulk_rows_item').on('import_rows').columns(['run_id', 'position']).execute()
  },
}
