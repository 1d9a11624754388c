import type { Kysely } from 'kysely'
import type { CommandContext } from '../commands/context.ts'
import type { SearchOptions } from '../commands/field.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { LATEST_SEARCHED, matchingOptions, optionMoment } from '../commands/search.ts'
import { option } from '../slack/blocks.ts'
import type { Schema } from '../store/schema.ts'
import { type RunView, runName } from './messages.ts'
import { rowsOf, tallyOf } from './store/items.ts'
import { type ImportRun, latestRuns, runById, runsUnderWay } from './store/runs.ts'

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

/** Returns those of some imports that whoever asks may see: of others a role for some customers shows none. */
export async function runsSeen(
  context: Pick<CommandContext, 'caller' | 'access'>,
  runs: readonly ImportRun[],
): Promise<readonly ImportRun[]> {
  const only = await customersOfCaller(context)
  return only ? runs.filter(({ actor }) => actor === context.caller.userId) : runs
}

/** Finds whose the rows of an import are, for whoever has a role for some customers: their own have been checked. */
export async function customersOfRun(
  { store, caller }: CommandContext,
  { run }: { readonly run?: string | undefined },
): Promise<readonly string[] | undefined> {
  if (run === undefined) return undefined
  const found = await runById(store.db, run.trim().toLowerCase())
  return found?.actor === caller.userId ? undefined : []
}

/** Finds imports by what they import, or their id. */
export const searchRuns: SearchOptions = async (context, typed) => {
  const { store, zone } = context
  const runs = await runsSeen(context, await latestRuns(store.db, LATEST_SEARCHED))
  const options = runs.map((run) =>
    option(`${runName(run)} · ${run.id} · ${optionMoment(run.created_at, zone)}`, run.id),
  )
  return matchingOptions(options, typed)
}
