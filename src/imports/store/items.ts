import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { endIfOver, type ImportRun } from './runs.ts'

export type BulkRow = Selectable<Schema['import_rows']>

/** How many rows stand where. */
export interface Tally {
  readonly rows: Readonly<Record<BulkRow['state'], number>>
  /** Requests that have not been sent. */
  readonly itemsLeft: number
}

/** How a run stands. */
export async function tallyOf(db: Kysely<Schema>, runId: string): Promise<Tally> {
  const counted = await db
    .selectFrom('import_rows')
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('run_id', '=', runId)
    .groupBy('state')
    .execute()
  const items = await db
    .selectFrom('import_items')
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
    .selectFrom('import_rows')
    .selectAll()
    .where('run_id', '=', runId)
    .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
    .orderBy('number')
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute()
}

export type ImportItem = Selectable<Schema['import_items']>

/** What became of rows of an item; rows that are not named share the first outcome. */
export interface RowOutcome {
  readonly state: 'done' | 'failed' | 'unknown'
  readonly detail?: string | undefined
  readonly resultId?: string | undefined
}

/**
 * Takes the next item of a run, and keeps the run. While this holds the run's row, nobody stops it or takes it over.
 * @returns nothing where the run is not running, is no longer whose it was, or has nothing left
 */
export async function claimItem(
  db: Kysely<Schema>,
  runId: string,
  lease: { readonly by: string; readonly until: Date },
): Promise<{ readonly run: ImportRun; readonly item: ImportItem } | undefined> {
  return db.transaction().execute(async (transaction) => {
    const run = await transaction
      .updateTable('import_runs')
      .set({ leased_until: lease.until.toISOString() })
      .where('id', '=', runId)
      .where('state', '=', 'running')
      .where('leased_by', '=', lease.by)
      .returningAll()
      .executeTakeFirst()
    if (!run) return undefined
    const item = await transaction
      .selectFrom('import_items')
      .selectAll()
      .where('run_id', '=', runId)
      .where('state', '=', 'waiting')
      .orderBy('position')
      .limit(1)
      .executeTakeFirst()
    if (!item) return undefined
    await transaction
      .updateTable('import_items')
      .set({ state: 'sending' })
      .where('run_id', '=', runId)
      .where('position', '=', item.position)
      .execute()
    return { run, item }
  })
}

/** Returns the input of each item of a run. */
export async function inputsOfRun(db: Kysely<Schema>, runId: string): Promise<Record<string, unknown>[]> {
  const items = await db.selectFrom('import_items').select('input').where('run_id', '=', runId).execute()
  return items.map(({ input }) => JSON.parse(input) as Record<string, unknown>)
}

/** Returns what the preview showed that an item costs. */
export function shownCentsIn({ shownCents }: Readonly<Record<string, unknown>>): number | undefined {
  return typeof shownCents === 'number' ? shownCents : undefined
}

/** Items that were being sent when nobody noted how it went. */
export async function itemsBeingSent(db: Kysely<Schema>, runId: string): Promise<ImportItem[]> {
  return db
    .selectFrom('import_items')
    .selectAll()
    .where('run_id', '=', runId)
    .where('state', '=', 'sending')
    .execute()
}

/** Returns whether anything of a run waits to be sent. */
export async function hasWaitingItems(db: Kysely<Schema>, runId: string): Promise<boolean> {
  const one = await db
    .selectFrom('import_items')
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
  item: ImportItem,
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
        .updateTable('import_rows')
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
      .updateTable('import_items')
      .set({ state: 'over', operation_id: operationId ?? null })
      .where('run_id', '=', item.run_id)
      .where('position', '=', item.position)
      .execute()
    await transaction
      .updateTable('import_runs')
      .set((expression) => ({ version: expression('version', '+', 1), setbacks: 0, not_before: null }))
      .where('id', '=', item.run_id)
      .execute()
    await endIfOver(transaction, item.run_id, at)
  })
}

/** What CMR put off becomes the last item of its run. @returns its position */
async function putOff(db: Kysely<Schema>, item: ImportItem, input: string): Promise<number> {
  const last = await db
    .selectFrom('import_items')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('run_id', '=', item.run_id)
    .executeTakeFirstOrThrow()
  const position = Number(last.position) + 1
  const attempts = item.attempts + 1
  await db
    .insertInto('import_items')
    .values({ run_id: item.run_id, position, input, state: 'waiting', attempts })
    .execute()
  return position
}

/** Puts an item back that CMR has certainly not acted on. */
export async function putBack(db: Kysely<Schema>, item: ImportItem): Promise<void> {
  await db
    .updateTable('import_items')
    .set({ state: 'waiting' })
    .where('run_id', '=', item.run_id)
    .where('position', '=', item.position)
    .where('state', '=', 'sending')
    .execute()
}

async function rowsOfItem(db: Kysely<Schema>, item: ImportItem): Promise<Pick<BulkRow, 'number'>[]> {
  return db
    .selectFrom('import_rows')
    .select('number')
    .where('run_id', '=', item.run_id)
    .where('position', '=', item.position)
    .orderBy('number')
    .execute()
}
