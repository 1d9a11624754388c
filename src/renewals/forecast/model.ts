import type { ListPrices } from '../../cmr/money.ts'
import type { DomainHolding, SubscriptionHolding } from '../../directory/store/holdings.ts'
import type { BilledSubscription, RenewalAmount } from '../../resources/renewal-amount.ts'

/** A subscription as it was last seen, as far as that is known. Undefined auto-renew counts as on. */
export type ForecastSubscription = Partial<SubscriptionHolding> &
  Pick<SubscriptionHolding, 'id'> &
  BilledSubscription

/**
 * A domain as it was last seen, as far as that is known. Undefined auto-renew counts as off, as CMR leaves it ("Life
 * cycles").
 */
export type ForecastDomain = Partial<DomainHolding> &
  Pick<DomainHolding, 'name'> & {
    /** True if `renewalCents` is inferred from other domains. */
    readonly isEstimate?: boolean | undefined
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

/** What becomes of a renewal if nobody does anything and no money is added. */
export type RenewalOutcome =
  /** Paid from the wallet. */
  | 'covered'
  /** The wallet does not hold its price by then. */
  | 'uncovered'
  /** Its domain has lapsed: CMR refuses it. */
  | 'blocked'
  /** Auto-renew is off. */
  | 'ends'
  /** Its price or the wallet's balance is not known. */
  | 'unknown'

/** A renewal that comes, or an end without one. */
export interface ForecastRenewal extends RenewalAmount {
  readonly kind: 'domain' | 'subscription'
  /** CMR's id of the subscription, or the domain's name. */
  readonly id: string
  readonly domain: string | undefined
  readonly userId: string | undefined
  readonly at: Date
  /** The day of `at` in the team's zone, "2027-01-31". */
  readonly date: string
  readonly isAutomatic: boolean
  /** True if it has begun: CMR says RENEWING, or somebody has asked for it through the bot. */
  readonly isUnderWay: boolean
  readonly outcome: RenewalOutcome
  /** Until when it can still be renewed; undefined where it is covered. */
  readonly lostAt: Date | undefined
  /** True if its domain is due so soon after it that CMR may refuse it. */
  readonly mayBeBlocked: boolean
  /** What the wallet holds after it, in cents. */
  readonly walletCents: number | undefined
  /** What the wallet lacks where it does not cover it, in cents; 0 otherwise. */
  readonly missingCents: number
}
