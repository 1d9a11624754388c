import type { Kysely } from 'kysely'
import { primaryKey, required, startingAt } from '../column.ts'

/** Creates the table of what waits for somebody else's approval. */
export async function createApprovalTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('approvals')
    .addColumn('id', 'text', primaryKey)
    .addColumn('requester', 'text', required)
    .addColumn('team', 'text', required)
    .addColumn('channel', 'text')
    .addColumn('thread_ts', 'text')
    .addColumn('command', 'text', required)
    .addColumn('input', 'text', required)
    .addColumn('cents', 'bigint')
    .addColumn('question', 'text', required)
    .addColumn('details', 'text')
    .addColumn('why', 'text', required)
    .addColumn('seal', 'text', required)
    .addColumn('approvers', 'integer', required)
    .addColumn('state', 'text', required)
    .addColumn('approved_by', 'text', required)
    .addColumn('refused_by', 'text')
    .addColumn('outcome', 'text')
    .addColumn('operation_id', 'text')
    .addColumn('created_at', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addColumn('running_at', 'text')
    .addColumn('message_channel', 'text')
    .addColumn('message_ts', 'text')
    .addColumn('posting_at', 'text')
    .addColumn('telling_at', 'text')
    .addColumn('told_at', 'text')
    .addColumn('version', 'integer', startingAt(1))
    .addColumn('shown_version', 'integer', startingAt(0))
    .execute()
  await db.schema.createIndex('approvals_state').on('approvals').columns(['state', 'created_at']).execute()
}
