import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Receipts that survive a crash, and what an outcome is told by when CMR is asked for it. */
export const receipts: Migration = {
  async up(db: Kysely<never>) {
    for (const column of ['sent_at', 'head', 'receipt_tried_at', 'receipt_until', 'flagged_at']) {
      await db.schema.alterTable('operations').addColumn(column, 'text').execute()
    }
    await db.schema.alterTable('expected_results').addColumn('before', 'text').execute()
    // Nearly every receipt shows the current state: only the others are worth an entry.
    await sql`create index operations_unshown on operations (created_at) where version > shown_version`.execute(
      db,
    )
  },
}
