import type { ListPrices } from '../../cmr/money.ts'
import type { BilledSubscription } from '../../resources/renewal-amount.ts'

/** A subscription as a forecast needs it; times are ISO 8601. */
export interface ForecastSubscription extends BilledSubscription {
  readonly subscriptionId: string
  readonly userId?: string | undefined
  readonly domain?: string | undefined
  readonly status?: string | undefined
  readonly periodStart?: string | undefined
  readonly periodEnd?: string | undefined
  /** CMR's pages disagree on whether they are billed; the forecast leaves them out and says so. */
  readonly pausedWarmups?: number | undefined
  /** Undefined counts as on. */
  readonly autoRenew?: boolean | undefined
}

/** A domain as a forecast needs it; times are ISO 8601. */
export interface ForecastDomain {
  readonly domain: string
  readonly userId?: string | undefined
  readonly status?: string | undefined
  readonly registeredOn?: string | undefined
  readonly expiryDate?: string | undefined
  /** Undefined counts as off, as CMR leaves it ("Life cycles"). */
  readonly autoRenew?: boolean | undefined
  /** Cents a year; undefined where CMR has told no price. */
  readonly renewalCents?: number | undefined
  /** True if `renewalCents` is inferred from other domains. */
  readonly isEstimate?: boolean | undefined
  /** True if it has been renewed before, as far as that was seen. */
  readonly wasRenewed?: boolean | undefined
}

/** Everything that a forecast is computed from. */
export interface ForecastInput {
  readonly subscriptions: readonly ForecastSubscription[]
  readonly domains: readonly ForecastDomain[]
  /** Undefined where CMR answered no balance. */
  readonly walletCents: number | undefined
  readonly now: Date
  /** IANA; says what day it is. */
  readonly timeZone: string
  /** The forecast holds today and so many days after it. */
  readonly days: number
  readonly prices: ListPrices
}
