import type { Monotonic } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import { backOffMs } from '../../process/retries.ts'

/** As many channels that Slack lets wait, with none in between that it takes posts for, mean all of Slack. */
const CHANNELS = 3
const BACK_OFF = { firstMs: 1000, longestMs: 10_000 }

/** The state of Slack as a whole. While it is down nothing is tried: each attempt costs the store a plan that those who come in wait for. */
export interface Probe {
  /** Slack lets a channel wait. */
  paced(channel: string): void
  /** Slack takes posts again. */
  well(): void
  /**
   * While Slack lets everybody wait, one queue at a time finds out whether it is over, less and less often.
   * @returns nothing for whoever may ask now; for all others, when to come again
   */
  waits(now: Date): Date | undefined
}

/** @param monotonic milliseconds of a clock that never steps */
export function createProbe(monotonic: Monotonic = () => performance.now()): Probe {
  const paced = new Set<string>()
  let probes = 0
  let nextAt = 0
  return {
    paced(channel) {
      paced.add(channel)
    },
    well() {
      paced.clear()
      probes = 0
      nextAt = 0
    },
    waits(now) {
      if (paced.size < CHANNELS) return undefined
      const left = nextAt - monotonic()
      if (left > 0) return addMilliseconds(now, left)
      nextAt = monotonic() + backOffMs(probes++, BACK_OFF)
      return undefined
    },
  }
}
