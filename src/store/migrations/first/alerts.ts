import { type Kysely, sql } from 'kysely'
import { primaryKey, required, serialType, startingAt } from '../column.ts'

/** Creates the tables of what is to be posted in Slack, and of what stands there. */
export async function createAlertTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('id', serialType(db), primaryKey)
    .addColumn('event_id', 'text', required)
    .addColumn('channel', 'text', required)
    .addColumn('batch_key', 'text')
    .addColumn('thread_ts', 'text')
    .addColumn('state', 'text', required)
    .addColumn('attempts', 'integer', required)
    .addColumn('not_before', 'text', required)
    .addColumn('delivery_id', 'text')
    .addColumn('error', 'text')
    .addColumn('rank', 'integer', required)
    .addColumn('subject', 'text')
    .addColumn('threaded', 'integer', startingAt(0))
    .addColumn('operation_id', 'text')
    .addColumn('route_id', 'text')
    .addColumn('mention', 'text')
    .addColumn('moved_from', 'text')
    .addUniqueConstraint('outbox_once', ['event_id', 'channel'])
    .execute()
  await createOutboxIndexes(db)

  await db.schema
    .createTable('channel_queues')
    .addColumn('channel', 'text', primaryKey)
    .addColumn('due_at', 'text')
    .addColumn('paced_until', 'text')
    .addColumn('leased_by', 'text')
    .addColumn('leased_until', 'text')
    .addColumn('attempts', 'integer', required)
    .addColumn('error', 'text')
    .addColumn('broken_at', 'text')
    .addColumn('admins_notified_at', 'text')
    .execute()

  await db.schema
    .createTable('threads')
    .addColumn('channel', 'text', required)
    .addColumn('subject', 'text', required)
    .addColumn('root_ts', 'text', required)
    .addColumn('opened_at', 'text', required)
    .addColumn('last_event_id', 'text', required)
    .addColumn('resolved_at', 'text')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledged_at', 'text')
    .addColumn('events', 'integer', startingAt(1))
    .addColumn('trouble_at', 'text')
    .addColumn('trouble_event_id', 'text')
    .addColumn('version', 'integer', required)
    .addColumn('shown_version', 'integer', required)
    .addPrimaryKeyConstraint('threads_key', ['channel', 'subject'])
    .execute()
  await db.schema
    .createIndex('threads_behind')
    .on('threads')
    .column('channel')
    .where(sql<boolean>`shown_version < version`)
    .execute()
  await db.schema
    .createIndex('threads_in_trouble')
    .on('threads')
    .column('opened_at')
    .where(sql<boolean>`resolved_at is null and trouble_event_id is not null`)
    .execute()

  await db.schema
    .createTable('messages')
    .addColumn('delivery_id', 'text', primaryKey)
    .addColumn('channel', 'text', required)
    .addColumn('ts', 'text', required)
    .addColumn('posted_at', 'text', required)
    .addColumn('thread_ts', 'text')
    .addColumn('file', 'text')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledged_at', 'text')
    .addColumn('version', 'integer', startingAt(0))
    .addColumn('shown_version', 'integer', startingAt(0))
    .execute()
  await db.schema
    .createIndex('messages_behind')
    .on('messages')
    .column('channel')
    .where(sql<boolean>`shown_version < version`)
    .execute()
  await db.schema.createIndex('messages_posted').on('messages').columns(['channel', 'posted_at']).execute()
  await db.schema
    .createIndex('messages_file')
    .on('messages')
    .column('channel')
    .where(sql<boolean>`file = 'owed'`)
    .execute()

  await db.schema
    .createTable('channel_names')
    .addColumn('name', 'text', primaryKey)
    .addColumn('channel', 'text', required)
    .execute()
}

/** They hold only rows that are still to be posted, so that old rows slow down neither inserts nor claims. */
async function createOutboxIndexes(db: Kysely<never>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(`outbox_${name}`).on('outbox')
  const waiting = sql<boolean>`state = 'waiting'`
  await index('next').columns(['channel', 'rank', 'id']).where(waiting).execute()
  await index('subject')
    .columns(['channel', 'subject', 'id'])
    .where(sql<boolean>`${waiting} and subject is not null`)
    .execute()
  await index('begun')
    .columns(['channel', 'id'])
    .where(sql<boolean>`${waiting} and delivery_id is not null`)
    .execute()
  await index('held').column('not_before').where(sql<boolean>`state = 'held'`).execute()
  await index('failed').column('id').where(sql<boolean>`state = 'failed'`).execute()
  await index('operation').column('operation_id').where(sql<boolean>`operation_id is not null`).execute()
  await index('delivery').column('delivery_id').where(sql<boolean>`delivery_id is not null`).execute()
}
