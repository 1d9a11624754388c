import type { Store } from '../store/store.ts'
import { customerOf, customersOfAll } from './customers.ts'
import type { OperationView } from './messages/operations.ts'
import { viewOf, waitsToBeProcessed } from './operation-view.ts'
import { expectedResultsOfOperations } from './store/expected-results.ts'
import { ordersWithoutOutcome } from './store/open-work.ts'
import type { Operation } from './store/operations.ts'

/** Returns operations as messages show them, with whom they are for. */
export async function viewsOf(
  store: Pick<Store, 'db' | 'dialect'>,
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
export async function viewOfOne(
  store: Pick<Store, 'db' | 'dialect'>,
  operation: Operation,
): Promise<OperationView> {
  const results = await expectedResultsOfOperations(store.db, [operation.id])
  return { ...viewOf(operation, results), customer: await customerOf(store, operation) }
}

/** Orders that are looked through for those that wait to be processed. */
const MOST_ORDERS = 500

/** Returns what placed the orders that were left unconfirmed and wait to be processed, the oldest first. */
export async function parkedOperations(db: Store['db']): Promise<Operation[]> {
  return (await ordersWithoutOutcome(db, MOST_ORDERS)).filter(waitsToBeProcessed)
}
