import {
  BLOCKING_MS,
  endOfGrace,
  endOfPastDue,
  monthsLater,
  nextTry,
  renewalDay,
  yearsLater,
} from '../../cmr/billing.ts'
import type { ListPrices } from '../../cmr/money.ts'
import { ended } from '../../directory/store/rows.ts'
import {
  ageOf,
  type DomainAge,
  type PriceStep,
  priceStepAt,
  type RenewalAmount,
  subscriptionAmount,
  timeOf,
} from '../../resources/renewal-amount.ts'
import type { ForecastDomain, ForecastSubscription, RenewalOutcome } from './model.ts'

/** A moment at which something renews or, without auto-renew, begins to end; milliseconds since 1970. */
export interface DueMoment {
  readonly at: number
  readonly item: ForecastItem
  readonly isAutomatic: boolean
  readonly isUnderWay?: boolean
  /** Until when somebody can still renew it where that has not happened by then. */
  readonly lostAt: number
}

/** The thing that is due. */
type ForecastItem =
  | { readonly kind: 'domain'; readonly name: string; readonly row: ForecastDomain }
  | { readonly kind: 'subscription'; readonly name: string; readonly row: ForecastSubscription }

/** Names compare as CMR keeps them: without regard to case. */
export const nameOfDomain = (name: string) => name.toLowerCase()

const GONE = new Set(['EXPIRED', 'TRANSFERRED', 'INACTIVE'])
const NONE: readonly DueMoment[] = []

/** Most of what a partner has is due after the forecast; a renewal that is under way charges now. */
const isBeyond = (status: string | undefined, dueAt: number, until: number) =>
  dueAt > until && status !== 'RENEWING'

/** Returns when a subscription renews, if it is paid each time. */
export function subscriptionDues(
  row: ForecastSubscription,
  now: number,
  until: number,
): readonly DueMoment[] {
  const periodEnd = timeOf(row.periodEnd)
  if (periodEnd === undefined || ended(row.status) || isBeyond(row.status, periodEnd, until)) return NONE
  const item = { kind: 'subscription', name: nameOfDomain(row.domain ?? row.id), row } as const
  const renews = row.autoRenew !== false
  const day = renewalDay(timeOf(row.periodStart), periodEnd)
  const dues: DueMoment[] = []
  let at = firstTry(row.status, periodEnd, now)
  for (let months = 0; at <= until; months++) {
    const end = monthsLater(periodEnd, months, day)
    // A renewal that is under way charges, whatever auto-renew says.
    const isUnderWay = months === 0 && row.status === 'RENEWING'
    const isAutomatic = renews || isUnderWay
    const lostAt = endOfPastDue(Math.max(end, at))
    if (!isAutomatic) return [...dues, endingOf(item, end, endOfPastDue(end), now)]
    dues.push({ at, item, isAutomatic, isUnderWay, lostAt })
    // A month that was missed meanwhile follows at once.
    at = Math.max(monthsLater(periodEnd, months + 1, day), at)
  }
  return dues
}

/** Returns when a domain renews, if it is paid each time. */
export function domainDues(row: ForecastDomain, now: number, until: number): readonly DueMoment[] {
  const told = timeOf(row.expiresAt)
  if (told === undefined || GONE.has(row.status ?? '') || told > until) return NONE
  const item = { kind: 'domain', name: nameOfDomain(row.name), row } as const
  if (row.status === 'GRACE_PERIOD') return [endingOf(item, told, endOfGrace(told), now)].filter(by(until))
  // CMR charges a domain's renewal when it takes the request: what is under way is paid.
  const first = row.status === 'RENEWING' ? yearsLater(told, 1) : told
  if (!row.autoRenew) return [endingOf(item, first, endOfGrace(first), now)].filter(by(until))
  const dues: DueMoment[] = []
  let at = Math.max(first, now)
  for (let years = 0; at <= until; years++) {
    dues.push({ at, item, isAutomatic: true, lostAt: endOfGrace(yearsLater(first, years)) })
    at = Math.max(yearsLater(first, years + 1), at)
  }
  return dues
}

/** What CMR has not looked at since it fell due comes at once; what was tried and not paid, at its next try. */
function firstTry(status: string | undefined, dueAt: number, now: number): number {
  if (status === 'RENEWING') return now
  if (dueAt > now) return dueAt
  return status === 'PAST_DUE' ? nextTry(dueAt, now) : now
}

/** Something that ends unless somebody renews it: at its date, or once that is past at the end of its last days. */
function endingOf(item: ForecastItem, at: number, lostAt: number, now: number): DueMoment {
  return { at: at > now ? at : Math.max(lostAt, now), item, isAutomatic: false, lostAt }
}

const by =
  (until: number) =>
  ({ at }: DueMoment) =>
    at <= until

