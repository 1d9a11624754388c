import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Subjects and their threads, urgency, and a lane a channel instead of a lease a row. */
export const channel_queues: Migration = {
  async up(db: Kysely<never>) {
    for (const column of ['subject', 'user_id', 'domain', 'operation_id']) {
      await db.schema.alterTable('events').addColumn(column, 'text').execute()
    }
    await db.schema
      .alterTable('events')
      .addColumn('source', 'text', (column) => column.notNull().defaultTo('webhook'))
      .execute()
    await db.schema.createIndex('events_received').on('events').column('received_at').execute()
    await db.schema.createIndex('events_subject').on('events').column('subject').execute()

    await db.schema
      .alterTable('outbox')
      .addColumn('rank', 'integer', (column) => column.notNull().defaultTo(3))
      .execute()
    for (const column of ['subject', 'operation_id', 'route_id', 'mention']) {
      await db.schema.alterTable('outbox').addColumn(column, 'text').execute()
    }
    await db.schema.dropIndex('outbox_due').execute()
    await db.schema
      .createIndex('outbox_next')
      .on('outbox')
      .columns(['channel', 'state', 'rank', 'id'])
      .execute()
    await db.schema.createIndex('outbox_subject').on('outbox').columns(['channel', 'subject', 'id']).execute()
    await db.schema.createIndex('outbox_held').on('outbox').columns(['state', 'not_before']).execute()
    await db.schema.createIndex('outbox_operation').on('outbox').column('operation_id').execute()
    await db.schema.createIndex('outbox_delivery').on('outbox').column('delivery_id').execute()

    await db.schema
      .createTable('channel_queues')
      .addColumn('channel', 'text', (column) => column.primaryKey())
      .addColumn('due_at', 'text')
      .addColumn('leased_by', 'text')
      .addColumn('leased_until', 'text')
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('error', 'text')
      .addColumn('broken_at', 'text')
      .execute()
    await db.schema
      .createTable('threads')
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('root_ts', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'text', (column) => column.notNull())
      .addColumn('last_event_id', 'text', (column) => column.notNull())
      .addColumn('resolved_at', 'text')
      .addColumn('acknowledged_by', 'text')
      .addColumn('acknowledged_at', 'text')
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('shown_version', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('threads_key', ['channel', 'subject'])
      .execute()
    await db.schema.alterTable('messages').addColumn('thread_ts', 'text').execute()
  },
}
