import type { Kysely } from 'kysely'
import type { ListPrices } from '../../cmr/money.ts'
import {
  type DomainHolding,
  domainHoldings,
  type Holdings,
  type SubscriptionHolding,
  subscriptionHoldings,
  type WalletBalance,
  walletBalance,
} from '../../directory/store/holdings.ts'
import { kindsNotWhole } from '../../directory/store/passes.ts'
import type { EntryKind } from '../../directory/store/rows.ts'
import { nameOf } from '../../operations/expected-results.ts'
import { resultsUnderWay } from '../../operations/store/open-work.ts'
import { commonPrices, endingOf } from '../../resources/renewal-price.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { type Forecast, forecastOf } from './forecast.ts'
import type { ForecastDomain } from './model.ts'

/** What renews: domains and subscriptions as last seen at CMR. */
export interface Held {
  readonly domains: readonly DomainHolding[]
  readonly subscriptions: readonly SubscriptionHolding[]
}

/**
 * Returns what CMR holds that renews. What somebody has asked to renew through the bot is RENEWING from that moment on,
 * although CMR's lists show it later: nobody is asked to pay for it again.
 */
export async function heldNow(db: Kysely<Schema>, now: Date, which: Holdings = {}): Promise<Held> {
  const domains = await domainHoldings(db, which)
  const subscriptions = await subscriptionHoldings(db, which)
  const underWay = await resultsUnderWay(db, ['renewal', 'subscription'], now)
  if (underWay.size === 0) return { domains, subscriptions }
  const renewing = <Row extends { readonly status: string | undefined }>(row: Row, key: string): Row =>
    underWay.has(key) ? { ...row, status: 'RENEWING' } : row
  return {
    domains: domains.map((row) => renewing(row, `renewal ${nameOf(row.name)}`)),
    subscriptions: subscriptions.map((row) => renewing(row, `subscription ${nameOf(row.id)}`)),
  }
}

/** A forecast from what was last seen at CMR, and how old that is. */
export interface CurrentForecast extends Forecast {
  /** What it rests on. */
  readonly held: Held
  /** Undefined where CMR has not told a balance yet. */
  readonly wallet: WalletBalance | undefined
  /** When what it rests on was seen, the oldest of it; undefined where nothing of the kind renews. */
  readonly seen: { readonly domains: Date | undefined; readonly subscriptions: Date | undefined }
  /** What has not been read whole from CMR yet, so that something may be missing. */
  readonly missing: readonly EntryKind[]
}

/**
 * Returns the forecast from what the directory holds.
 * @param asked.days how many days after today
 * @param asked.zone IANA; says what day it is
 * @param asked.wallet a newer balance than the directory's
 */
export async function currentForecast(
  { db }: Pick<Store, 'db'>,
  asked: {
    readonly now: Date
    readonly zone: string
    readonly days: number
    readonly prices: ListPrices
    readonly wallet?: WalletBalance | undefined
    /** The only customers whose renewals are read, without the wallet, which pays for everybody's. */
    readonly customers?: readonly string[] | undefined
  },
): Promise<CurrentForecast> {
  const { customers } = asked
  const held = await heldNow(db, asked.now, { customers })
  const { domains, subscriptions } = held
  const wallet = customers ? undefined : (asked.wallet ?? (await walletBalance(db)))
  const forecast = forecastOf({
    subscriptions,
    domains: forecastDomains(domains),
    walletCents: wallet?.cents,
    now: asked.now,
    timeZone: asked.zone,
    days: asked.days,
    prices: asked.prices,
  })
  const kinds = Map.groupBy(forecast.renewals, ({ kind }) => kind)
  const oldest = (kind: 'domain' | 'subscription', seen: ReadonlyMap<string, string>) =>
    oldestOf((kinds.get(kind) ?? []).flatMap(({ id }) => seen.get(id) ?? []))
  return {
    ...forecast,
    held,
    wallet,
    seen: {
      domains: oldest('domain', new Map(domains.map(({ name, seenAt }) => [name, seenAt]))),
      subscriptions: oldest('subscription', new Map(subscriptions.map(({ id, seenAt }) => [id, seenAt]))),
    },
    missing: await kindsNotWhole(db),
  }
}

function oldestOf(times: readonly string[]): Date | undefined {
  const first = times.reduce<string | undefined>(
    (before, time) => (before === undefined || time < before ? time : before),
    undefined,
  )
  return first === undefined ? undefined : new Date(first)
}

/** Domains with their price: CMR tells it in the last 45 days only, so until then others of the same ending tell it. */
function forecastDomains(domains: readonly DomainHolding[]): ForecastDomain[] {
  const byEnding = commonPrices(domains)
  return domains.map((row) => {
    const inferred = row.renewalCents === undefined ? byEnding.get(endingOf(row.name)) : undefined
    return { ...row, renewalCents: row.renewalCents ?? inferred, isEstimate: inferred !== undefined }
  })
}
