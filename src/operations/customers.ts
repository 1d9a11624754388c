import type { CommandContext } from '../commands/context.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { directoryEntries, type EntryKey } from '../directory/store/rows.ts'
import type { Store } from '../store/store.ts'
import type { RequestContent } from './expected-results.ts'
import type { Operation } from './store/operations.ts'

type Asked = Pick<Operation, 'subject' | 'request'>

const textsIn = (value: unknown) => [value ?? []].flat().filter((one) => typeof one === 'string')

/** What an operation names: in its subject, in its request, and in those that follow it. */
function placesIn({ subject, request }: Asked): readonly Readonly<Record<string, unknown>>[] {
  const sent = request ? (JSON.parse(request) as RequestContent) : undefined
  return [
    JSON.parse(subject) as Record<string, unknown>,
    ...[sent, ...(sent?.followUps ?? []).map((one) => one.request)].flatMap((one) =>
      one ? [one.query, one.body] : [],
    ),
  ]
}

async function customerIds(
  store: Pick<Store, 'db' | 'dialect'>,
  asked: Asked,
  fields: Readonly<Record<string, EntryKey['kind']>>,
): Promise<string[]> {
  const places = placesIn(asked)
  const users = places.flatMap(({ userId }) => textsIn(userId))
  const keys = places.flatMap((place) =>
    Object.entries(fields).flatMap(([field, kind]) =>
      textsIn(place[field]).map((id) => ({ kind, id: kind === 'domain' ? id.toLowerCase() : id })),
    ),
  )
  const held = await directoryEntries(store, keys)
  return [...new Set([...users, ...held.flatMap(({ user_id }) => user_id ?? [])])]
}

const subscriptions = { subscriptionId: 'subscription', subscriptionIds: 'subscription' } as const
const things = {
  ...subscriptions,
  domain: 'domain',
  domains: 'domain',
  mailboxId: 'mailbox',
  mailboxIds: 'mailbox',
  orderId: 'order',
} as const

/** Returns whom an operation is for: a customer's name, "3 customers", or nothing where that is not known. */
export async function customerOf(
  store: Pick<Store, 'db' | 'dialect'>,
  asked: Asked,
): Promise<string | undefined> {
  const ids = await customerIds(store, asked, subscriptions)
  if (ids.length > 1) return `${ids.length} customers`
  const [customer] = await directoryEntries(
    store,
    ids.map((id) => ({ kind: 'user', id })),
  )
  return customer?.name
}

/**
 * Returns the customers that an operation is about, for whoever has a role for some only; undefined where it is about
 * none and their own, none where nobody knows about whom.
 */
export async function customersOfOperation(
  { store, caller }: Pick<CommandContext, 'store' | 'caller'>,
  operation: Operation,
): Promise<readonly string[] | undefined> {
  const ids = await customerIds(store, operation, things)
  return ids.length === 0 && operation.actor === caller.userId ? undefined : ids
}

/** Returns those of some operations that whoever asks may see. */
export async function operationsSeen<One extends Operation>(
  context: Pick<CommandContext, 'store' | 'caller' | 'access'>,
  operations: readonly One[],
): Promise<readonly One[]> {
  const only = await customersOfCaller(context)
  if (!only) return operations
  const whose = await Promise.all(operations.map((one) => customersOfOperation(context, one)))
  return operations.filter((_, at) => isAmong(only, whose[at]))
}

function isAmong(only: readonly string[], whose: readonly string[] | undefined): boolean {
  return whose === undefined || (whose.length > 0 && whose.every((id) => only.includes(id)))
}
