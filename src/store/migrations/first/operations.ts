import { type Kysely, sql } from 'kysely'
import { primaryKey, required, startingAt } from '../column.ts'

/** Creates the tables of operations, of the results they wait for, and of their story. */
export async function createOperationTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('operations')
    .addColumn('id', 'text', primaryKey)
    .addColumn('submission_key', 'text', (column) => column.unique())
    .addColumn('endpoint', 'text', required)
    .addColumn('actor', 'text', required)
    .addColumn('channel', 'text')
    .addColumn('receipt_ts', 'text')
    .addColumn('thread_ts', 'text')
    .addColumn('state', 'text', required)
    .addColumn('outcome', 'text')
    .addColumn('reported_not_happened_by', 'text')
    .addColumn('action_id', 'text')
    .addColumn('order_id', 'text')
    .addColumn('subject', 'text', required)
    .addColumn('label', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('ended_at', 'text')
    .addColumn('poll_at', 'text')
    .addColumn('deadline_at', 'text')
    .addColumn('polls', 'integer', startingAt(0))
    .addColumn('cents', 'bigint')
    .addColumn('run_id', 'text')
    .addColumn('request', 'text')
    .addColumn('sent_at', 'text')
    .addColumn('head', 'text')
    .addColumn('receipt_tried_at', 'text')
    .addColumn('receipt_until', 'text')
    .addColumn('flagged_at', 'text')
    .addColumn('version', 'integer', startingAt(0))
    .addColumn('shown_version', 'integer', startingAt(0))
    .execute()
  await db.schema.createIndex('operations_action').on('operations').column('action_id').execute()
  await db.schema.createIndex('operations_order').on('operations').column('order_id').execute()
  await db.schema.createIndex('operations_due').on('operations').columns(['state', 'poll_at']).execute()
  await db.schema.createIndex('operations_run').on('operations').column('run_id').execute()
  // Orders that wait to be processed are among the few without an outcome.
  await db.schema
    .createIndex('operations_without_outcome')
    .on('operations')
    .column('created_at')
    .where(sql<boolean>`state = 'ended' and outcome is null and order_id is not null`)
    .execute()
  // What `/cmr orders list` shows: a few of very many.
  await db.schema
    .createIndex('operations_placing_orders')
    .on('operations')
    .column('created_at')
    .where(sql<boolean>`endpoint like 'orders.%' or endpoint = 'prewarm.order'`)
    .execute()
  // What limits sum up; of a year, most operations charge nothing.
  await db.schema
    .createIndex('operations_spending')
    .on('operations')
    .columns(['sent_at', 'actor'])
    .where(sql<boolean>`cents is not null`)
    .execute()
  // Nearly every receipt shows the current state: only the others are worth an entry.
  await db.schema
    .createIndex('operations_unshown')
    .on('operations')
    .column('created_at')
    .where(sql<boolean>`version > shown_version`)
    .execute()

  await db.schema
    .createTable('expected_results')
    .addColumn('operation_id', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('detail', 'text')
    .addColumn('event_id', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('before', 'text')
    .addColumn('sent_at', 'text')
    .addColumn('label', 'text')
    .addColumn('follow_up', 'text')
    .addPrimaryKeyConstraint('expected_results_key', ['operation_id', 'kind', 'name'])
    .execute()
  await db.schema
    .createIndex('expected_results_state')
    .on('expected_results')
    .columns(['state', 'kind', 'name'])
    .execute()
  await db.schema.createIndex('expected_results_name').on('expected_results').column('name').execute()
  await db.schema
    .createIndex('expected_results_follow_up')
    .on('expected_results')
    .column('operation_id')
    .where(sql<boolean>`state = 'waiting' and follow_up is not null`)
    .execute()

  await db.schema
    .createTable('operation_steps')
    .addColumn('operation_id', 'text', required)
    .addColumn('at', 'text', required)
    .addColumn('step', 'text', required)
    .execute()
  await db.schema
    .createIndex('operation_steps_operation')
    .on('operation_steps')
    .column('operation_id')
    .execute()
}
