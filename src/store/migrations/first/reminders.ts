import { type Kysely, sql } from 'kysely'
import { required } from '../column.ts'

/** Creates the table of the reminders that were made of renewals. */
export async function createReminderTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('renewal_reminders')
    .addColumn('thing', 'text', required)
    .addColumn('period', 'text', required)
    .addColumn('threshold', 'text', required)
    .addColumn('subject', 'text', required)
    .addColumn('told_at', 'text', required)
    .addColumn('settled_at', 'text')
    .addColumn('progress', 'text')
    .addPrimaryKeyConstraint('renewal_reminders_key', ['thing', 'period', 'threshold'])
    .execute()
  await db.schema
    .createIndex('renewal_reminders_open')
    .on('renewal_reminders')
    .column('subject')
    .where(sql<boolean>`settled_at is null`)
    .execute()
}
