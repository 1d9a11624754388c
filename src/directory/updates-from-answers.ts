import type { RefusedItem } from '../cmr/endpoint.ts'
import { refusalOf } from '../cmr/items.ts'
import {
  type DirectoryUpdate,
  type Ending,
  endingOf,
  isObject,
  type Told,
  text,
  updatesOfRow,
} from './updates.ts'

type Json = Readonly<Record<string, unknown>>

/** What was asked, and what CMR answered. */
interface Exchange {
  readonly query: Json
  readonly body: Json
  readonly data: unknown
  /** Items of the request that CMR refused inside its answer: nothing changed there. */
  readonly refused: readonly RefusedItem[]
}

type Reader = (exchange: Exchange) => DirectoryUpdate[]

/** What each endpoint's answer tells. What is not here tells nothing that has a name. */
const readers: Readonly<Record<string, Reader>> = {
  'users.list': ({ data }) => rowsIn(data, 'users').flatMap(updatesOfRow.user),
  'users.get': ({ data }) => rowsIn(data).flatMap(updatesOfRow.user),
  'users.create': ({ body, data }) => rowsIn(data).flatMap((made) => updatesOfRow.user({ ...body, ...made })),
  'users.update': ({ query, body }) => updatesOfRow.user({ ...body, userId: query.userId }),
  'users.delete': ({ query }) => gone('user', query.userId),
  'domains.list': ({ query, data }) =>
    rowsIn(data, 'domains').flatMap((row) => updatesOfRow.domain({ ...row, userId: query.userId })),
  'domains.get': ({ query, data }) =>
    rowsIn(data).flatMap((row) =>
      updatesOfRow.domain({ domainName: query.domain, userId: query.userId, ...row }),
    ),
  'domains.renewal-price': ({ body, data, refused }) =>
    rowsIn(data, 'domains')
      .filter((row) => isTaken(refused, row.domainName ?? row.domain))
      .flatMap((row) => updatesOfRow.domain({ expiryDate: row.expireOn, userId: body.userId, ...row })),
  'domains.auto-renew': ({ body, refused }) =>
    takenNames(body.domains, refused).flatMap((domain) =>
      updatesOfRow.domain({ domain, userId: body.userId, autoRenew: body.autoRenew }),
    ),
  'domains.remove': ({ body, refused }) =>
    takenNames(body.domains, refused).flatMap((name) => gone('domain', name.toLowerCase())),
  'mailboxes.list': ({ query, data }) =>
    rowsIn(data, 'mailboxes').flatMap((row) => updatesOfRow.mailbox({ userId: query.userId, ...row })),
  'mailboxes.all': ({ data }) => rowsIn(data, 'mailboxes').flatMap(updatesOfRow.mailbox),
  'mailboxes.get': ({ query, data }) =>
    rowsIn(data).flatMap((row) => updatesOfRow.mailbox({ mailboxId: query.mailboxId, ...row })),
  'mailboxes.remove': ({ body }) => gone('mailbox', body.mailboxId),
  'subscriptions.list': ({ data }) => rowsIn(data, 'subscriptions').flatMap(updatesOfRow.subscription),
  'subscriptions.auto-renew': ({ body }) => updatesOfRow.subscription(body),
  'subscriptions.cancel': ({ body }) => updatesOfRow.subscription({ ...body, status: 'CANCELLED' }),
  'orders.get': ordered,
  'orders.status': ordered,
  'orders.create': ordered,
  'orders.create-with-images': ordered,
  'orders.mailboxes': ordered,
  'orders.add-mailboxes': ordered,
  'orders.process': ordered,
}

function ordered({ query, body, data }: Exchange): Told[] {
  return rowsIn(data).flatMap((row) =>
    updatesOfRow.order({ domains: body.domains, mailboxes: body.mailboxes, ...query, ...body, ...row }),
  )
}

/** What an answer of CMR's tells; nothing where its endpoint names nothing. */
export function updatesFromAnswer(
  endpoint: string,
  request: { readonly query?: unknown; readonly body?: unknown },
  data: unknown,
  refused: readonly RefusedItem[] = [],
): DirectoryUpdate[] {
  const { query, body } = request
  return (
    readers[endpoint]?.({
      query: isObject(query) ? query : {},
      body: isObject(body) ? body : {},
      data,
      refused,
    }) ?? []
  )
}

/** The subscriptions that CMR has said it ends: "the workspace and its mailboxes go at once" ("Cancel Subscription"). */
export function endingsOf(endpoint: string, { body }: { readonly body?: unknown }): Ending[] {
  return endpoint === 'subscriptions.cancel' && isObject(body) ? endingOf(body, 'gone') : []
}

/** All subscriptions that a domain has by CMR's word: any other id on it no longer resolves. */
export interface CurrentSubscriptions {
  readonly domain: string
  readonly ids: readonly string[]
}

/** What a list of one domain's subscriptions tells, where it is whole: a recreation gives a new id ("Subscription Recreation"). */
export function currentSubscriptionsIn(
  endpoint: string,
  { query }: { readonly query?: unknown },
  data: unknown,
): CurrentSubscriptions[] {
  const domain =
    isObject(query) && endpoint === 'subscriptions.list' ? text(query.domain)?.toLowerCase() : undefined
  if (!domain || !isObject(query) || query.status || query.componentSubscriptionId || query.page) return []
  const { totalPages = 1 } = isObject(data) && isObject(data.pagination) ? data.pagination : {}
  const mine = rowsIn(data, 'subscriptions').filter((row) => text(row.domain)?.toLowerCase() === domain)
  const ids = mine.flatMap((row) => text(row.subscriptionId) ?? [])
  return ids.length > 0 && Number(totalPages) <= 1 ? [{ domain, ids }] : []
}

/** The rows of an answer: a bare list, a list under `name`, or one object. */
function rowsIn(data: unknown, name?: string): Json[] {
  const inside = name && isObject(data) ? data[name] : data
  return [inside].flat().filter(isObject)
}

/** Names in a list of the request that CMR did not refuse. */
function takenNames(value: unknown, refused: readonly RefusedItem[]): string[] {
  const names = Array.isArray(value) ? value.flatMap((one) => text(one) ?? []) : []
  return names.filter((name) => isTaken(refused, name))
}

const isTaken = (refused: readonly RefusedItem[], name: unknown) => refusalOf(refused, name) === undefined

function gone(kind: Told['kind'], id: unknown): DirectoryUpdate[] {
  const known = text(id)
  return known ? [{ kind, id: known, gone: true }] : []
}
