import type { Kysely } from 'kysely'
import type { Schema } from '../../store/schema.ts'

/** How CMR signed a webhook, and when it last did (ISO 8601). */
export interface Signature {
  readonly variant: string
  readonly seen_at: string
}

/** Notes how CMR signs. */
export async function noteSignature(db: Kysely<Schema>, { variant, seen_at }: Signature): Promise<void> {
  await db
    .insertInto('webhook_signatures')
    .values({ variant, seen_at })
    .onConflict((conflict) => conflict.column('variant').doUpdateSet({ seen_at }))
    .execute()
}

/** How CMR signed last; nothing where no webhook has come yet. */
export async function lastSignature(db: Kysely<Schema>): Promise<Signature | undefined> {
  return db.selectFrom('webhook_signatures').selectAll().orderBy('seen_at', 'desc').executeTakeFirst()
}
