import { addMilliseconds } from '../process/dates.ts'
import { type HealthCheck, informational } from './health.ts'

/** Something that Slack or CMR keeps waiting. */
export interface Wait {
  /** "three alerts for C1" */
  readonly what: string
  /** The remaining time, in milliseconds. */
  readonly ms: number
  /** The end of a sentence. */
  readonly why: string
}

/** Something that may have to wait for Slack or CMR. */
export interface Waiting {
  waits(): Promise<readonly Wait[]>
  /** Asks again at once: a person says that Slack or CMR is well. */
  endWaits(): void
}

/** Shorter waits are the ordinary pace of Slack and CMR. */
const WORTH_TELLING_MS = 5000

/**
 * Makes the health check that tells what waits, until when and why.
 * @param all asked for what waits now
 */
export function waitsCheck(all: readonly Waiting[], clock: () => Date): HealthCheck {
  const trouble = async () => {
    const waits = (await Promise.all(all.map((one) => one.waits()))).flat()
    const lines = waits
      .filter(({ ms }) => ms >= WORTH_TELLING_MS)
      .map(({ what, ms, why }) => {
        const until = addMilliseconds(clock(), ms).toISOString().slice(11, 19)
        return `${what}: until ${until} UTC, because ${why}`
      })
    return lines.length > 0 ? `${lines.join('; ')}. /cmr alerts repair ends the wait` : undefined
  }
  return informational('Waits', 'alerts', trouble, 'nothing waits for Slack or CMR')
}
