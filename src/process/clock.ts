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

/**
 * Runs something once after so many milliseconds.
 * @returns how to prevent that; afterwards it does nothing
 */
export type Timer = (work: () => void, ms: number) => () => void

/** The timer of this process, which does not keep it alive. */
export const processTimer: Timer = (work, ms) => {
  const running = setTimeout(work, ms).unref()
  return () => clearTimeout(running)
}

/** The promise's value if it comes in time; undefined otherwise, and the promise goes on. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Returns whether it is an IANA time zone, other names of one included (Asia/Kolkata, Europe/Kyiv). +05:30 is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
