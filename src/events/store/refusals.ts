import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'

export type RefusalRow = Selectable<Schema['webhook_refusals']>

/** Adds to how many webhooks were refused for one reason. */
export async function addRefusals(db: Kysely<Schema>, row: RefusalRow): Promise<void> {
  await db
    .insertInto('webhook_refusals')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('kind').doUpdateSet(({ eb, ref }) => ({
        refused: eb('webhook_refusals.refused', '+', ref('excluded.refused')),
        last_at: ref('excluded.last_at'),
      })),
    )
    .execute()
}

/** Returns how many webhooks were refused so far, by reason, the latest first. */
export async function refusalRows(db: Kysely<Schema>): Promise<RefusalRow[]> {
  return db.selectFrom('webhook_refusals').selectAll().orderBy('last_at', 'desc').execute()
}
