import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { RunView } from './messages.ts'
import { rowsOf, tallyOf } from './store/rows.ts'
import { type ImportRun, runsUnderWay } from './store/runs.ts'

/** Rows in trouble that a message names. */
const NAMED = 8

/** A run as it stands now, for its message. */
export async function viewOf(db: Kysely<Schema>, run: ImportRun): Promise<RunView> {
  const [tally, troubles, beside] = await Promise.all([
    tallyOf(db, run.id),
    rowsOf(db, run.id, { states: ['failed', 'unknown'], limit: NAMED }),
    runsUnderWay(db),
  ])
  return { run, tally, troubles, beside: Math.max(1, beside) }
}
