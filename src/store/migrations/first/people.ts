import type { Kysely } from 'kysely'
import { primaryKey, required } from '../column.ts'

/** Creates the tables of who is a member, what people have begun to fill in, and what they did. */
export async function createPeopleTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('standings')
    .addColumn('slack_user_id', 'text', primaryKey)
    .addColumn('team_id', 'text', required)
    .addColumn('standing', 'text', required)
    .addColumn('seen_at', 'text', required)
    .execute()

  await db.schema
    .createTable('drafts')
    .addColumn('id', 'text', primaryKey)
    .addColumn('author', 'text')
    .addColumn('command', 'text', required)
    .addColumn('draft_content', 'text', required)
    .addColumn('input', 'text')
    .addColumn('saved_at', 'text', required)
    .addColumn('expires_at', 'text', required)
    .execute()
  await db.schema.createIndex('drafts_expired').on('drafts').column('expires_at').execute()
  await db.schema
    .createIndex('drafts_author')
    .on('drafts')
    .columns(['author', 'command', 'saved_at'])
    .execute()

  await db.schema
    .createTable('policies')
    .addColumn('version', 'bigint', primaryKey)
    .addColumn('content', 'text', required)
    .addColumn('changed_by', 'text', required)
    .addColumn('changed_at', 'text', required)
    .execute()
  await createAuditTables(db)
}

async function createAuditTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('id', 'bigint', primaryKey)
    .addColumn('at', 'text', required)
    .addColumn('actor', 'text', required)
    .addColumn('door', 'text')
    .addColumn('channel', 'text')
    .addColumn('command', 'text', required)
    .addColumn('arguments', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('detail', 'text')
    .addColumn('reason', 'text')
    .addColumn('action_id', 'text')
    .addColumn('operation_id', 'text')
    .addColumn('cents', 'bigint')
    .addColumn('previous_hash', 'text', required)
    .addColumn('hash', 'text', required)
    .execute()
  await db.schema
    .createTable('audit_head')
    .addColumn('name', 'text', primaryKey)
    .addColumn('first_id', 'bigint', required)
    .addColumn('first_hash', 'text', required)
    .addColumn('last_id', 'bigint', required)
    .addColumn('last_hash', 'text', required)
    .addColumn('sealed_by', 'text', required)
    .addColumn('seal', 'text', required)
    .execute()
}
