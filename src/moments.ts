/**
 * What the bot reckons moments with, all of it from date-fns, and from two of its modules only: for each that is
 * imported Node reads the 139 KB of its package.json again, which for ten of them was a tenth of the start.
 */
export { addMilliseconds as later } from 'date-fns/addMilliseconds'
export {
  millisecondsInDay as DAY_MS,
  millisecondsInHour as HOUR_MS,
  millisecondsInMinute as MINUTE_MS,
} from 'date-fns/constants'

import { addMilliseconds } from 'date-fns/addMilliseconds'

/** Milliseconds of a clock that never steps; only differences mean something. */
export type Monotonic = () => number

/** How far the clocks of two machines may be apart before the bot takes one of them for wrong: milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000

/**
 * Returns a stored moment that is still to come. One further ahead than it can have been meant counts as now: the
 * clock was wrong when it was written, or has been set back since.
 * @param longestMs how far ahead it may have been meant
 */
export function stillToCome(
  stored: string | null | undefined,
  now: Date,
  longestMs: number,
): Date | undefined {
  if (!stored) return undefined
  const moment = new Date(stored)
  return moment > now && moment <= addMilliseconds(now, longestMs) ? moment : undefined
}
