import type { ExpressionBuilder, Kysely, Selectable, Updateable } from 'kysely'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'

export type ImportRun = Selectable<Schema['import_runs']>

export async function runById(db: Kysely<Schema>, id: string): Promise<ImportRun | undefined> {
  return db.selectFrom('import_runs').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Runs that somebody has said yes to, newest first. */
export async function latestRuns(db: Kysely<Schema>, limit: number): Promise<ImportRun[]> {
  return db
    .selectFrom('import_runs')
    .selectAll()
    .where('state', '!=', 'previewed')
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
}

/**
 * Moves a run on, where it stands as expected.
 * @returns whether it did: false where somebody else was quicker
 */
export async function moveRun(
  db: Kysely<Schema>,
  id: string,
  from: readonly ImportRun['state'][],
  change: Omit<Updateable<Schema['import_runs']>, 'version'>,
): Promise<boolean> {
  const moved = await db
    .updateTable('import_runs')
    .set((expression) => ({ ...change, version: expression('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return moved.numUpdatedRows > 0n
}

/** Ends a run that has nothing left: `done` where all was sent, `stopped` where that was asked for. */
export async function endIfOver(db: Kysely<Schema>, id: string, now: Date): Promise<void> {
  const counts = await db
    .selectFrom('import_items')
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('run_id', '=', id)
    .where('state', 'in', ['waiting', 'sending'])
    .groupBy('state')
    .execute()
  const left = new Set(counts.map(({ state }) => state))
  if (left.has('sending')) return
  const at = now.toISOString()
  if (left.has('waiting')) await moveRun(db, id, ['stopping'], { state: 'stopped' })
  else
    await moveRun(db, id, ['running', 'stopping', 'stopped'], { state: 'done', ended_at: at, reason: null })
}

/** Runs that this process may carry on with now, oldest first. */
export async function runsToCarryOn(
  db: Kysely<Schema>,
  lease: { readonly by: string; readonly now: Date },
): Promise<ImportRun[]> {
  const now = lease.now.toISOString()
  return db
    .selectFrom('import_runs')
    .selectAll()
    .where('state', 'in', ['running', 'stopping'])
    .where(({ or, eb }) =>
      or([
        eb('not_before', 'is', null),
        eb('not_before', '<=', now),
        eb('not_before', '>', tooLate(lease.now)),
      ]),
    )
    .where(isFree(lease))
    .orderBy('created_at')
    .execute()
}

/** Takes a run, or keeps it. @returns whether it is ours */
export async function leaseRun(
  db: Kysely<Schema>,
  id: string,
  lease: { readonly by: string; readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const taken = await db
    .updateTable('import_runs')
    .set({ leased_by: lease.by, leased_until: lease.until.toISOString() })
    .where('id', '=', id)
    .where(isFree(lease))
    .executeTakeFirst()
  return taken.numUpdatedRows > 0n
}

/** No lease and no setback lasts until then: the clock has been set back since. */
function tooLate(now: Date): string {
  return addMilliseconds(now, CLOCK_SKEW_MS).toISOString()
}

/** Nobody else has it, or has not been heard of for too long. */
function isFree({ by, now }: { readonly by: string; readonly now: Date }) {
  return ({ or, eb }: ExpressionBuilder<Schema, 'import_runs'>) =>
    or([
      eb('leased_by', 'is', null),
      eb('leased_by', '=', by),
      eb('leased_until', 'is', null),
      eb('leased_until', '<', now.toISOString()),
      eb('leased_until', '>', tooLate(now)),
    ])
}

/** Lets runs go: those of one process, or of every process where only one can be there. */
export async function releaseRuns(db: Kysely<Schema>, by?: string): Promise<void> {
  await db
    .updateTable('import_runs')
    .set({ leased_by: null, leased_until: null })
    .$if(by !== undefined, (query) => query.where('leased_by', '=', by ?? ''))
    .execute()
}

/**
 * A setback that says nothing about the item: its run waits until then. Several at once count as one.
 * @returns how many in a row
 */
export async function setBack(
  db: Kysely<Schema>,
  runId: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<number> {
  await db
    .updateTable('import_runs')
    .set((expression) => ({
      setbacks: expression('setbacks', '+', 1),
      version: expression('version', '+', 1),
      not_before: until.toISOString(),
    }))
    .where('id', '=', runId)
    .where(({ or, eb }) =>
      or([
        eb('not_before', 'is', null),
        eb('not_before', '<=', now.toISOString()),
        eb('not_before', '>', tooLate(now)),
      ]),
    )
    .execute()
  return (await runById(db, runId))?.setbacks ?? 0
}

/** Returns how many runs share CMR's pace. */
export async function runsUnderWay(db: Kysely<Schema>): Promise<number> {
  const { count } = await db
    .selectFrom('import_runs')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow()
  return Number(count)
}
