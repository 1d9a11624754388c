import type { Kysely } from 'kysely'
import { primaryKey, required } from '../column.ts'

/** Creates the tables of CSV files that become many requests. */
export async function createImportTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('import_runs')
    .addColumn('id', 'text', primaryKey)
    .addColumn('import_id', 'text', required)
    .addColumn('actor', 'text', required)
    .addColumn('team', 'text', required)
    .addColumn('channel', 'text')
    .addColumn('file_id', 'text', required)
    .addColumn('file_name', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('reason', 'text')
    .addColumn('created_at', 'text', required)
    .addColumn('ended_at', 'text')
    .addColumn('setbacks', 'integer', required)
    .addColumn('not_before', 'text')
    .addColumn('leased_by', 'text')
    .addColumn('leased_until', 'text')
    .addColumn('message_channel', 'text')
    .addColumn('message_ts', 'text')
    .addColumn('posting_at', 'text')
    .addColumn('version', 'integer', required)
    .addColumn('shown_version', 'integer', required)
    .addColumn('outcome_state', 'text')
    .execute()
  await db.schema
    .createIndex('import_runs_state')
    .on('import_runs')
    .columns(['state', 'created_at'])
    .execute()

  await db.schema
    .createTable('import_items')
    .addColumn('run_id', 'text', required)
    .addColumn('position', 'integer', required)
    .addColumn('input', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('operation_id', 'text')
    .addColumn('attempts', 'integer', required)
    .addPrimaryKeyConstraint('import_items_key', ['run_id', 'position'])
    .execute()
  await db.schema
    .createIndex('import_items_next')
    .on('import_items')
    .columns(['run_id', 'state', 'position'])
    .execute()

  await db.schema
    .createTable('import_rows')
    .addColumn('run_id', 'text', required)
    .addColumn('number', 'integer', required)
    .addColumn('position', 'integer')
    .addColumn('columns', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('detail', 'text')
    .addColumn('result_id', 'text')
    .addPrimaryKeyConstraint('import_rows_key', ['run_id', 'number'])
    .execute()
  await db.schema
    .createIndex('import_rows_state')
    .on('import_rows')
    .columns(['run_id', 'state', 'number'])
    .execute()
  await db.schema.createIndex('import_rows_item').on('import_rows').columns(['run_id', 'position']).execute()
}
