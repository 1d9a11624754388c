import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Schema } from './schema.ts'

export type BulkRun = Selectable<Schema['bulk_runs']>
export type BulkItem = Selectable<Schema['bulk_items']>
export type BulkRow = Selectable<Schema['bulk_rows']>

/** How many rows stand where. */
export interface Tally {
  readonly rows: Readonly<Record<BulkRow['state'], number>>
  /** Requests that have not been sent. */
  readonly itemsLeft: number
}

/** What became of rows of an item; rows that are not named share the first outcome. */
export interface RowOutcome {
  readonly state: 'done' | 'failed' | 'unknown'
  readonly detail?: string | undefined
  readonly resultId?: string | undefined
}

/** Rows in one statement: the drivers take some tens of thousands of parameters. */
const AT_ONCE = 500

/** Writes down a file that was read, in place of earlier readings of it by the same person. */
export async function savePreview(
  db: Kysely<Schema>,
  run: Pick<
    BulkRun,
    'id' | 'import_id' | 'actor' | 'team' | 'channel' | 'file_id' | 'file_name' | 'created_at'
  >,
  items: readonly Pick<BulkItem, 'position' | 'input'>[],
  rows: readonly Omit<BulkRow, 'run_id' | 'result_id'>[],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const before = transaction
      .selectFrom('bulk_runs')
      .select('id')
      .where('state', '=', 'previewed')
      .where('actor', '=', run.actor)
      .where('file_id', '=', run.file_id)
    await transaction.deleteFrom('bulk_items').where('run_id', 'in', before).execute()
    await transaction.deleteFrom('bulk_rows').where('run_id', 'in', before).execute()
    await transaction.deleteFrom('bulk_runs').where('id', 'in', before).execute()
    const fresh: Insertable<Schema['bulk_runs']> = {
      ...run,
      state: 'previewed',
      setbacks: 0,
      version: 0,
      shown_version: 0,
    }
    await transaction.insertInto('bulk_runs').values(fresh).execute()
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const some = items.slice(from, from + AT_ONCE)
      await transaction
        .insertInto('bulk_items')
        .values(some.map((item) => ({ ...item, run_id: run.id, state: 'waiting' as const, attempts: 0 })))
        .execute()
    }
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const some = rows.slice(from, from + AT_ONCE)
      await transaction
        .insertInto('bulk_rows')
        .values(some.map((row) => ({ ...row, run_id: run.id })))
        .execute()
    }
  })
}

/** What a person was shown of a file, newest first. */
export async function previewOf(
  db: Kysely<Schema>,
  of: { readonly importId: string; readonly actor: string; readonly fileId: string },
): Promise<BulkRun | undefined> {
  return db
    .selectFrom('bulk_runs')
    .selectAll()
    .where('import_id', '=', of.importId)
    .where('actor', '=', of.actor)
    .where('file_id', '=', of.fileId)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
}

