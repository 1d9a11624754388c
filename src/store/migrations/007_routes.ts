import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Who hears what; silence and reminders; the event log by what people look for. */
export const routes: Migration = {
  async up(db: Kysely<never>) {
    await db.schema
      .createTable('routes')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('channel_name', 'text', (column) => column.notNull())
      .addColumn('takes', 'text', (column) => column.notNull())
      .addColumn('tells', 'text', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('changed_at', 'text', (column) => column.notNull())
      .addColumn('muted_until', 'text')
      .addColumn('muted_by', 'text')
      .addColumn('removed_at', 'text')
      .execute()
    await db.schema
      .createTable('mutes')
      .addColumn('subject', 'text', (column) => column.primaryKey())
      .addColumn('until', 'text')
      .addColumn('muted_by', 'text', (column) => column.notNull())
      .addColumn('muted_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('snoozes')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('event_id', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('thread_ts', 'text', (column) => column.notNull())
      .addColumn('due_at', 'text', (column) => column.notNull())
      .addColumn('asked_by', 'text', (column) => column.notNull())
      .addColumn('asked_at', 'text', (column) => column.notNull())
      .addColumn('told_at', 'text')
      .execute()
    await db.schema.createIndex('snoozes_due').on('snoozes').columns(['told_at', 'due_at']).execute()
    for (const column of ['domain', 'user_id', 'operation_id'] as const) {
      await db.schema.createIndex(`events_${column}`).on('events').columns([column, 'received_at']).execute()
    }
  },
}
