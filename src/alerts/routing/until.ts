import { DAY_MS, HOUR_MS, later, MINUTE_MS } from '../../moments.ts'
import { nextAt } from './hours.ts'

const units = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const

/** How people say it, for a sentence that explains. */
export const untilExamples = '30m, 4h, 7d or tomorrow'

/**
 * A moment as people say it: "4h", "7d", or "tomorrow", which is 8 o'clock of the next morning.
 * @param zone whose morning it is; IANA
 * @returns nothing where it is none, or more than a year away
 */
export function untilOf(said: string, now: Date, zone: string): Date | undefined {
  const text = said.trim().toLowerCase()
  if (text === 'tomorrow') {
    const midnight = nextAt({ hour: 0, minute: 0, zone }, now)
    return nextAt({ hour: 8, minute: 0, zone }, midnight)
  }
  const [, amount, unit] = /^(\d{1,5})\s*([mhd])(?:in(?:ute)?s?|ours?|ays?)?$/.exec(text) ?? []
  if (!amount || !unit) return undefined
  const then = later(now, Number(amount) * units[unit as keyof typeof units])
  return then > now && then <= later(now, 366 * DAY_MS) ? then : undefined
}
