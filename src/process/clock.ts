import { addMilliseconds, millisecondsInMinute } from './dates.ts'

/** Milliseconds of a clock that never steps; only differences mean something. */
export type Monotonic = () => number

/** How far the clocks of two machines may be apart before the bot takes one of them for wrong: milliseconds. */
export const CLOCK_SKEW_MS = 5 * millisecondsInMinute

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
