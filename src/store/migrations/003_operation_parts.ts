import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What an operation waits for, piece by piece, its story, and when it is next looked at. */
export const operationParts: Migration = {
  async up(db: Kysely<never>) {
    for (const column of ['poll_at', 'deadline_at', 'run_id', 'request']) {
      await db.schema.alterTable('operations').addColumn(column, 'text').execute()
    }
    for (const column of ['polls', 'version', 'shown_version']) {
      await db.schema
        .alterTable('operations')
        .addColumn(column, 'integer', (definition) => definition.notNull().defaultTo(0))
        .execute()
    }
    await db.schema.createIndex('operations_chase').on('operations').columns(['state', 'poll_at']).execute()
    await db.schema.createIndex('operations_bulk').on('operations').column('run_id').execute()
    await db.schema
      .createTable('expected_results')
      .addColumn('operation_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('detail', 'text')
      .addColumn('event_id', 'text')
      .addColumn('ended_at', 'text')
      .addPrimaryKeyConstraint('operation_parts_key', ['operation_id', 'kind', 'name'])
      .execute()
    await db.schema
      .createIndex('operation_parts_name')
      .on('expected_results')
      .columns(['state', 'kind', 'name'])
      .execute()
    await db.schema
      .createTable('operation_steps')
      .addColumn('operation_id', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('step', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('operation_steps_of').on('operation_steps').column('operation_id').execute()
  },
}
