import type { Kysely } from 'kysely'
import type { Schema } from '../../store/schema.ts'

/** What the wallet held when CMR last said so. */
export interface WalletBalance {
  readonly cents: number
  /** ISO 4217. */
  readonly currency: string
  readonly seenAt: Date
}

/** Returns what the wallet held when CMR last said so; nothing where it has not yet. */
export async function walletBalance(db: Kysely<Schema>): Promise<WalletBalance | undefined> {
  const row = await db.selectFrom('wallet').selectAll().executeTakeFirst()
  return row && { cents: row.balance_cents, currency: row.currency, seenAt: new Date(row.seen_at) }
}

/** Notes what the wallet holds; what was said before does not undo what was said after. */
export async function noteWallet(
  db: Kysely<Schema>,
  { cents, currency, seenAt }: WalletBalance,
): Promise<void> {
  await db
    .insertInto('wallet')
    .values({ id: 'wallet', balance_cents: cents, currency, seen_at: seenAt.toISOString() })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(({ ref }) => ({
          balance_cents: ref('excluded.balance_cents'),
          currency: ref('excluded.currency'),
          seen_at: ref('excluded.seen_at'),
        }))
        .whereRef('wallet.seen_at', '<=', 'excluded.seen_at'),
    )
    .execute()
}
