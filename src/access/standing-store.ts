import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../store/schema.ts'

/** What somebody was last seen to be in the installed workspace. */
export type StandingRow = Selectable<Schema['standings']>

/**
 * Writes down what somebody was seen to be.
 * @param options.keep whether it is kept at all; otherwise what was known before is forgotten
 * @param options.forgetBefore what was seen earlier is of no use to anybody
 */
export async function noteStanding(
  db: Kysely<Schema>,
  row: StandingRow,
  options: { readonly keep: boolean; readonly forgetBefore: Date },
): Promise<void> {
  await db.deleteFrom('standings').where('seen_at', '<', options.forgetBefore.toISOString()).execute()
  if (!options.keep) {
    await db.deleteFrom('standings').where('slack_user_id', '=', row.slack_user_id).execute()
    return
  }
  const { slack_user_id: _, ...changed } = row
  await db
    .insertInto('standings')
    .values(row)
    .onConflict((conflict) => conflict.column('slack_user_id').doUpdateSet(changed))
    .execute()
}

/** Returns what somebody was last seen to be; nothing where that is not known. */
export async function lastStanding(
  db: Kysely<Schema>,
  slackUserId: string,
): Promise<StandingRow | undefined> {
  return db.selectFrom('standings').selectAll().where('slack_user_id', '=', slackUserId).executeTakeFirst()
}