/** The order in which CMR is taken to charge: by time, a domain before the subscription it could block, by name. */
export function inOrder(a: DueMoment, b: DueMoment): number {
  if (a.at !== b.at) return a.at - b.at
  if (a.item.kind !== b.item.kind) return a.item.kind === 'domain' ? -1 : 1
  if (a.item.name !== b.item.name) return a.item.name < b.item.name ? -1 : 1
  const [first, second] = [idOf(a.item), idOf(b.item)]
  return first === second ? 0 : first < second ? -1 : 1
}

/** Returns CMR's id of a subscription, or the name of a domain. */
export const idOf = (item: ForecastItem) => (item.kind === 'domain' ? item.row.name : item.row.id)

/** What became of something that was due. */
export interface ChargedRenewal {
  readonly due: DueMoment
  readonly amount: RenewalAmount
  readonly outcome: RenewalOutcome
  readonly mayBeBlocked: boolean
  readonly walletCents: number
  readonly missingCents: number
}

/** A domain as it stands while the forecast moves on. */
interface DomainState {
  readonly age: { -readonly [Field in keyof DomainAge]: DomainAge[Field] }
  hasLapsed: boolean
}

/**
 * Charges what is due, in order, as CMR does: a wallet that does not hold a price pays nothing of it, a domain that is
 * not renewed blocks its subscription, and what has failed is not paid later, because the wallet only falls.
 * @param domains by their names in lower case
 * @param walletCents Infinity finds what everything would cost
 */
export function chargeAll(
  dues: readonly DueMoment[],
  domains: ReadonlyMap<string, ForecastDomain>,
  walletCents: number,
  prices: ListPrices,
): ChargedRenewal[] {
  const states = new Map<string, DomainState>()
  const failed = new Set<object>()
  /** Subscriptions whose mailboxes cost more since a renewal, and how much. */
  const stepped = new Map<object, number>()
  let wallet = walletCents
  const charged: ChargedRenewal[] = []
  for (const due of dues) {
    const { item, at } = due
    if (failed.has(item.row)) continue
    const domain = states.get(item.name) ?? begin(item.name)
    const { step, amount } = amountOf(item, domain, stepped.get(item.row), prices, at)
    const outcome = outcomeOf(due, domain, amount.cents, wallet)
    const missingCents = outcome === 'uncovered' ? (amount.cents ?? 0) - wallet : 0
    const isPaid = outcome === 'covered' || outcome === 'unknown'
    if (isPaid) wallet -= amount.cents ?? 0
    else failed.add(item.row)
    if (isPaid && step === 'certain') stepped.set(item.row, prices.mailboxAfterYear)
    const mayBeBlocked = item.kind === 'subscription' && isPaid && isDueSoonAfter(at, domain)
    if (item.kind === 'domain' && domain) moveOn(domain, isPaid)
    charged.push({ due, amount, outcome, mayBeBlocked, walletCents: wallet, missingCents })
  }
  return charged

  function begin(name: string): DomainState | undefined {
    const row = domains.get(name)
    if (!row) return undefined
    const state = stateOf(row)
    states.set(name, state)
    return state
  }
}

function stateOf(row: ForecastDomain): DomainState {
  const { status } = row
  const { expiry: told, ...age } = ageOf({ ...row, expiryDate: row.expiresAt })
  const expiry = told !== undefined && status === 'RENEWING' ? yearsLater(told, 1) : told
  return {
    age: { ...age, expiry },
    hasLapsed: status === 'GRACE_PERIOD' || status === 'EXPIRED',
  }
}

function moveOn(domain: DomainState, isPaid: boolean): void {
  if (!isPaid) domain.hasLapsed = true
  else if (domain.age.expiry !== undefined) {
    domain.age.expiry = yearsLater(domain.age.expiry, 1)
    domain.age.wasRenewed = true
  }
}

/** @param steppedTo what a mailbox costs since an earlier renewal of the forecast */
function amountOf(
  item: ForecastItem,
  domain: DomainState | undefined,
  steppedTo: number | undefined,
  prices: ListPrices,
  at: number,
): { readonly amount: RenewalAmount; readonly step: PriceStep } {
  if (item.kind === 'domain') {
    const { renewalCents: cents, isEstimate = false } = item.row
    return { amount: { cents, atMostCents: cents, isEstimate }, step: 'no' }
  }
  const row = steppedTo === undefined ? item.row : { ...item.row, priceCents: steppedTo }
  const step = priceStepAt(row.priceCents, domain?.age, prices, at)
  return { amount: subscriptionAmount(row, prices, step), step }
}

function outcomeOf(
  { item, isAutomatic }: DueMoment,
  domain: DomainState | undefined,
  cents: number | undefined,
  walletCents: number,
): RenewalOutcome {
  if (!isAutomatic) return 'ends'
  if (item.kind === 'subscription' && domain?.hasLapsed) return 'blocked'
  if (cents === undefined) return 'unknown'
  return cents <= walletCents ? 'covered' : 'uncovered'
}

function isDueSoonAfter(at: number, domain: DomainState | undefined): boolean {
  const expiry = domain?.age.expiry ?? at
  return expiry > at && expiry - at <= BLOCKING_MS
}
