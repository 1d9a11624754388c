import type { Timer } from '../../src/process/clock.ts'

/** A timer whose time passes when a test says so. */
export interface ManualTimer {
  readonly timer: Timer
  /** What waits for its time: how many milliseconds of each are left. */
  readonly waiting: () => readonly number[]
  /** Lets so many milliseconds pass, and does what is due. */
  pass(ms: number): void
}

export function createManualTimer(): ManualTimer {
  let now = 0
  const planned = new Map<object, { readonly work: () => void; readonly at: number }>()
  return {
    timer(work, ms) {
      const key = {}
      planned.set(key, { work, at: now + ms })
      return () => void planned.delete(key)
    },
    waiting: () => [...planned.values()].map(({ at }) => at - now),
    pass(ms) {
      now += ms
      for (const [key, { work, at }] of planned) {
        if (at > now) continue
        planned.delete(key)
        work()
      }
    },
  }
}
