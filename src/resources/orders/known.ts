import type { ListPrices } from '../../cmr/money.ts'
import type { CommandContext } from '../../commands/context.ts'
import { pricesOfEndings } from '../../directory/store/holdings.ts'
import { type DirectoryEntry, directoryEntries, userNames } from '../../directory/store/rows.ts'
import type { RequestContent } from '../../operations/expected-results.ts'
import { type OperationView, stateLine } from '../../operations/messages/operations.ts'
import type { Operation } from '../../operations/store/operations.ts'
import {
  countOrders,
  foreignParkedOrders,
  type OrderFilter,
  type OrderKey,
  operationsOfOrders,
  orderKeys,
} from '../../operations/store/orders.ts'
import { parkedOperations, viewsOf } from '../../operations/views.ts'
import { counted, escapeText } from '../../slack/blocks.ts'
import { commonPrices, endingOf } from '../renewal-price.ts'
import { orderPrice } from './price.ts'

export type OrderState =
  | 'waiting'
  | 'under way'
  | 'done'
  | 'done in part'
  | 'failed'
  | 'dropped'
  | 'not known'

/** An order that the bot has sent, or that CMR has told it of. */
export interface KnownOrder {
  /** Missing where CMR never answered. */
  readonly orderId: string | undefined
  readonly userId: string | undefined
  /** The customer's name. */
  readonly customer?: string | undefined
  /** "2 domains with 6 mailboxes"; plain text. */
  readonly what: string
  readonly domains: readonly string[]
  readonly mailboxes: number
  /** Slack user id of whoever placed it; missing where that was not done through the bot. */
  readonly actor?: string | undefined
  /** When it was placed, or when CMR was last heard of it. */
  readonly at: string
  readonly state: OrderState
  /** The state as people read it, in mrkdwn. */
  readonly stateText: string
  /** At most, in cents; of one that waits an estimate. */
  readonly cents?: number | undefined
  readonly endedAt?: string | undefined
  /** Its operation's id. */
  readonly operationId?: string | undefined
}

/** A part of the orders that the bot knows. */
export interface KnownOrders {
  readonly orders: readonly KnownOrder[]
  /** All of them, those that wait, and what those that CMR has taken cost at most, in cents. */
  readonly total: number
  readonly waiting: number
  readonly cents: number
}

type OrderContext = Pick<CommandContext, 'store' | 'prices'>

/**
 * Returns orders that the bot knows: those that wait to be processed, then the others, each the newest first. CMR
 * documents no list of orders.
 */
export async function knownOrders(
  context: OrderContext,
  filter: OrderFilter,
  { offset, limit }: { readonly offset: (total: number) => number; readonly limit: number },
): Promise<KnownOrders> {
  const { store } = context
  const parked = (await parkedOperations(store.db)).flatMap(({ order_id, created_at, request }) => {
    const owner = sentIn(request)?.query.userId
    const isTheirs = filter.customers?.some((id) => id === owner) ?? true
    return order_id && isTheirs ? [{ key: order_id, at: created_at }] : []
  })
  const waiting = [...parked, ...(await foreignParkedOrders(store.db, filter))].toSorted((a, b) =>
    b.at.localeCompare(a.at),
  )
  const { total, cents } = await countOrders(store.db, filter)
  const from = offset(total)
  const first = waiting.slice(from, from + limit)
  const others = await orderKeys(store.db, filter, {
    without: waiting.map(({ key }) => key),
    offset: Math.max(0, from - waiting.length),
    limit: limit - first.length,
  })
  return { orders: await ordersOf(context, [...first, ...others]), total, waiting: waiting.length, cents }
}

/** Returns one order that the bot knows; undefined where it knows none of that id. */
export async function knownOrder(context: OrderContext, orderId: string): Promise<KnownOrder | undefined> {
  const [order] = await ordersOf(context, [{ key: orderId, at: '' }])
  return order
}

async function ordersOf(context: OrderContext, keys: readonly OrderKey[]): Promise<KnownOrder[]> {
  const { store } = context
  const ids = keys.map(({ key }) => key)
  const operations = await operationsOfOrders(store.db, ids)
  const views = await viewsOf(store, operations)
  const byKey = Map.groupBy(
    operations.flatMap((operation, at) => (views[at] ? [{ operation, view: views[at] }] : [])),
    ({ operation }) => operation.order_id ?? operation.id,
  )
  const entries = await directoryEntries(
    store,
    ids.map((id) => ({ kind: 'order', id })),
  )
  const known = new Map(entries.map((entry) => [entry.id, entry]))
  const waiting = operations.filter((_, at) => views[at]?.toProcess !== undefined)
  const priceOf = await estimates(
    context,
    waiting.flatMap(({ request }) => sentIn(request) ?? []),
  )
  const found = keys.flatMap(({ key, at }) => {
    const mine = byKey.get(key)
    const entry = known.get(key)
    if (mine) return [ownOrder(mine, entry, priceOf)]
    return entry ? [foreignOrder(entry, at)] : []
  })
  return withCustomers(context, found)
}

interface Told {
  readonly operation: Operation
  readonly view: OperationView
}

