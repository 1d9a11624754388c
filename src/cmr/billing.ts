import { millisecondsInDay, millisecondsInHour } from '../process/dates.ts'

// CMR's rules of time ("Renewal", "Money"), in milliseconds since 1970 and in UTC. date-fns computes in the zone of
// the process, and its dates in UTC cost 25 µs each: a forecast of 10,000 domains has some ten thousand of them.

/** A subscription that is not paid stays PAST_DUE for so many days before it ends. */
const PAST_DUE_DAYS = 7
/** A domain that has expired can be renewed until the end of the seventh day after, in UTC. */
const GRACE_DAYS = 7
/** What is due and not paid is tried again so often. CMR does not document it. */
const RETRY_MS = millisecondsInDay
const SHORTEST_MONTH = 28
/** A subscription's renewal fails where its domain is due within so long of it (subscription.renewal.failed). */
export const BLOCKING_MS = 26 * millisecondsInHour

/** Returns when the grace period of a domain ends that expired then. */
export function endOfGrace(expiry: number): number {
  return new Date(expiry).setUTCHours(24 * (GRACE_DAYS + 1), 0, 0, 0)
}

/** Returns when a subscription ends whose period ended then and was not paid. */
export function endOfPastDue(periodEnd: number): number {
  return periodEnd + PAST_DUE_DAYS * millisecondsInDay
}

/** Returns the same day so many years later; 29 February becomes the 28th where there is none. */
export function yearsLater(time: number, years: number): number {
  return monthsLater(time, 12 * years)
}

/**
 * Returns the same day so many months later, or the last of a month that is shorter.
 * @param day the day of the month that it is to be, where that differs from the day of `time`
 */
export function monthsLater(time: number, months: number, day?: number): number {
  const date = new Date(time)
  const month = date.getUTCMonth() + months
  const wanted = day ?? date.getUTCDate()
  if (wanted <= SHORTEST_MONTH) return date.setUTCMonth(month, wanted)
  // The day 0 of a month is the last of the month before.
  const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
  return date.setUTCMonth(month, Math.min(wanted, last))
}

/**
 * Returns the day of the month on which a subscription renews. A period from 31 January ends on 28 February and the
 * next on 31 March: of two months in a row one is long enough to show the day.
 */
export function renewalDay(periodStart: number | undefined, periodEnd: number): number {
  const end = new Date(periodEnd).getUTCDate()
  if (periodStart === undefined) return end
  const isCut = sameDay(monthsLater(periodStart, 1), periodEnd)
  return isCut ? Math.max(new Date(periodStart).getUTCDate(), end) : end
}

const sameDay = (a: number, b: number) =>
  new Date(a).setUTCHours(0, 0, 0, 0) === new Date(b).setUTCHours(0, 0, 0, 0)

/** Returns the end of the period after the one that is given. */
export function nextPeriodEnd(periodStart: number | undefined, periodEnd: number): number {
  return monthsLater(periodEnd, 1, renewalDay(periodStart, periodEnd))
}

/** Returns when something that is due then is tried for the first time after `after`: then, or at that time of a day. */
export function nextTry(dueAt: number, after: number): number {
  if (dueAt > after) return dueAt
  return dueAt + (Math.floor((after - dueAt) / RETRY_MS) + 1) * RETRY_MS
}
