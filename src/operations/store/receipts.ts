import type { ExpressionBuilder, Kysely } from 'kysely'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'
import type { Operation } from './operations.ts'

/** Nobody is showing it, or the lease is so long that the clock must have been set back since. */
function isFree(now: Date) {
  const tooLate = addMilliseconds(now, CLOCK_SKEW_MS).toISOString()
  return ({ or, eb }: ExpressionBuilder<Schema, 'operations'>) =>
    or([
      eb('receipt_until', 'is', null),
      eb('receipt_until', '<=', now.toISOString()),
      eb('receipt_until', '>', tooLate),
    ])
}

/**
 * Receipts that do not show the current state, those that nobody else is showing. What does not stand there at all
 * comes first: edits wait for Slack's pace, and nobody's receipt waits for them.
 */
export async function staleReceipts(db: Kysely<Schema>, now: Date): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .whereRef('version', '>', 'shown_version')
    .where('run_id', 'is', null)
    .where('state', '!=', 'intended')
    .where(isFree(now))
    .orderBy('receipt_ts', (order) => order.asc().nullsFirst())
    .orderBy('created_at')
    .limit(50)
    .execute()
}

/**
 * Takes a receipt to show it: nobody else does until the lease ends.
 * @returns the operation as it is to be shown; nothing where it is shown already, or another is at it
 */
export async function claimReceipt(
  db: Kysely<Schema>,
  id: string,
  lease: { now: Date; until: Date },
): Promise<Operation | undefined> {
  return db
    .updateTable('operations')
    .set({ receipt_until: lease.until.toISOString() })
    .where('id', '=', id)
    .where('run_id', 'is', null)
    .whereRef('version', '>', 'shown_version')
    .where(isFree(lease.now))
    .returningAll()
    .executeTakeFirst()
}

/** Notes that Slack is about to be asked to post it: from now on it may stand there. */
export async function tryReceipt(db: Kysely<Schema>, id: string, at: Date): Promise<void> {
  await db
    .updateTable('operations')
    .set({ receipt_tried_at: at.toISOString() })
    .where('id', '=', id)
    .execute()
}

/**
 * The receipt shows a version.
 * @param version the current one where left out
 */
export async function markShown(db: Kysely<Schema>, id: string, version?: number): Promise<void> {
  await db
    .updateTable('operations')
    .set((expression) => ({ shown_version: version ?? expression.ref('version'), receipt_until: null }))
    .where('id', '=', id)
    .execute()
}

/** Ends every lease, those of processes that have died. */
export async function freeReceipts(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('operations')
    .set({ receipt_until: null })
    .where('receipt_until', 'is not', null)
    .execute()
}

/** Not this time: nobody tries before then. */
export async function postponeReceipt(db: Kysely<Schema>, id: string, until: Date): Promise<void> {
  await db
    .updateTable('operations')
    .set({ receipt_until: until.toISOString() })
    .where('id', '=', id)
    .execute()
}
