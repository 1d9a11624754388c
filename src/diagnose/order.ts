import { domainNamesIn } from '../cmr/events/references.ts'
import { isObject } from '../cmr/json.ts'
import { entriesNamed } from '../directory/store/rows.ts'
import { eventLog } from '../events/store/event-log.ts'
import { operationsNamed } from '../operations/store/operations.ts'
import type { Asking, DiagnosisContext } from './asking.ts'
import {
  type DomainPlace,
  type Fact,
  isFailed,
  isUnderWay,
  type OrderFacts,
  type OrderItem,
} from './facts.ts'

/** Returns the newest order that is known of a domain, as CMR tells it now; undefined where there is none to ask for. */
export async function orderOf(
  context: DiagnosisContext,
  asking: Asking,
  { userId, domain }: DomainPlace,
  { orderId, onlyOpen }: { readonly orderId?: string | undefined; readonly onlyOpen: boolean },
): Promise<Fact<OrderFacts | undefined>> {
  if (orderId) return orderFacts(context, asking, { userId, orderId })
  const rows = await entriesNamed(context.store, 'order', [domain])
  const own = rows
    .filter(({ user_id }) => !user_id || user_id === userId)
    .sort((a, b) => b.seen_at.localeCompare(a.seen_at))
  const done = own.findIndex(({ status }) => isOver(status))
  // What failed before an order that succeeded has been made good by it.
  const [newest] = onlyOpen
    ? own.filter(
        ({ status }, at) =>
          !isOver(status) && !(done !== -1 && at > done && isFailed({ status: status ?? '' })),
      )
    : own
  return newest ? orderFacts(context, asking, { userId, orderId: newest.id }) : { value: undefined }
}

/** Orders of a customer that are asked for at most. */
const MOST_ORDERS = 3

/** Returns the newest orders that the bot knows of a customer and that are not over. */
export async function openOrdersOf(
  context: DiagnosisContext,
  asking: Asking,
  userId: string,
): Promise<readonly OrderFacts[]> {
  const rows = await context.store.db
    .selectFrom('directory_entries')
    .select(['id', 'status'])
    .where('kind', '=', 'order')
    .where('user_id', '=', userId)
    .orderBy('seen_at', 'desc')
    .limit(50)
    .execute()
  const open = rows.filter(({ status }) => !isOver(status)).slice(0, MOST_ORDERS)
  const told = await Promise.all(
    open.map(({ id: orderId }) => orderFacts(context, asking, { userId, orderId })),
  )
  return told.map((one) => ('value' in one ? one.value : undefined)).filter((one) => one !== undefined)
}

const isOver = (status: string | null) => /complete|success|done/i.test(status ?? '')

/**
 * Returns an order as CMR tells it now, or by the events of its failure where CMR does not know it: whether it tells
 * how a pre-warmed order stands is not documented. Undefined where neither is there.
 */
export async function orderFacts(
  { cmr, store }: DiagnosisContext,
  asking: Asking,
  query: { readonly userId: string; readonly orderId: string },
): Promise<Fact<OrderFacts | undefined>> {
  const { signal } = asking
  const status = await asking.factOrNone(cmr.orders.status({ query }, { signal }))
  if (!('value' in status)) return status
  if (!status.value) return { value: await orderHeard(store, query) }
  return { value: await orderIn({ cmr, store }, query, status.value.data, signal) }
}

const MOST_FAILURES = 100

/** Returns what the events of an order's failure have told of it; undefined where none has come. */
export async function orderHeard(
  { db }: DiagnosisContext['store'],
  query: { readonly userId: string; readonly orderId: string },
): Promise<OrderFacts | undefined> {
  const search = { event: '*.order.failed', about: `order:${query.orderId}` }
  const events = await eventLog(db, search, { from: 0, limit: MOST_FAILURES })
  const failed = events.filter(({ source }) => source !== 'test')
  if (failed.length === 0) return undefined
  const items = failed.flatMap(({ data }): OrderItem[] => {
    const told = JSON.parse(data) as Readonly<Record<string, unknown>>
    const reason = textIn(told, 'reason')
    const names = domainNamesIn(told)
    return names.map((name) => ({ kind: 'domain', name: name.toLowerCase(), status: 'FAILED', reason }))
  })
  return {
    ...query,
    status: 'FAILED',
    placedAt: undefined,
    items,
    domains: domainsIn(items),
    isPreWarmed: failed.some(({ event }) => event.startsWith('prewarmup.')),
  }
}

/** Reads what CMR answers to orders.status. */
export async function orderIn(
  { cmr, store }: Pick<DiagnosisContext, 'cmr' | 'store'>,
  query: { readonly userId: string; readonly orderId: string },
  data: unknown,
  signal?: AbortSignal,
): Promise<OrderFacts> {
  const items = itemsIn(data)
  const status = textIn(data, 'status')
  const order = { ...query, status, items, domains: domainsIn(items), placedAt: undefined }
  if (!isUnderWay(order)) return order
  // How long CMR has been at it decides whether it is stuck.
  const [mine] = await operationsNamed(store.db, { actionIds: [], orderIds: [query.orderId] })
  const placedAt = mine?.created_at ?? (await createdAt())
  return { ...order, placedAt: placedAt ? new Date(placedAt) : undefined }

  async function createdAt(): Promise<string | undefined> {
    const details = await cmr.orders.get({ query }, signal && { signal }).catch(() => undefined)
    return textIn(details?.data, 'createdAt')
  }
}

/** The domains and mailboxes of an order, by the names that CMR's answer gives them (inferred). */
function itemsIn(data: unknown): OrderItem[] {
  if (!isObject(data)) return []
  const rows = (list: unknown) => (Array.isArray(list) ? list.filter(isObject) : [])
  const item = (kind: OrderItem['kind'], row: Readonly<Record<string, unknown>>): OrderItem[] => {
    const name = textIn(row, kind === 'domain' ? 'domainName' : 'email') ?? textIn(row, 'domain')
    const status = textIn(row, 'status') ?? ''
    return name ? [{ kind, name: name.toLowerCase(), status, reason: textIn(row, 'reason') }] : []
  }
  return [
    ...rows(data.domains).flatMap((row) => item('domain', row)),
    ...rows(data.mailboxes).flatMap((row) => item('mailbox', row)),
  ]
}

function domainsIn(items: readonly OrderItem[]): string[] {
  return [...new Set(items.map(({ name }) => name.split('@').at(-1) ?? name))]
}

function textIn(data: unknown, field: string): string | undefined {
  const value = isObject(data) ? data[field] : undefined
  return typeof value === 'string' && value ? value : undefined
}
