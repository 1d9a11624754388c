import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What delivery needs to know of lanes, threads and messages. The outbox's indexes hold only rows that are
 * still to be told, so that neither taking in nor taking out gets slower with what was told long ago.
 */
export const delivery: Migration = {
  async up(db: Kysely<never>) {
    await db.schema.alterTable('channel_queues').addColumn('paced_until', 'text').execute()
    await db.schema.alterTable('channel_queues').addColumn('told_at', 'text').execute()
    await db.schema
      .alterTable('outbox')
      .addColumn('threaded', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await db.schema.alterTable('outbox').addColumn('moved_from', 'text').execute()
    await db.schema.alterTable('messages').addColumn('file', 'text').execute()
    await db.schema
      .alterTable('threads')
      .addColumn('events', 'integer', (column) => column.notNull().defaultTo(1))
      .execute()
    for (const column of ['trouble_at', 'trouble_event_id'])
      await db.schema.alterTable('threads').addColumn(column, 'text').execute()
    await db.schema
      .createTable('channel_names')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('channel', 'text', (column) => column.notNull())
      .execute()

    await db.schema
      .createTable('scratch')
      .addColumn('filler', 'text', (column) => column.notNull())
      .execute()

    for (const old of ['next', 'subject', 'held', 'operation', 'delivery'])
      await db.schema.dropIndex(`outbox_${old}`).execute()
    for (const column of ['leased_by', 'leased_until'])
      await db.schema.alterTable('outbox').dropColumn(column).execute()
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
    await db.schema.createIndex('messages_told').on('messages').columns(['channel', 'posted_at']).execute()
    await db.schema
      .createIndex('messages_file')
      .on('messages')
      .column('channel')
      .where(sql<boolean>`file = 'owed'`)
      .execute()
    await db.schema
      .createIndex('threads_behind')
      .on('threads')
      .column('channel')
      .where(sql<boolean>`shown_version < version`)
      .execute()

    // What waits already gets its lane.
    await sql`insert into channel_queues (channel, due_at, attempts)
      select channel, min(not_before), 0 from outbox where state = 'waiting' group by channel
      on conflict (channel) do nothing`.execute(db)
  },
}
