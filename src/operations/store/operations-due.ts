import type { Kysely } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import type { Operation } from './operations.ts'

/** Operations that CMR has to be asked about by now. */
export async function operationsToPoll(db: Kysely<Schema>, now: Date): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('state', 'in', ['accepted', 'unknown'])
    .where('poll_at', '<=', now.toISOString())
    .orderBy('poll_at')
    .limit(20)
    .execute()
}

/** Operations that CMR has to be asked about after now. */
export async function operationsToChaseLater(db: Kysely<Schema>, now: Date): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('state', 'in', ['accepted', 'unknown'])
    .where('poll_at', '>', now.toISOString())
    .execute()
}

/**
 * Takes the next check at an operation, and plans the one after it.
 * @returns whether it is the caller's: nobody else has taken it
 */
export async function claimPoll(
  db: Kysely<Schema>,
  { id, poll_at: planned }: Pick<Operation, 'id' | 'poll_at'>,
  next: { readonly at: Date; readonly polls: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('operations')
    .set({ poll_at: next.at.toISOString(), polls: next.polls })
    .where('id', '=', id)
    .where('poll_at', '=', planned)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Notes that people are told of it, and has its receipt show that.
 * @returns nothing where it has moved on meanwhile, or they were told already
 */
export async function flagOperation(
  db: Kysely<Schema>,
  { id, state }: Pick<Operation, 'id' | 'state'>,
  at: Date,
): Promise<Operation | undefined> {
  return db
    .updateTable('operations')
    .set((expression) => ({ flagged_at: at.toISOString(), version: expression('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', state)
    .where('flagged_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/**
 * Operations whose end nobody wrote down, and of which nothing has left since then. One of many requests may take
 * long: `sent_at` moves on with each of them.
 */
export async function unfinishedOperations(db: Kysely<Schema>, before: Date): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('state', '=', 'intended')
    .where(({ fn }) => fn.coalesce('sent_at', 'created_at'), '<=', before.toISOString())
    .orderBy('created_at')
    .execute()
}
