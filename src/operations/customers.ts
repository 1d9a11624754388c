import { directoryEntries } from '../directory/store/rows.ts'
import type { Store } from '../store/store.ts'
import type { RequestContent } from './expected-results.ts'
import type { Operation } from './store/operations.ts'

/** Returns whom an operation is for: a customer's name, "3 customers", or nothing where that is not known. */
export async function customerOf(
  store: Pick<Store, 'db' | 'dialect'>,
  { subject, request }: Pick<Operation, 'subject' | 'request'>,
): Promise<string | undefined> {
  const sent = request ? (JSON.parse(request) as RequestContent) : undefined
  const places = [
    JSON.parse(subject) as Record<string, unknown>,
    ...[sent, ...(sent?.followUps ?? []).map((one) => one.request)].flatMap((one) =>
      one ? [one.query, one.body] : [],
    ),
  ]
  const textsIn = (value: unknown) => [value ?? []].flat().filter((one) => typeof one === 'string')
  const users = places.flatMap(({ userId }) => textsIn(userId))
  const subscriptions = places.flatMap(({ subscriptionId, subscriptionIds }) => [
    ...textsIn(subscriptionId),
    ...textsIn(subscriptionIds),
  ])
  const held = await directoryEntries(
    store,
    subscriptions.map((id) => ({ kind: 'subscription', id })),
  )
  const ids = [...new Set([...users, ...held.flatMap(({ user_id }) => user_id ?? [])])]
  if (ids.length > 1) return `${ids.length} customers`
  const [customer] = await directoryEntries(
    store,
    ids.map((id) => ({ kind: 'user', id })),
  )
  return customer?.name
}
