import { addDays, addMilliseconds, milliseconds, setHours, startOfDay, tz } from '../../process/dates.ts'

const units = { m: 'minutes', h: 'hours', d: 'days' } as const

/** The accepted forms of a future time, for help texts. */
export const untilExamples = '30m, 4h, 7d or tomorrow'

/**
 * Parses a future time: "4h", "7d", or "tomorrow", which is 8:00 the next morning.
 * @param zone IANA zone of that morning
 * @returns undefined if the text is not in an accepted form
 * @example untilOf('4h', new Date('2026-11-24T15:00Z'), 'UTC') // 2026-11-24T19:00Z
 */
export function untilOf(said: string, now: Date, zone: string): Date | undefined {
  const text = said.trim().toLowerCase()
  if (text === 'tomorrow') {
    const today = startOfDay(now, { in: tz(zone) })
    return new Date(setHours(addDays(today, 1), 8).getTime())
  }
  const duration = durationOf(text)
  return duration === undefined ? undefined : addMilliseconds(now, duration)
}

/** Returns the milliseconds of a duration such as "30m", "4h" or "7d"; undefined if it is not a duration, or over a year. */
export function durationOf(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,5})\s*([mhd])(?:in(?:ute)?s?|ours?|ays?)?$/.exec(text) ?? []
  if (!amount || !unit) return undefined
  const duration = milliseconds({ [units[unit as keyof typeof units]]: Number(amount) })
  return duration > 0 && duration <= milliseconds({ days: 366 }) ? duration : undefined
}
