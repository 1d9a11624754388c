import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What a person says did not happen may be told of all the same: so whose word it was is remembered. And operations
 * are looked up by what people call them.
 */
export const denied: Migration = {
  async up(db: Kysely<never>) {
    await db.schema.alterTable('operations').addColumn('reported_not_happened_by', 'text').execute()
    await db.schema.createIndex('operation_parts_called').on('expected_results').column('name').execute()
  },
}
