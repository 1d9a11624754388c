import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How many webhooks that carry CMR's signature headers were refused, and when last: the doctor is another process. */
export const webhookRefusals: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createTable('webhook_refusals')
      .addColumn('kind', 'text', (column) => column.primaryKey())
      .addColumn('refused', 'integer', (column) => column.notNull())
      .addColumn('last_at', 'text', (column) => column.notNull())
      .execute()
  },
}
