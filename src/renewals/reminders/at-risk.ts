import type { RemindedItem } from '../../alerts/messages/reminded-items.ts'
import type { ReminderEventName } from '../../alerts/own-events.ts'
import { endOfGrace, endOfPastDue } from '../../cmr/billing.ts'
import type { Severity } from '../../cmr/events/event.ts'
import type { DomainHolding, SubscriptionHolding } from '../../directory/store/holdings.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import type { RenewalAmount } from '../../resources/renewal-amount.ts'
import { isTimeToRenew } from '../../resources/renewal-items.ts'
import type { ForecastRenewal } from '../forecast/model.ts'

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

/** How loud a reminder is: told with others, as an alert, or calling somebody. */
export type ReminderLevel = 'digest' | 'alert' | 'mention'

/** When people are reminded. */
export interface ReminderSettings {
  /** Days before the date, such as 45, 30, 14, 7, 3 and 1. */
  readonly days: readonly number[]
  /** The wallet is low where it covers fewer days than that. */
  readonly walletDays: number
}

/** From so many days on a reminder is an alert, and calls somebody. */
const ALERT_DAYS = 14
const MENTION_DAYS = 3
/** What the wallet does not cover is told so many days earlier, and grows loud earlier. */
const EARLIER_DAYS = 15
const UNPAID_ALERT_DAYS = 30
const UNPAID_MENTION_DAYS = 7

export const severityOf: Readonly<Record<ReminderLevel, Severity>> = {
  digest: 'info',
  alert: 'bad',
  mention: 'urgent',
}

/** A threshold that something has reached. */
export interface ReachedThreshold {
  /** As it is kept: a thing is reminded of once a threshold and period. */
  readonly threshold: string
  readonly level: ReminderLevel
}

/**
 * Returns the one threshold at which something stands: who learns of it late is reminded of where it stands now, not of
 * all that was missed. Undefined where it is still far away.
 */
export function thresholdOf(
  { reason, kind, days }: Pick<ItemAtRisk, 'reason' | 'kind' | 'days'>,
  settings: Pick<ReminderSettings, 'days'>,
): ReachedThreshold | undefined {
  if (reason === 'renewal.countdown') {
    const threshold = `${kind === 'domain' ? 'grace' : 'past due'} ${days}`
    return { threshold, level: 'mention' }
  }
  const isUnpaid = reason === 'renewal.unpaid'
  const marks = isUnpaid ? withEarlier(settings.days) : settings.days
  const reached = marks.filter((mark) => days <= mark)
  if (reached.length === 0) return undefined
  const mark = Math.min(...reached)
  const [alert, mention] = isUnpaid ? [UNPAID_ALERT_DAYS, UNPAID_MENTION_DAYS] : [ALERT_DAYS, MENTION_DAYS]
  const level = mark <= mention ? 'mention' : mark <= alert ? 'alert' : 'digest'
  return { threshold: String(mark), level }
}

/** How many days ahead reminders look. */
export function horizonOf({ days, walletDays }: ReminderSettings): number {
  return Math.max(...withEarlier(days), walletDays, LASTS_DAYS) + 1
}

/** How long the wallet lasts with what a reminder says to add. */
export const LASTS_DAYS = 30

function withEarlier(days: readonly number[]): number[] {
  return [Math.max(0, ...days) + EARLIER_DAYS, ...days]
}

/** Marks of a low wallet: the setting's own, and smaller ones at which it grows louder. */
const WALLET_MARKS = [7, 3, 1]

/** Returns the mark that the wallet has fallen below; undefined where it covers enough. */
export function walletThreshold(
  runwayDays: number | undefined,
  { walletDays }: Pick<ReminderSettings, 'walletDays'>,
): ReachedThreshold | undefined {
  if (runwayDays === undefined || runwayDays >= walletDays) return undefined
  const marks = [walletDays, ...WALLET_MARKS.filter((mark) => mark < walletDays)]
  const mark = Math.min(...marks.filter((one) => runwayDays < one))
  return { threshold: String(mark), level: mark <= MENTION_DAYS ? 'mention' : 'alert' }
}
