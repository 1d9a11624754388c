import type { Kysely } from 'kysely'
import type { RunView } from './messages.ts'
import { rowsOf, tallyOf } from './store/rows.ts'
import { type BulkRun, runsUnderWay } from './store/runs.ts'
import type { Schema } from '../store/schema.ts'

/** Rows in trouble that a message names. */
const NAMED = 8

/** A run as it stands now, for its message. */
export async function viewOf(db: Kysely<Schema>, run: BulkRun): Promise<RunView> {
  const [tally, troubles, beside] = await Promise.all([
    tallyOf(db, run.id),
    rowsOf(db, run.id, { states: ['failed', 'unknown'], limit: NAMED }),
    runsUnderWay(db),
  ])
  return { run, tally, troubles, beside: Math.max(1, beside) }
}
