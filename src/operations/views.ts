import type { SearchOptions } from '../commands/field.ts'
import { LATEST_SEARCHED, matchingOptions, optionMoment } from '../commands/search.ts'
import { option } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'
import { progressOf } from './conclude.ts'
import { customerOf, customersOfAll, operationsSeen } from './customers.ts'
import { isSeparate, mailChecks, type RequestContent, withoutLooks } from './expected-results.ts'
import type { OperationView } from './messages/operations.ts'
import { type ExpectedResultRow, expectedResultsOfOperations } from './store/expected-results.ts'
import { operationPage, ordersWithoutOutcome } from './store/open-work.ts'
import { DROPPED, type Operation, operationsCalled } from './store/operations.ts'

/** Returns operations as messages show them, with whom they are for. */
export async function viewsOf(
  store: Pick<Store, 'db'>,
  operations: readonly Operation[],
): Promise<OperationView[]> {
  const ids = operations.map(({ id }) => id)
  const results = Map.groupBy(await expectedResultsOfOperations(store.db, ids), (one) => one.operation_id)
  const customers = await customersOfAll(store, operations)
  return operations.map((one, at) => ({
    ...viewOf(one, results.get(one.id) ?? []),
    customer: customers[at],
  }))
}

/** Returns one operation as messages show it, with whom it is for. */
export async function viewOfOne(store: Pick<Store, 'db'>, operation: Operation): Promise<OperationView> {
  const results = await expectedResultsOfOperations(store.db, [operation.id])
  return { ...viewOf(operation, results), customer: await customerOf(store, operation) }
}

/** Orders that are looked through for those that wait to be processed. */
const MOST_ORDERS = 500

/** Returns what placed the orders that were left unconfirmed and wait to be processed, the oldest first. */
export async function parkedOperations(db: Store['db']): Promise<Operation[]> {
  return (await ordersWithoutOutcome(db, MOST_ORDERS)).filter(waitsToBeProcessed)
}

/** An operation as messages show it. */
function viewOf(operation: Operation, parts: readonly ExpectedResultRow[]): OperationView {
  const counted = withoutLooks(parts).filter(({ kind }) => kind !== 'change')
  const inState = (wanted: ExpectedResultRow['state']) => counted.filter(({ state }) => state === wanted)
  const isPlan = counted.length > 0 && counted.every(({ follow_up }) => follow_up !== null)
  const failures = inState('failed').map(({ name, label, detail }) => ({ name: label ?? name, detail }))
  return {
    id: operation.id,
    what: operation.endpoint.replace('.', ' '),
    label: operation.label,
    actor: operation.actor,
    state: operation.state,
    outcome: operation.outcome,
    reportedBy: operation.reported_not_happened_by,
    cents: operation.cents,
    createdAt: operation.created_at,
    endedAt: operation.ended_at,
    nextLookAt: operation.poll_at,
    deadlineAt: operation.deadline_at,
    flagged: operation.flagged_at !== null,
    actionId: operation.action_id,
    orderId: operation.order_id,
    // An operation that did not happen has nothing to count and nothing to wait for.
    progress: operation.state === 'failed' && failures.length === 0 ? [] : progressOf(counted),
    waiting: operation.ended_at ? [] : inState('waiting').map(({ name, label }) => label ?? name),
    failures,
    mailChecks: mailChecks(parts),
    separate: counted
      .filter(({ kind }) => isPlan || isSeparate(kind))
      .map(({ name, label, state, detail, sent_at, follow_up }) => ({
        name: label ?? name,
        state,
        detail,
        isPlanned: follow_up !== null && sent_at === null,
      })),
    ...leftUnconfirmed(operation),
  }
}

/** Returns whether an operation placed an order that nobody has processed or dropped yet. */
function waitsToBeProcessed(operation: Operation): boolean {
  return leftUnconfirmed(operation).toProcess !== undefined
}

/** An order that was left unconfirmed waits for `orders process`, until somebody has done that or dropped it. */
function leftUnconfirmed({ request, order_id, state, outcome }: Operation) {
  const none = { toProcess: undefined, processed: false, dropped: false }
  if (!request || !order_id || state !== 'ended') return none
  const { query, body } = JSON.parse(request) as RequestContent
  if (body.confirm !== false) return none
  if (outcome === DROPPED) return { ...none, dropped: true }
  if (outcome) return { ...none, processed: true }
  return { ...none, toProcess: `userId=${String(query.userId)} orderId=${order_id}` }
}

/** Finds operations, the open ones first; any by an id that CMR gave it. */
export const searchOperations: SearchOptions = async (context, typed) => {
  const { zone, store } = context
  const { db } = store
  const called = typed ? await operationsSeen(context, await operationsCalled(db, typed)) : []
  const found = called.length
    ? called
    : await operationsSeen(context, [
        ...(await operationPage(db, { all: false, offset: 0, limit: LATEST_SEARCHED })),
        ...(await operationPage(db, { all: true, offset: 0, limit: LATEST_SEARCHED })),
      ])
  const options = found.map(({ id, endpoint, label, created_at }) =>
    option(`${endpoint.replace('.', ' ')} · ${label} · ${optionMoment(created_at, zone)}`, id),
  )
  const unique = [...new Map(options.map((one) => [one.value, one])).values()]
  return called.length ? options : matchingOptions(unique, typed)
}
