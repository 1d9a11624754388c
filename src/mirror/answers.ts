import {
  domainTold,
  type Ending,
  endingOf,
  isObject,
  type Lesson,
  mailboxTold,
  orderTold,
  subscriptionTold,
  type Told,
  text,
  userTold,
} from './lessons.ts'

type Json = Readonly<Record<string, unknown>>

/** What was asked, and what CMR answered. */
interface Exchange {
  readonly query: Json
  readonly body: Json
  readonly data: unknown
}

type Reader = (exchange: Exchange) => Lesson[]

/** What each endpoint's answer tells. What is not here tells nothing that has a name. */
const readers: Readonly<Record<string, Reader>> = {
  'users.list': ({ data }) => rowsIn(data, 'users').flatMap(userTold),
  'users.get': ({ data }) => rowsIn(data).flatMap(userTold),
  'users.create': ({ body, data }) => rowsIn(data).flatMap((made) => userTold({ ...body, ...made })),
  'users.update': ({ query, body }) => userTold({ ...body, userId: query.userId }),
  'users.delete': ({ query }) => gone('user', query.userId),
  'domains.list': ({ query, data }) =>
    rowsIn(data, 'domains').flatMap((row) => domainTold({ ...row, userId: query.userId })),
  'domains.get': ({ query, data }) =>
    rowsIn(data).flatMap((row) => domainTold({ domainName: query.domain, userId: query.userId, ...row })),
  'domains.renewal-price': ({ body, data }) =>
    rowsIn(data, 'domains').flatMap((row) =>
      domainTold({ expiryDate: row.expireOn, userId: body.userId, ...row }),
    ),
  'domains.auto-renew': ({ body }) =>
    names(body.domains).flatMap((domain) =>
      domainTold({ domain, userId: body.userId, autoRenew: body.autoRenew }),
    ),
  'domains.remove': ({ body }) => names(body.domains).flatMap((name) => gone('domain', name.toLowerCase())),
  'mailboxes.list': ({ query, data }) =>
    rowsIn(data, 'mailboxes').flatMap((row) => mailboxTold({ userId: query.userId, ...row })),
  'mailboxes.all': ({ data }) => rowsIn(data, 'mailboxes').flatMap(mailboxTold),
  'mailboxes.get': ({ query, data }) =>
    rowsIn(data).flatMap((row) => mailboxTold({ mailboxId: query.mailboxId, ...row })),
  'mailboxes.remove': ({ body }) => names(body.mailboxIds).flatMap((id) => gone('mailbox', id)),
  'subscriptions.list': ({ data }) => rowsIn(data, 'subscriptions').flatMap(subscriptionTold),
  'subscriptions.auto-renew': ({ body }) => subscriptionTold(body),
  'subscriptions.cancel': ({ body }) => subscriptionTold({ ...body, status: 'CANCELLED' }),
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
    orderTold({ domains: body.domains, mailboxes: body.mailboxes, ...query, ...body, ...row }),
  )
}

/** What an answer of CMR's tells; nothing where its endpoint names nothing. */
export function lessonsOf(
  endpoint: string,
  request: { readonly query?: unknown; readonly body?: unknown },
  data: unknown,
): Lesson[] {
  const { query, body } = request
  return (
    readers[endpoint]?.({
      query: isObject(query) ? query : {},
      body: isObject(body) ? body : {},
      data,
    }) ?? []
  )
}

/** The subscriptions that CMR has said it ends: "the workspace and its mailboxes go at once" ("Cancel Subscription"). */
export function endingsOf(endpoint: string, { body }: { readonly body?: unknown }): Ending[] {
  return endpoint === 'subscriptions.cancel' && isObject(body) ? endingOf(body, 'gone') : []
}

/** The rows of an answer: a bare list, a list under `name`, or one object. */
function rowsIn(data: unknown, name?: string): Json[] {
  const inside = name && isObject(data) ? data[name] : data
  return [inside].flat().filter(isObject)
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => text(one) ?? []) : []
}

function gone(kind: Told['kind'], id: unknown): Lesson[] {
  const known = text(id)
  return known ? [{ kind, id: known, gone: true }] : []
}
