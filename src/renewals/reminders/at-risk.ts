import type { RemindedItem } from '../../alerts/messages/reminded-items.ts'
import type { ReminderEventName } from '../../alerts/own-events.ts'
import { endOfGrace, endOfPastDue } from '../../cmr/billing.ts'
import type { DomainHolding, SubscriptionHolding } from '../../directory/store/holdings.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import type { RenewalAmount } from '../../resources/renewal-amount.ts'
import { isTimeToRenew } from '../../resources/renewal-items.ts'
import type { ForecastRenewal } from '../forecast/renewal.ts'

/** Something that ends, is not paid or is blocked, unless somebody does something about it. */
export interface ItemAtRisk extends RemindedItem {
  readonly reason: Extract<
    ReminderEventName,
    'renewal.ending' | 'renewal.unpaid' | 'renewal.blocked' | 'renewal.countdown'
  >
  /** Which of its renewals: the day on which it is due, in UTC. */
  readonly period: string
}

/** What the directory holds, by the names that a forecast has for things. */
export interface HeldThings {
  readonly domains: ReadonlyMap<string, DomainHolding>
  readonly subscriptions: ReadonlyMap<string, SubscriptionHolding>
}

/** CMR tells by itself that a domain has expired or a payment failed: the countdown begins on the day after. */
const COUNTED_DAYS = 6

/** Returns all that is at risk, the most urgent first. */
export function itemsAtRisk(renewals: readonly ForecastRenewal[], held: HeldThings, now: Date): ItemAtRisk[] {
  const priced = pricesIn(renewals)
  const counted = [
    ...[...held.domains.values()].flatMap((row) => domainCountdown(row, priced, now)),
    ...[...held.subscriptions.values()].flatMap((row) => subscriptionCountdown(row, priced, now)),
  ]
  const isCounted = new Set(counted.map(({ kind, id }) => `${kind} ${id}`))
  const next = new Map<string, ForecastRenewal>()
  for (const one of renewals) {
    const key = `${one.kind} ${one.id}`
    if (!isCounted.has(key) && !next.has(key) && isReminded(one, now)) next.set(key, one)
  }
  const coming = [...next.values()].flatMap((renewal) => comingAtRisk(renewal, held, now))
  return [...counted, ...coming].sort((a, b) => a.at.localeCompare(b.at) || a.domain.localeCompare(b.domain))
}

/** Days until a moment, rounded up: 14 from exactly fourteen days before it on. */
export function daysUntil(at: Date | number, now: Date): number {
  return Math.max(0, Math.ceil((new Date(at).getTime() - now.getTime()) / millisecondsInDay))
}

function comingAtRisk(renewal: ForecastRenewal, held: HeldThings, now: Date): ItemAtRisk[] {
  const { kind, id, domain = id, userId, at, cents, isEstimate, mayBeBlocked } = renewal
  const reason = reasonOf(renewal)
  // What is over at its date has its countdown, and CMR's own alert.
  if (!reason || isPast(renewal, held, now)) return []
  const due = at.toISOString()
  const isBlocked = reason === 'renewal.blocked'
  const blocking = held.domains.get(domain.toLowerCase())
  // A domain that is gone can no longer be renewed first.
  if (isBlocked && (blocking?.status === 'EXPIRED' || !blocking?.expiresAt)) return []
  return [
    {
      reason,
      kind,
      id,
      domain,
      userId,
      at: due,
      days: daysUntil(at, now),
      period: due.slice(0, 10),
      cents,
      isEstimate,
      ...(isBlocked && {
        domainEndsAt: blocking?.expiresAt,
        isDoubtful: mayBeBlocked,
      }),
    },
  ]
}

/** Somebody is asked for what is not under way, and not for the next month before half of this one is over. */
function isReminded(renewal: ForecastRenewal, now: Date): boolean {
  const reason = reasonOf(renewal)
  if (!reason || renewal.isUnderWay) return false
  return reason !== 'renewal.ending' || renewal.kind === 'domain' || isTimeToRenew(renewal, now)
}

function reasonOf({ outcome, mayBeBlocked }: ForecastRenewal): ItemAtRisk['reason'] | undefined {
  if (outcome === 'ends') return 'renewal.ending'
  if (outcome === 'uncovered') return 'renewal.unpaid'
  return outcome === 'blocked' || mayBeBlocked ? 'renewal.blocked' : undefined
}

function isPast({ kind, id }: ForecastRenewal, { domains, subscriptions }: HeldThings, now: Date): boolean {
  const ends = kind === 'domain' ? domains.get(id)?.expiresAt : subscriptions.get(id)?.periodEnd
  return ends !== undefined && ends <= now.toISOString()
}

type Prices = (thing: string) => Partial<Pick<RenewalAmount, 'cents' | 'isEstimate'>>

/** Returns what the forecast says that the next renewal of a thing costs. */
function pricesIn(renewals: readonly ForecastRenewal[]): Prices {
  const next = new Map(renewals.toReversed().map((one) => [`${one.kind} ${one.id}`, one]))
  return (thing) => {
    const one = next.get(thing)
    return one ? { cents: one.cents, isEstimate: one.isEstimate } : {}
  }
}

/** A domain in its grace period: CMR says so, or its date is over and nobody renewed it. */
function domainCountdown(row: DomainHolding, priced: Prices, now: Date): ItemAtRisk[] {
  const { name, userId, status, expiresAt, autoRenew } = row
  if (!expiresAt || expiresAt > now.toISOString()) return []
  if (status !== 'GRACE_PERIOD' && (status !== 'ACTIVE' || autoRenew === true)) return []
  const thing = { kind: 'domain' as const, id: name, domain: name, userId, ...priced(`domain ${name}`) }
  return countdown(thing, expiresAt, new Date(endOfGrace(Date.parse(expiresAt))), now)
}

/** A subscription that is past due. CMR goes on trying while its auto-renew is on; without, it expires after 7 days. */
function subscriptionCountdown(row: SubscriptionHolding, priced: Prices, now: Date): ItemAtRisk[] {
  const { id, domain = id, userId, status, periodEnd, autoRenew } = row
  if (!periodEnd || periodEnd > now.toISOString()) return []
  if (status !== 'PAST_DUE' && (status !== 'ACTIVE' || autoRenew !== false)) return []
  const isRetried = autoRenew !== false
  const thing = {
    kind: 'subscription' as const,
    id,
    domain,
    userId,
    ...priced(`subscription ${id}`),
    isRetried,
  }
  return countdown(thing, periodEnd, new Date(endOfPastDue(Date.parse(periodEnd))), now)
}

function countdown(
  thing: Omit<ItemAtRisk, 'reason' | 'at' | 'days' | 'period'>,
  since: string,
  lostAt: Date,
  now: Date,
): ItemAtRisk[] {
  const days = daysUntil(lostAt, now)
  if (lostAt <= now || days > COUNTED_DAYS) return []
  const period = since.slice(0, 10)
  return [{ ...thing, reason: 'renewal.countdown', at: lostAt.toISOString(), days, period }]
}
