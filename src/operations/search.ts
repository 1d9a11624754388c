import type { SearchOptions } from '../commands/field.ts'
import { LATEST_SEARCHED, matchingOptions, optionMoment } from '../commands/search.ts'
import { option } from '../slack/blocks.ts'
import { operationsSeen } from './customers.ts'
import { latestOperations, openOperations, operationsCalled } from './store/operations.ts'

/** Finds operations, the open ones first; any by an id that CMR gave it. */
export const searchOperations: SearchOptions = async (context, typed) => {
  const { zone, store } = context
  const { db } = store
  const called = typed ? await operationsSeen(context, await operationsCalled(db, typed)) : []
  const found = called.length
    ? called
    : await operationsSeen(context, [
        ...(await openOperations(db, LATEST_SEARCHED)),
        ...(await latestOperations(db, LATEST_SEARCHED)),
      ])
  const options = found.map(({ id, endpoint, label, created_at }) =>
    option(`${endpoint.replace('.', ' ')} · ${label} · ${optionMoment(created_at, zone)}`, id),
  )
  const unique = [...new Map(options.map((one) => [one.value, one])).values()]
  return called.length ? options : matchingOptions(unique, typed)
}
