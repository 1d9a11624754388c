import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { type Operation, openStates } from './operations.ts'

/** Some operations, and how many there are in all. */
export interface OperationPage {
  readonly rows: readonly Operation[]
  readonly total: number
}

/**
 * Operations that are not over: those that need a person first, then the oldest. The rows of an import are told by its
 * own message.
 * @param of.actor Slack user id, where only that person's are wanted
 */
export async function openWork(
  db: Kysely<Schema>,
  of: { readonly actor?: string | undefined; readonly limit: number },
): Promise<OperationPage> {
  const open = db
    .selectFrom('operations')
    .where('state', 'in', openStates)
    .where('run_id', 'is', null)
    .$if(of.actor !== undefined, (query) => query.where('actor', '=', of.actor ?? ''))
  const rows = await open
    .selectAll()
    .orderBy(sql`case when flagged_at is null then 1 else 0 end`)
    .orderBy('created_at')
    .limit(of.limit)
    .execute()
  if (rows.length < of.limit) return { rows, total: rows.length }
  const { count } = await open.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return { rows, total: Number(count) }
}

/** What `/cmr operations` lists: what is open, the oldest first, or everything, the newest first. */
export async function operationPage(
  db: Kysely<Schema>,
  { all, offset, limit }: { readonly all: boolean; readonly offset: number; readonly limit: number },
): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .$if(!all, (query) => query.where('state', 'in', openStates))
    .orderBy('created_at', all ? 'desc' : 'asc')
    .orderBy('id')
    .offset(offset)
    .limit(limit)
    .execute()
}

/** How many operations are open, or how many there are. */
export async function countOperations(
  db: Kysely<Schema>,
  { all }: { readonly all: boolean },
): Promise<number> {
  const { count } = await db
    .selectFrom('operations')
    .$if(!all, (query) => query.where('state', 'in', openStates))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Placed orders of which CMR has not told that anything came: those left unconfirmed are among them. Oldest first. */
export async function ordersWithoutOutcome(db: Kysely<Schema>, limit: number): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('state', '=', sql.lit('ended' as const))
    .where('outcome', 'is', null)
    .where('order_id', 'is not', null)
    .orderBy('created_at')
    .limit(limit)
    .execute()
}

/** How many operations ended in a span of time, without the rows of imports, and those that failed or came out in part. */
export async function endedWork(
  db: Kysely<Schema>,
  { from, to }: { readonly from: Date; readonly to: Date },
  limit: number,
): Promise<{ readonly total: number; readonly failed: OperationPage }> {
  const ended = db
    .selectFrom('operations')
    .where('ended_at', '>', from.toISOString())
    .where('ended_at', '<=', to.toISOString())
    .where('run_id', 'is', null)
  const lost = db
    .selectFrom('expected_results')
    .select('operation_id')
    .where('expected_results.state', '=', 'failed')
    .where('expected_results.kind', '!=', 'mail check')
  const failed = ended.where(({ or, eb }) => or([eb('state', '=', 'failed'), eb('id', 'in', lost)]))
  const count = async (query: typeof ended) => {
    const row = await query.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
    return Number(row.count)
  }
  const rows = await failed.selectAll().orderBy('ended_at', 'desc').limit(limit).execute()
  return {
    total: await count(ended),
    failed: { rows, total: rows.length < limit ? rows.length : await count(failed) },
  }
}

/**
 * Returns which results of some kinds somebody waits for, as "kind name" with the name in lower case. What is overdue
 * may never come, and is left out.
 */
export async function resultsUnderWay(
  db: Kysely<Schema>,
  kinds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('expected_results as part')
    .innerJoin('operations as operation', 'operation.id', 'part.operation_id')
    .select(['part.kind', 'part.name'])
    .where('operation.state', 'in', openStates)
    .where('part.state', '=', 'waiting')
    .where('part.kind', 'in', kinds)
    .where(({ or, eb }) =>
      or([eb('operation.deadline_at', 'is', null), eb('operation.deadline_at', '>', now.toISOString())]),
    )
    .execute()
  return new Set(rows.map(({ kind, name }) => `${kind} ${name}`))
}

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
