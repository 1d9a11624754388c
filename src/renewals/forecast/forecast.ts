import { type Assumption, assumptionsOf } from './assumptions.ts'
import { type ChargedRenewal, chargeAll } from './charge.ts'
import { dayOf, type ZonedDay, zonedDays } from './days.ts'
import { type DueMoment, domainDues, idOf, inOrder, nameOfDomain, subscriptionDues } from './due.ts'
import type { ForecastInput } from './input.ts'
import type { ForecastRenewal } from './renewal.ts'

/** A coming day. Amounts are in cents. */
export interface ForecastDay {
  /** In the team's zone, "2027-01-31". */
  readonly date: string
  /** The first moment of it. */
  readonly start: Date
  readonly renewals: readonly ForecastRenewal[]
  /** What the wallet pays on this day if no money is added. */
  readonly paidCents: number
  /** What the wallet holds at its end if no money is added; undefined where the balance is not known. */
  readonly walletCents: number | undefined
  /** What the wallet needs from now until its end, so that everything with auto-renew is paid. */
  readonly neededCents: number
  /** The same where every price steps up that may. */
  readonly neededAtMostCents: number
}

/** What renews, what it costs and how long the wallet lasts, if nobody does anything and no money is added. */
export interface Forecast {
  /** Today first. */
  readonly days: readonly ForecastDay[]
  /** Everything that renews or ends, by time. */
  readonly renewals: readonly ForecastRenewal[]
  readonly walletCents: number | undefined
  /** The first renewal that the wallet does not cover; `missingCents` says by how much. */
  readonly firstUncovered: ForecastRenewal | undefined
  /** Days from today until then; undefined where the wallet lasts, or its balance is not known. */
  readonly runwayDays: number | undefined
  /** What ends because auto-renew is off. */
  readonly ending: readonly ForecastRenewal[]
  /** What was taken to be so because CMR does not tell it, as far as it matters here. */
  readonly assumptions: readonly Assumption[]
}

/** Computes the forecast of today and the days after it. */
export function forecastOf(input: ForecastInput): Forecast {
  const { subscriptions, domains, walletCents, prices, timeZone } = input
  const days = zonedDays(input.now, timeZone, input.days)
  const now = input.now.getTime()
  const until = (days.at(-1)?.start ?? now) - 1
  const dues: DueMoment[] = []
  const add = (some: readonly DueMoment[]) => {
    for (const due of some) if (due.at <= until) dues.push(due)
  }
  for (const row of domains) add(domainDues(row, now, until))
  for (const row of subscriptions) add(subscriptionDues(row, now, until))
  dues.sort(inOrder)
  const byName = new Map(domains.map((row) => [nameOfDomain(row.domain), row]))
  const charged = chargeAll(dues, byName, walletCents ?? Number.POSITIVE_INFINITY, prices)
  const renewals = charged.map((one) => renewalOf(one, days, walletCents !== undefined))
  const firstUncovered = renewals.find(({ outcome }) => outcome === 'uncovered')
  const withoutEnd = firstUncovered ? chargeAll(dues, byName, Number.POSITIVE_INFINITY, prices) : charged
  return {
    days: daysOf(days, renewals, withoutEnd, walletCents),
    renewals,
    walletCents,
    firstUncovered,
    runwayDays: firstUncovered && dayOf(days, firstUncovered.at.getTime()),
    ending: renewals.filter(({ outcome }) => outcome === 'ends'),
    assumptions: assumptionsOf(input, charged),
  }
}

/**
 * Returns how much must be added, in cents, so that everything with auto-renew is paid until the end of a day.
 * @param day its place in `days`; 0 is today
 */
export function toAddUntil({ days, walletCents = 0 }: Forecast, day: number): number {
  return Math.max(0, (days[Math.min(day, days.length - 1)]?.neededCents ?? 0) - walletCents)
}

function renewalOf(one: ChargedRenewal, days: readonly ZonedDay[], knowsWallet: boolean): ForecastRenewal {
  const { due, amount, outcome, walletCents, mayBeBlocked, missingCents } = one
  const { cents, atMostCents, isEstimate } = amount
  const { item, at, isAutomatic, isUnderWay = false, lostAt } = due
  return {
    kind: item.kind,
    id: idOf(item),
    domain: item.row.domain,
    userId: item.row.userId,
    at: new Date(at),
    date: days[dayOf(days, at)]?.date ?? '',
    cents,
    atMostCents,
    isEstimate,
    isAutomatic,
    isUnderWay,
    outcome: outcome === 'covered' && !knowsWallet ? 'unknown' : outcome,
    lostAt: outcome === 'covered' ? undefined : new Date(lostAt),
    mayBeBlocked,
    walletCents: knowsWallet ? walletCents : undefined,
    missingCents,
  }
}

function daysOf(
  days: readonly ZonedDay[],
  renewals: readonly ForecastRenewal[],
  withoutEnd: readonly ChargedRenewal[],
  walletCents: number | undefined,
): ForecastDay[] {
  const onDay = Map.groupBy(renewals, ({ date }) => date)
  let wallet = walletCents
  let neededCents = 0
  let neededAtMostCents = 0
  // What is charged is in order, and each day takes what comes before the next one begins.
  let next = 0
  // The last is the day after, where the forecast ends.
  return days.slice(0, -1).map(({ date, start }, at) => {
    const own = onDay.get(date) ?? []
    let paidCents = 0
    for (const { outcome, cents = 0 } of own) if (isPaid(outcome)) paidCents += cents
    if (wallet !== undefined) wallet -= paidCents
    const end = days[at + 1]?.start ?? Number.POSITIVE_INFINITY
    for (let one = withoutEnd[next]; one && one.due.at < end; one = withoutEnd[++next]) {
      if (one.outcome !== 'covered') continue
      neededCents += one.amount.cents ?? 0
      neededAtMostCents += one.amount.atMostCents ?? 0
    }
    return {
      date,
      start: new Date(start),
      renewals: own,
      paidCents,
      walletCents: wallet,
      neededCents,
      neededAtMostCents,
    }
  })
}

const isPaid = (outcome: ForecastRenewal['outcome']) => outcome === 'covered' || outcome === 'unknown'
