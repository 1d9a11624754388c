import { monthsLater, yearsLater } from '../cmr/billing.ts'
import { type ListPrices, money } from '../cmr/money.ts'
import { counted } from '../slack/blocks.ts'

/** What the renewal of a thing costs, in cents. */
export interface RenewalAmount {
  /** Undefined where CMR has told no price. */
  readonly cents: number | undefined
  /** What it comes to at most; `cents` where it cannot be more. */
  readonly atMostCents: number | undefined
  /** True if a part of it is a guess, so that it is shown with "about". */
  readonly isEstimate: boolean
}

/** What a subscription's renewal is computed from. */
export interface BilledSubscription {
  /** Cents a mailbox and month. */
  readonly priceCents: number | undefined
  /** Seats that are paid for. */
  readonly quantity: number | undefined
  /** Those whose mailbox was removed: "the seat stays paid until the renewal" ("Remove mailbox"). */
  readonly emptySeats?: number | undefined
  /** "At renewal only warm-ups that are ACTIVE are billed." */
  readonly activeWarmups: number
}

/** Returns how many mailboxes a renewal pays for; undefined where that is not known. */
export function renewedMailboxes({
  quantity,
  emptySeats = 0,
}: Pick<BilledSubscription, 'quantity' | 'emptySeats'>): number | undefined {
  return quantity === undefined ? undefined : Math.max(0, quantity - emptySeats)
}

/** Why an amount is less than all seats would cost. */
export const emptySeatsNote =
  'Seats whose mailbox was removed are assumed not to be renewed: CMR says that they are paid until the renewal.'

/** The step of a mailbox price at a renewal. */
export type PriceStep = 'no' | 'possible' | 'certain'

/** Returns what a subscription's renewal costs: its own price for each mailbox, and its ACTIVE warm-ups ("Money"). */
export function subscriptionAmount(
  { priceCents, quantity, emptySeats = 0, activeWarmups }: BilledSubscription,
  prices: ListPrices,
  step: PriceStep = 'no',
): RenewalAmount {
  const mailboxes = renewedMailboxes({ quantity, emptySeats })
  if (priceCents === undefined || quantity === undefined || mailboxes === undefined)
    return { cents: undefined, atMostCents: undefined, isEstimate: false }
  const each = step === 'certain' ? prices.mailboxAfterYear : priceCents
  const cents = each * mailboxes + prices.warmup * activeWarmups
  const more = step === 'possible' ? Math.max(0, prices.mailboxAfterYear - each) * quantity : 0
  return {
    cents,
    atMostCents: cents + each * (quantity - mailboxes) + more,
    isEstimate: mailboxes < quantity || (activeWarmups > 0 && prices.warmupGuessed),
  }
}

/** What is known of a domain's age. */
export interface DomainAge {
  /** Milliseconds since 1970, as is `expiry`. */
  readonly registered: number | undefined
  readonly expiry: number | undefined
  /** True if it has been renewed, as far as that was seen. */
  readonly wasRenewed: boolean
}

/** Returns milliseconds since 1970; undefined where CMR told no time. */
export function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** Returns a domain's age by the dates that CMR tells; a renewal that is under way counts. */
export function ageOf(domain: {
  readonly registeredOn?: string | undefined
  readonly expiryDate?: string | undefined
  readonly status?: string | undefined
  readonly wasRenewed?: boolean | undefined
}): DomainAge {
  const { registeredOn, expiryDate, status, wasRenewed = false } = domain
  return {
    registered: timeOf(registeredOn),
    expiry: timeOf(expiryDate),
    wasRenewed: wasRenewed || status === 'RENEWING',
  }
}

const UNKNOWN_AGE: DomainAge = { registered: undefined, expiry: undefined, wasRenewed: false }

/** A domain that expires within so many months of its registration has not been renewed yet. */
const FIRST_TERM_MONTHS = 18

/**
 * Tells whether mailboxes cost more from this renewal on: they do "once their domain has completed one year and was
 * renewed". Neither the age of a subscription nor whether a domain was renewed is in CMR's API.
 */
export function priceStepAt(
  priceCents: number | undefined,
  { registered, expiry, wasRenewed }: DomainAge = UNKNOWN_AGE,
  prices: ListPrices,
  at: number,
): PriceStep {
  if (priceCents === undefined || priceCents >= prices.mailboxAfterYear) return 'no'
  if (registered !== undefined && yearsLater(registered, 1) > at) return 'no'
  // A price that was negotiated may step to another one, or to none.
  if (wasRenewed) return registered !== undefined && priceCents === prices.mailbox ? 'certain' : 'possible'
  const isFirstTerm =
    registered !== undefined && expiry !== undefined && expiry < monthsLater(registered, FIRST_TERM_MONTHS)
  return isFirstTerm ? 'no' : 'possible'
}

/** Returns the age that a domain will have at a moment, in milliseconds: until then it renews by itself, or does not. */
export function ageAt(age: DomainAge, autoRenew: boolean | undefined, at: number): DomainAge {
  const { expiry } = age
  if (!autoRenew || expiry === undefined || expiry > at) return age
  return { ...age, expiry: yearsLater(expiry, 1), wasRenewed: true }
}

/** Returns an amount as people read it, "about $6.00" where a part of it is a guess; undefined where none is known. */
export function amountText({
  cents,
  isEstimate,
}: Partial<Pick<RenewalAmount, 'cents' | 'isEstimate'>>): string | undefined {
  return cents === undefined ? undefined : `${isEstimate ? 'about ' : ''}${money(cents)}`
}

/** Returns the same for lists, with what it may come to: "$6.00, may step up to $10.00", or "no price yet". */
export function priceText(amount: RenewalAmount): string {
  const { cents = 0, atMostCents = 0 } = amount
  const more = atMostCents > cents ? `, may step up to ${money(atMostCents)}` : ''
  return `${amountText(amount) ?? 'no price yet'}${more}`
}

/** What several renewals cost together, in cents. */
export interface TotalAmount {
  /** The sum of those whose price is known. */
  readonly cents: number
  readonly isEstimate: boolean
  readonly count: number
  /** How many have no price yet. */
  readonly unpriced: number
}

/** Returns what several renewals cost together. */
export function totalOf(amounts: readonly Pick<RenewalAmount, 'cents' | 'isEstimate'>[]): TotalAmount {
  return {
    cents: amounts.reduce((sum, { cents = 0 }) => sum + cents, 0),
    isEstimate: amounts.some(({ isEstimate }) => isEstimate),
    count: amounts.length,
    unpriced: amounts.filter(({ cents }) => cents === undefined).length,
  }
}

/** Returns a total as people read it: "at least $6.00" where a price is not known yet; undefined where none is. */
export function totalText({ cents, isEstimate, count, unpriced }: TotalAmount): string | undefined {
  if (count > 0 && unpriced === count) return undefined
  return unpriced > 0 ? `at least ${money(cents)}` : amountText({ cents, isEstimate })
}

/** Returns how many of several have no price yet, behind their total; empty where all have one. */
export function unpricedText({ unpriced }: TotalAmount): string {
  return unpriced > 0 ? `, and ${counted(unpriced, 'renewal has', 'renewals have')} no price yet` : ''
}

/** Says the same where none has. */
export const NONE_PRICED = 'none with a price yet'
