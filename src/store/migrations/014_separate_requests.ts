import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * An operation may take several requests, one for each expected result. When each of them left is remembered, so
 * that after a crash what never left is told from what CMR may have done. A result that is named by an id also
 * keeps the words that people know it by.
 */
export const separateRequests: Migration = {
  async up(db: Kysely<never>) {
    await db.schema.alterTable('expected_results').addColumn('sent_at', 'text').execute()
    await db.schema.alterTable('expected_results').addColumn('label', 'text').execute()
    await sql`update expected_results set sent_at = (
      select operations.sent_at from operations where operations.id = expected_results.operation_id
    )`.execute(db)
  },
}
