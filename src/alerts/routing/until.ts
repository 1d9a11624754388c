import {
  addDays,
  addMilliseconds,
  type Day,
  milliseconds,
  nextDay,
  setHours,
  startOfDay,
  tz,
} from '../../process/dates.ts'

const units = { m: 'minutes', h: 'hours', d: 'days', w: 'weeks' } as const

/** The accepted forms of a future time, for help texts. */
export const untilExamples = '30m, 4h, 7d, tomorrow or Monday'

/**
 * Parses a future time: "4h", "7d", or "tomorrow" and "Monday", which are 8:00 that morning.
 * @param zone IANA zone of that morning
 * @returns undefined if the text is not in an accepted form
 * @example untilOf('4h', new Date('2026-11-24T15:00Z'), 'UTC') // 2026-11-24T19:00Z
 */
export function untilOf(said: string, now: Date, zone: string): Date | undefined {
  const text = said
    .trim()
    .toLowerCase()
    .replace(/^(?:for|until|till) /, '')
  const today = startOfDay(now, { in: tz(zone) })
  const weekday = weekdayCalled(text.replace(/^next /, ''))
  const day = weekday === undefined ? undefined : nextDay(today, weekday)
  const morning = text === 'tomorrow' ? addDays(today, 1) : day
  if (morning) return new Date(setHours(morning, 8).getTime())
  const duration = durationOf(text)
  return duration === undefined ? undefined : addMilliseconds(now, duration)
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Returns the number of a day of the week, 0 for Sunday, by its name or at least three letters of it. */
export function weekdayCalled(name: string): Day | undefined {
  const found = weekdays.findIndex((day) => name.length >= 3 && day.startsWith(name.toLowerCase()))
  return found === -1 ? undefined : (found as Day)
}

/** Returns the milliseconds of a duration such as "30m", "4h" or "7d"; undefined if it is not a duration, or over a year. */
export function durationOf(text: string): number | undefined {
  const [, amount, unit] =
    /^(an?|\d{1,5})\s*([mhdw])(?:in(?:ute)?s?|(?:ou)?rs?|ays?|eeks?)?$/.exec(text) ?? []
  if (!amount || !unit) return undefined
  const duration = milliseconds({ [units[unit as keyof typeof units]]: Number(amount.replace(/^an?$/, '1')) })
  return duration > 0 && duration <= milliseconds({ days: 366 }) ? duration : undefined
}
