import type { RenewalAmount } from '../../resources/renewal-amount.ts'

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
