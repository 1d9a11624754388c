/** Slack's limit for a whole workspace is not documented in numbers ("Rate limits"): kept well below what is seen. */
export const PER_SECOND = 20

/** Waits until the workspace may be posted to again. */
export type PaceTurn = () => Promise<void>

/** One turn after the other, evenly, for all channels together. */
export function createTurns(perSecond = PER_SECOND): PaceTurn {
  const every = 1000 / perSecond
  let next = 0
  return async () => {
    const now = performance.now()
    const mine = Math.max(now, next)
    next = mine + every
    if (mine > now) await new Promise((resolve) => setTimeout(resolve, mine - now))
  }
}

/** The one that comes first, of moments at which something may be to be done. */
export function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}
