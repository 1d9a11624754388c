import PQueue from 'p-queue'

/** A person waiting goes before a job that nobody watches. */
export type Priority = 'person' | 'background'

/** Hands out permission to send, never more than so many a second. */
export interface Limiter {
  /** Resolves when a request may leave. Rejects with the signal's reason if it is aborted first. */
  turn(priority: Priority, signal?: AbortSignal): Promise<void>
}

/** CMR counts at its own door: a little more than a second, so that the network cannot push six into one. */
const WINDOW_MS = 1050

/** @param requestsPerSecond CMR allows 5 a key, for everything together ("Rate limits") */
export function createLimiter(requestsPerSecond: number): Limiter {
  const queue = new PQueue({ intervalCap: requestsPerSecond, interval: WINDOW_MS, strict: true })
  return {
    async turn(priority, signal) {
      await queue.add(async () => undefined, {
        priority: priority === 'person' ? 1 : 0,
        ...(signal && { signal }),
      })
    },
  }
}
