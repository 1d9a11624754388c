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
