import { BLOCKING_MS, yearsLater } from '../../cmr/billing.ts'
import type { ListPrices } from '../../cmr/money.ts'
import {
  type DomainAge,
  type PriceStep,
  priceStepAt,
  type RenewalAmount,
  subscriptionAmount,
} from '../../resources/renewal-amount.ts'
import { timeOf } from '../../resources/renewal-price.ts'
import type { DueMoment, ForecastItem } from './due.ts'
import type { ForecastDomain } from './input.ts'
import type { RenewalOutcome } from './renewal.ts'

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

function stateOf({ registeredOn, expiryDate, status, wasRenewed = false }: ForecastDomain): DomainState {
  const told = timeOf(expiryDate)
  const isRenewing = status === 'RENEWING'
  const expiry = told !== undefined && isRenewing ? yearsLater(told, 1) : told
  return {
    age: { registered: timeOf(registeredOn), expiry, wasRenewed: wasRenewed || isRenewing },
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
