import { dateOf, todayIn, utc, weekdayCalled, withPlainDates } from '../../commands/calendar-dates.ts'
import { leadingWords } from '../../commands/leading-words.ts'
import { isOver, pastSpanOf } from '../../commands/past-span.ts'
import {
  addDays,
  addMilliseconds,
  differenceInCalendarDays,
  milliseconds,
  nextDay,
  setHours,
  startOfDay,
  subMilliseconds,
  tz,
} from '../../process/dates.ts'

const units = { m: 'minutes', h: 'hours', d: 'days', w: 'weeks' } as const

/** The accepted forms of a future time, for help texts. */
export const untilExamples = '30m, 4h, 7d, tomorrow, Monday or a date such as 2026-12-24'

/**
 * Parses a future time: "4h", "7d", or "tomorrow", "Monday" and a date, which are 8:00 that morning.
 * @param zone IANA zone of that morning
 * @returns undefined if the text is not in an accepted form
 * @example untilOf('4h', new Date('2026-11-24T15:00Z'), 'UTC') // 2026-11-24T19:00Z
 */
export function untilOf(said: string, now: Date, zone: string): Date | undefined {
  const text = withPlainDates(said.trim())
    .toLowerCase()
    .replace(/^(?:for|until|till) /, '')
  const today = startOfDay(now, { in: tz(zone) })
  const weekday = weekdayCalled(text.replace(/^next /, ''))
  const day = weekday === undefined ? undefined : nextDay(today, weekday)
  const date = dateAhead(text, today, zone)
  const morning = text === 'tomorrow' ? addDays(today, 1) : (date ?? day)
  if (morning) return new Date(setHours(morning, 8).getTime())
  const duration = durationOf(text)
  return duration === undefined ? undefined : addMilliseconds(now, duration)
}

/** A day to come by its date: "2026-12-24", "dec 24". */
function dateAhead(text: string, today: Date, zone: string): Date | undefined {
  const day = todayIn(zone, today)
  const date = dateOf(text, day)
  const days = date && differenceInCalendarDays(date, day, utc)
  return days !== undefined && days > 0 && days <= 366 ? addDays(today, days) : undefined
}

/** Returns the milliseconds of a duration such as "30m", "4h" or "7d"; undefined if it is not a duration, or over a year. */
function durationOf(text: string): number | undefined {
  const [, amount, unit] =
    /^(an?|\d{1,5})\s*([mhdw])(?:in(?:ute)?s?|(?:ou)?rs?|ays?|eeks?)?$/.exec(text) ?? []
  if (!amount || !unit) return undefined
  const duration = milliseconds({ [units[unit as keyof typeof units]]: Number(amount.replace(/^an?$/, '1')) })
  return duration > 0 && duration <= milliseconds({ days: 366 }) ? duration : undefined
}

/** The accepted forms of a past time, for help texts. */
export const sinceExamples =
  'today, yesterday, an age such as 24h or 7d, a weekday, or a day such as 2026-11-24'

/**
 * Parses a past time: the beginning of a day, or an age subtracted from now.
 * @param zone IANA zone in which days begin
 * @returns undefined if the text is not in an accepted form
 * @example sinceOf('yesterday', new Date('2026-11-24T15:00Z'), 'UTC') // 2026-11-23T00:00Z
 */
export function sinceOf(said: string, now: Date, zone: string): Date | undefined {
  const text = said
    .trim()
    .toLowerCase()
    .replace(/^(?:since|the last|the past|last|past) | ago$/g, '')
  const span = pastSpanOf(`since ${text}`, now, zone)
  if (span) return span.from
  const age = durationOf(monthsAsDays(/^[a-z]+$/.test(text) ? `1 ${text}` : text))
  return age === undefined ? undefined : subMilliseconds(now, age)
}

/** An age in months counts as thirty days a month. */
function monthsAsDays(age: string): string {
  const [, amount] = /^(an?|\d{1,2}) ?months?$/.exec(age) ?? []
  return amount ? `${(Number.parseInt(amount, 10) || 1) * 30}d` : age
}

/** Returns how many of the words, from the first on, are a past time: of "last 7 days acme.com" three. */
export function sinceWords(words: readonly string[]): number {
  return leadingWords(words, 4, (text) => {
    // "October" is over, which "since October" is not.
    if (text !== 'yesterday' && isOver(text)) return false
    return /[a-z]/i.test(text) && !/^[mhdw]$/i.test(text) && sinceOf(text, new Date(), 'UTC') !== undefined
  })
}
