import { addDays } from 'date-fns/addDays'
import { addHours } from 'date-fns/addHours'
import { addMinutes } from 'date-fns/addMinutes'
import { nextAt } from './hours.ts'

const adding = { m: addMinutes, h: addHours, d: addDays } as const

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
  const then = adding[unit as keyof typeof adding](now, Number(amount))
  return then > now && then <= addDays(now, 366) ? then : undefined
}
