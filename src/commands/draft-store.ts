import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Schema } from '../store/schema.ts'

export type DraftRow = Selectable<Schema['drafts']>

/** Writes a draft down, in place of what it held before; those that nobody went on with are forgotten. */
export async function saveDraft(db: Kysely<Schema>, row: Insertable<Schema['drafts']>): Promise<void> {
  await db.deleteFrom('drafts').where('expires_at', '<', row.saved_at).execute()
  const { id: _, ...changed } = row
  await db
    .insertInto('drafts')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute()
}

/** @param by who asks for it: only its author may have it, unless it is everybody's */
export async function findDraft(
  db: Kysely<Schema>,
  { id, by, now }: { readonly id: string; readonly by: string; readonly now: Date },
): Promise<DraftRow | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('id', '=', id)
    .where('expires_at', '>', now.toISOString())
    .where(({ or, eb }) => or([eb('author', '=', by), eb('author', 'is', null)]))
    .executeTakeFirst()
}

/**
 * What somebody began last and did not finish.
 * @param sought.empty the `gathered` of a form that was opened and no more
 */
export async function latestDraft(
  db: Kysely<Schema>,
  sought: { readonly author: string; readonly command: string; readonly empty: string; readonly now: Date },
): Promise<DraftRow | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('author', '=', sought.author)
    .where('command', '=', sought.command)
    .where('draft_content', '!=', sought.empty)
    .where('expires_at', '>', sought.now.toISOString())
    .orderBy('saved_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function deleteDraft(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom('drafts').where('id', '=', id).execute()
}
