import type { SearchOptions } from '../commands/field.ts'
import { LATEST_SEARCHED, matchingOptions, optionMoment } from '../commands/search.ts'
import { option } from '../slack/blocks.ts'
import { runName } from './messages.ts'
import { runsSeen } from './runs-seen.ts'
import { latestRuns } from './store/runs.ts'

/** Finds imports by what they import, or their id. */
export const searchRuns: SearchOptions = async (context, typed) => {
  const { store, zone } = context
  const runs = await runsSeen(context, await latestRuns(store.db, LATEST_SEARCHED))
  const options = runs.map((run) =>
    option(`${runName(run)} · ${run.id} · ${optionMoment(run.created_at, zone)}`, run.id),
  )
  return matchingOptions(options, typed)
}
