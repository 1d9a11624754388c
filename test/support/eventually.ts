import { setTimeout as pause } from 'node:timers/promises'

const LONGEST_PAUSE_MS = 30

/**
 * Waits for what a test wants to see, for as long as it may take on a machine that is busy. Most of it takes a few
 * milliseconds, so that it looks often at first.
 */
export async function eventually<T>(see: () => T | Promise<T>, timeout = 45_000): Promise<T> {
  const until = performance.now() + timeout
  for (let pauseMs = 4; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await see()
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await pause(pauseMs)
  }
}
