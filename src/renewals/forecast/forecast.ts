import { renewalDay } from '../../cmr/billing.ts'
import { TZDateMini } from '../../process/dates.ts'
import { emptySeatsNote, timeOf } from '../../resources/renewal-amount.ts'
import {
  type ChargedRenewal,
  chargeAll,
  type DueMoment,
  domainDues,
  idOf,
  inOrder,
  nameOfDomain,
  subscriptionDues,
} from './charge.ts'
import type { ForecastInput, ForecastRenewal } from './model.ts'

/** A day of the team's zone. */
interface ZonedDay {
  /** "2027-01-31" */
  readonly date: string
  /** Milliseconds since 1970. */
  readonly start: number
}

/** Returns today and so many days after it, and the day after those, which is where they end. */
function zonedDays(now: Date, timeZone: string, days: number): ZonedDay[] {
  const today = new TZDateMini(now.getTime(), timeZone)
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()]
  return Array.from({ length: days + 2 }, (_, at) => ({
    date: new Date(Date.UTC(year, month, date + at)).toISOString().slice(0, 10),
    // Where a clock change skips midnight this is the first moment after it.
    start: new TZDateMini(year, month, date + at, timeZone).getTime(),
  }))
}

/** Returns the place of the day that a time is on; the first for an earlier time. */
function dayOf(days: readonly ZonedDay[], time: number): number {
  let [low, high] = [0, days.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((days[middle]?.start ?? 0) <= time) low = middle
    else high = middle - 1
  }
  return low
}

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
  const byName = new Map(domains.map((row) => [nameOfDomain(row.name), row]))
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
    domain: item.kind === 'domain' ? item.row.name : item.row.domain,
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

/** What a forecast takes to be so because CMR does not tell it, a sentence each. */
export const assumptions = {
  'charge-time':
    'CMR does not say when auto-renew charges: a subscription is assumed to be charged when its period ends, a domain when it expires.',
  order:
    'Of renewals due at the same moment, domains are assumed to be charged before subscriptions, each by name.',
  retries:
    'A subscription that was not paid is assumed to be tried again each day at the same time; CMR does not say how often.',
  grace: 'A domain in its grace period is assumed not to be tried again: somebody has to renew it.',
  'month-end':
    'A subscription from the 29th, 30th or 31st is assumed to renew on the last day of a shorter month, and on its own day again after that.',
  'price-step':
    'Where the age of a domain is not known, its mailboxes may step up to the price after the first year: that is shown beside the amount, not in it.',
  'empty-seats': emptySeatsNote,
  'paused-warmups': 'CMR’s pages disagree on whether PAUSED warm-ups are billed: they are left out.',
  'warmup-price':
    'CMR’s documentation does not say what a warm-up costs: it is a guess until an admin sets it in the bot’s settings.',
  'domain-price':
    'CMR shows a domain’s renewal price only in the last 45 days: until then the price of other domains with the same ending is assumed.',
  'no-price': 'Renewals without a price from CMR count as nothing in the sums.',
  'auto-renew':
    'Where CMR does not report auto-renew, it is assumed to be on for a subscription and off for a domain.',
  blocking:
    'CMR may refuse a subscription’s renewal within 26 hours of its domain’s: it is assumed to be paid.',
} as const

type Assumption = keyof typeof assumptions

/** Returns the assumptions that this forecast rests on. */
function assumptionsOf(input: ForecastInput, charged: readonly ChargedRenewal[]): Assumption[] {
  const automatic = charged.filter(({ due }) => due.isAutomatic)
  const rows = charged.map(({ due }) => due.item.row)
  const subscriptions = charged.flatMap(({ due: { item } }) => (item.kind === 'subscription' ? item.row : []))
  const domains = charged.flatMap(({ due: { item } }) => (item.kind === 'domain' ? item.row : []))
  const holds: Record<Assumption, boolean> = {
    'charge-time': automatic.length > 0,
    order: automatic.some(({ due }, at) => automatic[at + 1]?.due.at === due.at),
    retries:
      subscriptions.some(({ status }) => status === 'PAST_DUE') ||
      charged.some(({ due, outcome }) => due.item.kind === 'subscription' && outcome === 'uncovered'),
    grace: charged.some(
      ({ due, outcome }) =>
        due.item.kind === 'domain' && (outcome === 'uncovered' || due.item.row.status === 'GRACE_PERIOD'),
    ),
    'month-end': subscriptions.some(({ periodStart, periodEnd }) => {
      const end = timeOf(periodEnd)
      return end !== undefined && renewalDay(timeOf(periodStart), end) > 28
    }),
    'price-step': charged.some(({ amount }) => amount.atMostCents !== amount.cents),
    'empty-seats': subscriptions.some(({ emptySeats = 0 }) => emptySeats > 0),
    'paused-warmups': subscriptions.some(({ pausedWarmups = 0 }) => pausedWarmups > 0),
    'warmup-price':
      input.prices.warmupGuessed && subscriptions.some(({ activeWarmups }) => activeWarmups > 0),
    'domain-price': domains.some(({ isEstimate }) => isEstimate),
    'no-price': charged.some(({ amount }) => amount.cents === undefined),
    'auto-renew': rows.some(({ autoRenew }) => autoRenew === undefined),
    blocking: charged.some(({ mayBeBlocked }) => mayBeBlocked),
  }
  return (Object.keys(holds) as Assumption[]).filter((one) => holds[one])
}
