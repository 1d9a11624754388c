import { formatDistanceStrict } from './dates.ts'

export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * Returns how long to wait before the next attempt, in milliseconds: `firstMs`, doubled with every further failure.
 * @param failures in a row before this one
 * @example backOffMs(2, { firstMs: 1000, longestMs: 60_000 }) // 4000
 */
export function backOffMs(failures: number, { firstMs, longestMs }: BackOff): number {
  return Math.min(firstMs * 2 ** failures, longestMs)
}

/**
 * Reads how long a service wants to be left alone ("Retry-After", RFC 9110): seconds or a date. A date counts from
 * the answer's own `Date`, so that the clock of this machine does not matter.
 * @param longestMs what it asks for beyond that is cut: a service that names hours may be well again in a minute
 * @returns milliseconds; a second where nothing usable stands there
 */
export function retryAfterMs({ headers }: Pick<Response, 'headers'>, longestMs: number): number {
  const said = headers.get('retry-after')?.trim() ?? ''
  const sentAt = Date.parse(headers.get('date') ?? '')
  const ms = /^\d+(\.\d+)?$/.test(said)
    ? Number(said) * 1000
    : Date.parse(said) - (Number.isNaN(sentAt) ? Date.now() : sentAt)
  return ms > 0 ? Math.min(ms, longestMs) : 1000
}

/** Returns a wait as people say it, rounded up, so that nobody comes too early: "45 seconds", "5 minutes". */
export function waitInWords(seconds: number): string {
  return formatDistanceStrict(0, seconds * 1000, { roundingMethod: 'ceil' })
}