export async function runById(db: Kysely<Schema>, id: string): Promise<BulkRun | undefined> {
  return db.selectFrom('bulk_runs').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Runs that somebody has said yes to, newest first. */
export async function latestRuns(db: Kysely<Schema>, limit: number): Promise<BulkRun[]> {
  return db
    .selectFrom('bulk_runs')
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
  from: readonly BulkRun['state'][],
  change: Omit<Updateable<Schema['bulk_runs']>, 'version'>,
): Promise<boolean> {
  const moved = await db
    .updateTable('bulk_runs')
    .set((expression) => ({ ...change, version: expression('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return moved.numUpdatedRows > 0n
}

/** Ends a run that has nothing left: `done` where all was sent, `stopped` where that was asked for. */
export async function endIfOver(db: Kysely<Schema>, id: string, now: Date): Promise<void> {
  const counts = await db
    .selectFrom('bulk_items')
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
): Promise<BulkRun[]> {
  const now = lease.now.toISOString()
  return db
    .selectFrom('bulk_runs')
    .selectAll()
    .where('state', 'in', ['running', 'stopping'])
    .where(({ or, eb }) => or([eb('not_before', 'is', null), eb('not_before', '<=', now)]))
    .where(({ or, eb }) =>
      or([
        eb('leased_by', 'is', null),
        eb('leased_by', '=', lease.by),
        eb('leased_until', 'is', null),
        eb('leased_until', '<', now),
      ]),
    )
    .orderBy('created_at')
    .execute()
}

/** Takes a run, or keeps it. @returns whether it is ours */
export async function leaseRun(
  db: Kysely<Schema>,
  id: string,
  lease: { readonly by: string; readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const now = lease.now.toISOString()
  const taken = await db
    .updateTable('bulk_runs')
    .set({ leased_by: lease.by, leased_until: lease.until.toISOString() })
    .where('id', '=', id)
    .where(({ or, eb }) =>
      or([
        eb('leased_by', 'is', null),
        eb('leased_by', '=', lease.by),
        eb('leased_until', 'is', null),
        eb('leased_until', '<', now),
      ]),
    )
    .executeTakeFirst()
  return taken.numUpdatedRows > 0n
}

/** Lets runs go: those of one process, or of every process where only one can be there. */
export async function releaseRuns(db: Kysely<Schema>, by?: string): Promise<void> {
  await db
    .updateTable('bulk_runs')
    .set({ leased_by: null, leased_until: null })
    .$if(by !== undefined, (query) => query.where('leased_by', '=', by ?? ''))
    .execute()
}

/** Takes the next item of a run that is still to run. */
export async function claimItem(db: Kysely<Schema>, runId: string): Promise<BulkItem | undefined> {
  return db.transaction().execute(async (transaction) => {
    const next = await transaction
      .selectFrom('bulk_items')
      .innerJoin('bulk_runs', 'bulk_runs.id', 'bulk_items.run_id')
      .selectAll('bulk_items')
      .where('bulk_items.run_id', '=', runId)
      .where('bulk_items.state', '=', 'waiting')
      .where('bulk_runs.state', '=', 'running')
      .orderBy('bulk_items.position')
      .limit(1)
      .executeTakeFirst()
    if (!next) return undefined
    await transaction
      .updateTable('bulk_items')
      .set({ state: 'sending' })
      .where('run_id', '=', runId)
      .where('position', '=', next.position)
      .execute()
    return next
  })
}

/** Items that were being sent when nobody noted how it went. */
export async function itemsBeingSent(db: Kysely<Schema>, runId: string): Promise<BulkItem[]> {
  return db
    .selectFrom('bulk_items')
    .selectAll()
    .where('run_id', '=', runId)
    .where('state', '=', 'sending')
    .execute()
}

/** Whether anything of a run waits to be sent. */
export async function hasWaitingItems(db: Kysely<Schema>, runId: string): Promise<boolean> {
  const one = await db
    .selectFrom('bulk_items')
    .select('position')
    .where('run_id', '=', runId)
    .where('state', '=', 'waiting')
    .limit(1)
    .executeTakeFirst()
  return one !== undefined
}

/**
 * Notes what came of an item, and ends its run where it was the last.
 * @param outcomes one for all its rows, or one each in their order; a row without one goes to `again`
 * @param result.again rows that CMR put off, as an item of their own that is sent later
 */
export async function settleItem(
  db: Kysely<Schema>,
  item: BulkItem,
  result: {
    readonly outcomes: readonly (RowOutcome | undefined)[]
    readonly operationId?: string | undefined
    readonly again?: string | undefined
    readonly at: Date
  },
): Promise<void> {
  const { outcomes, operationId, again, at } = result
  await db.transaction().execute(async (transaction) => {
    const rows = await rowsOfItem(transaction, item)
    const settled = Map.groupBy(rows, (_, at) => (outcomes.length === 1 ? outcomes[0] : outcomes[at]))
    for (const [outcome, some] of settled) {
      const numbers = some.map(({ number }) => number)
      const position = outcome ? item.position : await putOff(transaction, item, again ?? item.input)
      await transaction
        .updateTable('bulk_rows')
        .set({
          position,
          ...(outcome && {
            state: outcome.state,
            detail: outcome.detail ?? null,
            result_id: outcome.resultId ?? null,
          }),
        })
        .where('run_id', '=', item.run_id)
        .where('number', 'in', numbers)
        .execute()
    }
    await transaction
      .updateTable('bulk_items')
      .set({ state: 'over', operation_id: operationId ?? null })
      .where('run_id', '=', item.run_id)
      .where('position', '=', item.position)
      .execute()
    await transaction
      .updateTable('bulk_runs')
      .set((expression) => ({ version: expression('version', '+', 1), setbacks: 0, not_before: null }))
      .where('id', '=', item.run_id)
      .execute()
    await endIfOver(transaction, item.run_id, at)
  })
}

/** What CMR put off becomes the last item of its run. @returns its position */
async function putOff(db: Kysely<Schema>, item: BulkItem, input: string): Promise<number> {
  const last = await db
    .selectFrom('bulk_items')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('run_id', '=', item.run_id)
    .executeTakeFirstOrThrow()
  const position = Number(last.position) + 1
  const attempts = item.attempts + 1
  await db
    .insertInto('bulk_items')
    .values({ run_id: item.run_id, position, input, state: 'waiting', attempts })
    .execute()
  return position
}

/** Puts an item back that CMR has certainly not acted on. */
export async function putBack(db: Kysely<Schema>, item: BulkItem): Promise<void> {
  await db
    .updateTable('bulk_items')
    .set({ state: 'waiting' })
    .where('run_id', '=', item.run_id)
    .where('position', '=', item.position)
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
    .updateTable('bulk_runs')
    .set((expression) => ({
      setbacks: expression('setbacks', '+', 1),
      version: expression('version', '+', 1),
      not_before: until.toISOString(),
    }))
    .where('id', '=', runId)
    .where(({ or, eb }) => or([eb('not_before', 'is', null), eb('not_before', '<=', now.toISOString())]))
    .execute()
  return (await runById(db, runId))?.setbacks ?? 0
}

async function rowsOfItem(db: Kysely<Schema>, item: BulkItem): Promise<Pick<BulkRow, 'number'>[]> {
  return db
    .selectFrom('bulk_rows')
    .select('number')
    .where('run_id', '=', item.run_id)
    .where('position', '=', item.position)
    .orderBy('number')
    .execute()
}

/** How a run stands. */
export async function tallyOf(db: Kysely<Schema>, runId: string): Promise<Tally> {
  const counted = await db
    .selectFrom('bulk_rows')
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('run_id', '=', runId)
    .groupBy('state')
    .execute()
  const items = await db
    .selectFrom('bulk_items')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('run_id', '=', runId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  const rows = { faulty: 0, waiting: 0, done: 0, failed: 0, unknown: 0 }
  for (const { state, count } of counted) rows[state] = Number(count)
  return { rows, itemsLeft: Number(items.count) }
}

/** Rows of a run in the order of the file. */
export async function rowsOf(
  db: Kysely<Schema>,
  runId: string,
  which: { readonly states?: readonly BulkRow['state'][]; readonly limit?: number } = {},
): Promise<BulkRow[]> {
  const { states, limit } = which
  return db
    .selectFrom('bulk_rows')
    .selectAll()
    .where('run_id', '=', runId)
    .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
    .orderBy('number')
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute()
}

/** How many runs share CMR's pace. */
export async function runsUnderWay(db: Kysely<Schema>): Promise<number> {
  const { count } = await db
    .selectFrom('bulk_runs')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Runs whose message does not show how they stand. */
export async function runsToTell(db: Kysely<Schema>): Promise<BulkRun[]> {
  return db
    .selectFrom('bulk_runs')
    .selectAll()
    .where('state', '!=', 'previewed')
    .where(({ or, eb, ref, and }) =>
      or([
        eb('version', '>', ref('shown_version')),
        and([eb('state', '=', 'done'), eb('outcome_state', 'is distinct from', 'shared')]),
      ]),
    )
    .execute()
}

/**
 * Says that Slack is about to be asked to post a run's message.
 * @returns false where it stands already, or may be being posted since `before`
 */
export async function claimPosting(
  db: Kysely<Schema>,
  runId: string,
  at: { readonly now: Date; readonly before: Date },
): Promise<boolean> {
  const claimed = await db
    .updateTable('bulk_runs')
    .set({ posting_at: at.now.toISOString() })
    .where('id', '=', runId)
    .where('message_ts', 'is', null)
    .where(({ or, eb }) => or([eb('posting_at', 'is', null), eb('posting_at', '<', at.before.toISOString())]))
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

/** Notes where a run is told; what its requests cause is told in that thread too. */
export async function setRunMessage(
  db: Kysely<Schema>,
  runId: string,
  at: { readonly channel: string; readonly ts: string; readonly now: Date },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('bulk_runs')
      .set({ message_channel: at.channel, message_ts: at.ts })
      .where('id', '=', runId)
      .execute()
    const early = transaction
      .selectFrom('operations')
      .select('id')
      .where('bulk_id', '=', runId)
      .where('receipt_ts', 'is', null)
    await transaction
      .updateTable('outbox')
      .set({ state: 'waiting', channel: at.channel, thread_ts: at.ts, not_before: at.now.toISOString() })
      .where('state', '=', 'held')
      .where('operation_id', 'in', early)
      .execute()
    await transaction
      .updateTable('operations')
      .set({ channel: at.channel, receipt_ts: at.ts })
      .where('bulk_id', '=', runId)
      .where('receipt_ts', 'is', null)
      .execute()
  })
}

/** Notes what a run's message shows, or that Slack is being asked. */
export async function noteRun(
  db: Kysely<Schema>,
  runId: string,
  change: Pick<
    Updateable<Schema['bulk_runs']>,
    'shown_version' | 'posting_at' | 'outcome_state' | 'message_ts'
  >,
): Promise<void> {
  await db.updateTable('bulk_runs').set(change).where('id', '=', runId).execute()
}