function ownOrder(
  told: readonly Told[],
  entry: DirectoryEntry | undefined,
  priceOf: (sent: RequestContent) => number | undefined,
): KnownOrder {
  // The first of them placed it, unless it was placed elsewhere; what processed it comes later.
  const [placing] = told
  const processing = told.find(
    ({ operation, view }) => operation.endpoint === 'orders.process' && stateOf(view) === 'under way',
  )
  const waits = processing ? undefined : told.find(({ view }) => view.toProcess !== undefined)
  const shown = processing ?? waits ?? told.find(({ view }) => view.dropped) ?? told.at(-1)
  if (!placing || !shown) throw new Error('An order has an operation')
  const sent = sentIn(placing.operation.request)
  const { domains, mailboxes, what } = contentsOf(sent, entry)
  const charged = told.map(({ view }) => view.cents ?? 0).reduce((sum, cents) => Math.max(sum, cents), 0)
  return {
    orderId: placing.operation.order_id ?? undefined,
    userId: String(sent?.query.userId ?? entry?.user_id ?? '') || undefined,
    customer: placing.view.customer,
    what: what || placing.view.label,
    domains,
    mailboxes,
    actor: placing.view.actor,
    at: placing.view.createdAt,
    state: waits ? 'waiting' : stateOf(shown.view),
    stateText: stateLine(shown.view).split('\n')[0] ?? '',
    cents: charged > 0 ? charged : waits && sent ? priceOf(sent) : undefined,
    endedAt: waits ? undefined : (shown.view.endedAt ?? undefined),
    operationId: shown.view.id,
  }
}

function stateOf({ state, dropped, failures }: OperationView): OrderState {
  if (dropped) return 'dropped'
  if (state === 'failed') return 'failed'
  if (state !== 'ended') return 'under way'
  return failures.length > 0 ? 'done in part' : 'done'
}

function foreignOrder(entry: DirectoryEntry, at: string): KnownOrder {
  const { domains, mailboxes, what } = contentsOf(undefined, entry)
  const state = stateIn(entry.status)
  const told = `CMR: ${escapeText(entry.status ?? 'no status')}`
  return {
    orderId: entry.id,
    userId: entry.user_id ?? undefined,
    what,
    domains,
    mailboxes,
    at: at || entry.seen_at,
    state,
    stateText: state === 'waiting' ? ':pause_button: *Waits to be processed*' : told,
  }
}

function stateIn(status: string | null): OrderState {
  if (status === null) return 'not known'
  if (/^unconfirmed$/i.test(status)) return 'waiting'
  if (/fail|reject|cancel/i.test(status)) return 'failed'
  return /complete|success|done/i.test(status) ? 'done' : 'under way'
}

function sentIn(request: string | null): RequestContent | undefined {
  return request === null ? undefined : (JSON.parse(request) as RequestContent)
}

/** What was ordered, by the request that placed it, else as CMR has told it. */
function contentsOf(sent: RequestContent | undefined, entry: DirectoryEntry | undefined) {
  const body = (sent?.body ?? {}) as {
    domains?: { domain: string }[]
    order?: { domain: string }[]
    mailboxes?: Record<string, unknown[]>
  }
  const told = entry ? (JSON.parse(entry.data) as { domains?: string[] }).domains : undefined
  const registered = (body.domains ?? body.order ?? []).map(({ domain }) => domain)
  const mailboxes = Object.values(body.mailboxes ?? {}).flat().length
  const domains = registered.length > 0 ? registered : (told ?? Object.keys(body.mailboxes ?? {}))
  const boxes = mailboxes > 0 ? counted(mailboxes, 'mailbox', 'mailboxes') : ''
  const names = registered.length > 0 || mailboxes === 0 ? domains : []
  const count = names.length > 0 ? counted(names.length, body.order ? 'pre-warmed domain' : 'domain') : ''
  return { domains, mailboxes, what: [count, boxes].filter(Boolean).join(' with ') }
}

/** Returns how to estimate what orders that wait will cost: domains by what others of their ending cost. */
async function estimates({ store, prices }: OrderContext, waiting: readonly RequestContent[]) {
  const ordered = waiting.flatMap(({ body }) => (body as OrderedContent).domains ?? [])
  const wanted = new Set(ordered.map(({ domain }) => endingOf(domain.toLowerCase())))
  const endings = commonPrices(await pricesOfEndings(store.db, [...wanted]))
  return (sent: RequestContent) => estimate(sent, endings, prices)
}

/** What an order that was placed by the bot asks for, as far as it has a price. */
interface OrderedContent {
  readonly domains?: { domain: string; years?: number }[]
  readonly mailboxes?: Record<string, { onWarmup?: boolean }[]>
}

function estimate({ body }: RequestContent, endings: ReadonlyMap<string, number>, prices: ListPrices) {
  const { domains = [], mailboxes = {} } = body as OrderedContent
  return orderPrice(
    {
      domains: domains.map(({ domain, years = 1 }) => ({
        name: domain,
        yearly: endings.get(endingOf(domain.toLowerCase())),
        years,
      })),
      people: Object.values(mailboxes).flat(),
    },
    prices,
  ).cents
}

async function withCustomers({ store }: OrderContext, orders: readonly KnownOrder[]): Promise<KnownOrder[]> {
  const names = await userNames(
    store,
    orders.map(({ userId, customer }) => (customer ? undefined : userId)),
  )
  return orders.map((one) => ({ ...one, customer: one.customer ?? names.get(one.userId ?? '') }))
}
