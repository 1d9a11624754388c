import { vi } from 'vitest'

/** Waits for what a test wants to see, for as long as it may take on a machine that is busy. */
export const eventually = <T>(see: () => T | Promise<T>, timeout = 30_000): Promise<T> =>
  vi.waitFor(see, { timeout, interval: 30 })
