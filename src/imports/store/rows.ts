import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'

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
