import { isObject } from '../cmr/json.ts'
import type { ListPrices } from '../cmr/money.ts'
import {
  type DomainHolding,
  domainHoldings,
  type SubscriptionHolding,
  subscriptionHoldings,
} from '../directory/store/holdings.ts'
import { userNames } from '../directory/store/rows.ts'
import { walletBalance } from '../directory/store/wallet.ts'
import type { StoredEvent } from '../events/store/events.ts'
import { type RenewalAmount, subscriptionAmount } from '../resources/renewal-amount.ts'
import type { Store } from '../store/store.ts'
import { alertOf } from './delivery/message.ts'
import { handlingOf } from './handling.ts'
import type { AlertDetails } from './messages/details.ts'
import type { AlertEvent } from './messages/index.ts'
import { reminderProgress } from './reminder-progress.ts'

/** An event as it is stored, as far as its alert needs it. */
export type AlertRow = Omit<StoredEvent, 'operation_id'>

/** Reads events as alerts show them: with what is known of their things, and what was done about them since. */
export type AlertLookup = (rows: readonly AlertRow[]) => Promise<AlertEvent[]>

/** Creates the lookup: a handful of queries, however many events. @param parts.prices of warm-ups, which CMR does not tell */
export function createAlertLookup(parts: {
  readonly store: Pick<Store, 'db' | 'dialect'>
  readonly prices: ListPrices
  readonly clock: () => Date
}): AlertLookup {
  const { store, prices, clock } = parts
  return async (rows) => {
    const details = await detailsOf(store, rows.map(thingsOf), prices)
    const now = clock()
    const handling = await handlingOf(store.db, rows, now)
    const progress = await reminderProgress(store, rows, now)
    return rows.map((row, at) => ({
      ...alertOf(row),
      details: withProgress(details[at], progress.get(row.event_id)),
      handling: handling.get(row.event_id),
    }))
  }
}

function withProgress(details: AlertDetails | undefined, progress: AlertDetails['progress']) {
  return progress ? { ...details, progress } : details
}

/** What an event is about. */
interface EventThings {
  readonly event: string
  readonly userId: string | undefined
  readonly domain: string | undefined
  readonly subscriptionId: string | undefined
}

function thingsOf({ event, data, subject, user_id, domain }: AlertRow): EventThings {
  const told = JSON.parse(data) as Record<string, unknown>
  const [, subscriptionId] = /^subscription:(.+)$/.exec(subject ?? '') ?? []
  const items = Array.isArray(told.items) ? told.items.filter(isObject) : []
  const owners = [...new Set(items.map(({ userId }) => userId))]
  const owner = owners.length === 1 ? owners[0] : undefined
  const textIn = (value: unknown) => (typeof value === 'string' && value ? value : undefined)
  return {
    event,
    userId: user_id ?? textIn(told.userId) ?? textIn(owner),
    domain: domain ?? undefined,
    subscriptionId: subscriptionId ?? textIn(told.subscriptionId),
  }
}

async function detailsOf(
  store: Pick<Store, 'db' | 'dialect'>,
  things: readonly EventThings[],
  prices: ListPrices,
): Promise<(AlertDetails | undefined)[]> {
  const distinct = (values: (string | undefined)[]) => [...new Set(values.flatMap((value) => value ?? []))]
  const users = distinct(things.map(({ userId }) => userId))
  const domains = distinct(things.map(({ domain }) => domain))
  if (users.length + domains.length === 0) return []
  const names = await userNames(store, users)
  const subscriptions = domains.length ? await subscriptionHoldings(store.db, { domains }) : []
  const held = new Map(
    (domains.length ? await domainHoldings(store.db, { domains }) : []).map((one) => [one.name, one]),
  )
  const wallet = await walletBalance(store.db)
  return things.map((one) => {
    const { userId, domain = '' } = one
    const customer = userId === undefined ? undefined : names.get(userId)
    const known = one.event.startsWith('domain.')
      ? ofDomain(held.get(domain))
      : ofSubscription(subscriptionOf(one, subscriptions), prices)
    return { customer, walletCents: wallet?.cents, ...known }
  })
}

function subscriptionOf({ subscriptionId, domain }: EventThings, all: readonly SubscriptionHolding[]) {
  return subscriptionId
    ? all.find(({ id }) => id === subscriptionId)
    : all.find((one) => one.domain === domain && !/^(CANCELLED|EXPIRED)$/.test(one.status ?? ''))
}

function ofDomain(held: DomainHolding | undefined): Pick<AlertDetails, 'renewal' | 'autoRenew'> {
  const cents = held?.renewalCents
  const renewal: RenewalAmount | undefined =
    cents === undefined ? undefined : { cents, atMostCents: cents, isEstimate: false }
  return { renewal, autoRenew: held?.autoRenew }
}

function ofSubscription(
  held: SubscriptionHolding | undefined,
  prices: ListPrices,
): Pick<AlertDetails, 'renewal' | 'autoRenew'> {
  return { renewal: held && subscriptionAmount(held, prices), autoRenew: held?.autoRenew }
}
