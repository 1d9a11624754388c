import type { Outcome } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { directoryEntries, type EntryKey, keyOf, userNames } from '../directory/store/rows.ts'
import { context, escapeText, listed } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'
import type { RequestContent } from './expected-results.ts'
import type { Operation } from './store/operations.ts'

type SentOperation = Pick<Operation, 'subject' | 'request'>

const textsIn = (value: unknown) => [value ?? []].flat().filter((one) => typeof one === 'string')

/** What an operation names: in its subject, in its request, and in those that follow it. */
function placesIn({ subject, request }: SentOperation): readonly Readonly<Record<string, unknown>>[] {
  const sent = request ? (JSON.parse(request) as RequestContent) : undefined
  return [
    JSON.parse(subject) as Record<string, unknown>,
    ...[sent, ...(sent?.followUps ?? []).map((one) => one.request)].flatMap((one) =>
      one ? [one.query, one.body] : [],
    ),
  ]
}

/** Whom an operation is for. */
interface OperationOwners {
  readonly ids: readonly string[]
  /** False where it names a thing of which nobody knows whose it is. */
  readonly isSure: boolean
}

/** Returns the customers of each of some operations, by themselves or by the things in these fields. */
async function ownersOfOperations(
  store: Pick<Store, 'db'>,
  asked: readonly SentOperation[],
  fields: Readonly<Record<string, EntryKey['kind']>>,
): Promise<OperationOwners[]> {
  const mentioned = asked.map((one) => {
    const places = placesIn(one)
    const users = places.flatMap(({ userId }) => textsIn(userId))
    const keys = places.flatMap((place) =>
      Object.entries(fields).flatMap(([field, kind]) =>
        textsIn(place[field]).map((id) => ({ kind, id: kind === 'domain' ? id.toLowerCase() : id })),
      ),
    )
    return { users, keys }
  })
  const all = new Map(mentioned.flatMap(({ keys }) => keys.map((key) => [keyOf(key), key])))
  const held = await directoryEntries(store, [...all.values()])
  const owners = new Map(held.map((entry) => [keyOf(entry), entry.user_id]))
  return mentioned.map(({ users, keys }) => {
    const known = keys.flatMap((key) => owners.get(keyOf(key)) ?? [])
    return {
      ids: [...new Set([...users, ...known])],
      isSure: users.length > 0 || known.length === keys.length,
    }
  })
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
  store: Pick<Store, 'db'>,
  asked: SentOperation,
): Promise<string | undefined> {
  return (await customersOfAll(store, [asked]))[0]
}

/** Returns the same of many operations, in their order. */
export async function customersOfAll(
  store: Pick<Store, 'db'>,
  asked: readonly SentOperation[],
): Promise<(string | undefined)[]> {
  const owners = await ownersOfOperations(store, asked, subscriptions)
  const names = await userNames(
    store,
    owners.flatMap(({ ids }) => ids),
  )
  return owners.map(({ ids }) => (ids.length > 1 ? `${ids.length} customers` : names.get(ids[0] ?? '')))
}

/**
 * Returns the customers that an operation is about, for whoever has a role for some only; undefined where it is about
 * none and their own, none where nobody knows about whom.
 */
export async function customersOfOperation(
  { store, caller }: Pick<CommandContext, 'store' | 'caller'>,
  operation: Operation,
): Promise<readonly string[] | undefined> {
  return (await customersFor(store, caller.userId, [operation]))[0]
}

async function customersFor(
  store: Store,
  slackUserId: string,
  operations: readonly Operation[],
): Promise<(readonly string[] | undefined)[]> {
  const owners = await ownersOfOperations(store, operations, things)
  return operations.map(({ actor }, at) => {
    const { ids = [], isSure = false } = owners[at] ?? {}
    if (actor === slackUserId) return ids.length === 0 ? undefined : ids
    // What is unknown beside something of theirs may be another customer's.
    return isSure ? ids : []
  })
}

/** Whoever has a role for some customers only. */
export interface CustomerViewer {
  readonly slackUserId: string
  /** CMR's userIds. */
  readonly customers: readonly string[]
}

/** Returns those of some operations that whoever asks may see. */
export async function operationsSeen<One extends Operation>(
  context: Pick<CommandContext, 'store' | 'caller' | 'access'>,
  operations: readonly One[],
): Promise<readonly One[]> {
  const customers = await customersOfCaller(context)
  const viewer = customers && { slackUserId: context.caller.userId, customers }
  return operationsFor(context.store, viewer, operations)
}

/** Returns those of some operations that somebody may see. @param viewer undefined where they may see all */
export async function operationsFor<One extends Operation>(
  store: Store,
  viewer: CustomerViewer | undefined,
  operations: readonly One[],
): Promise<readonly One[]> {
  if (!viewer) return operations
  const whose = await customersFor(store, viewer.slackUserId, operations)
  return operations.filter((_, at) => isAmong(viewer.customers, whose[at]))
}

function isAmong(only: readonly string[], whose: readonly string[] | undefined): boolean {
  return whose === undefined || (whose.length > 0 && whose.every((id) => only.includes(id)))
}

/** "Block Kit": blocks of a message. */
const MOST_BLOCKS = 50

/**
 * Returns an answer that says whose things it shows: there may be more that a role for some customers does not show.
 * @param customers CMR's userIds
 */
export async function onlyTheirs(
  store: Pick<Store, 'db'>,
  outcome: Outcome,
  customers: readonly string[],
): Promise<Outcome> {
  const note = context(await onlyTheirsNote(store, customers))
  const { blocks } = outcome.message
  return {
    ...outcome,
    message: { ...outcome.message, blocks: [...blocks.slice(0, MOST_BLOCKS - 1), note] },
  }
}

/** Returns the sentence that says whose things alone are shown; mrkdwn. */
export async function onlyTheirsNote(
  store: Pick<Store, 'db'>,
  customers: readonly string[],
): Promise<string> {
  const names = await userNames(store, customers)
  const spoken = listed(
    customers.map((id) => escapeText(names.get(id) ?? id)),
    500,
  )
  return `Only your customers are shown: ${spoken}.`
}
