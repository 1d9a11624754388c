import { addDays, addMonths, type Day, previousDay, startOfDay, TZDateMini, tz } from '../process/dates.ts'
import {
  beginOf,
  dateOf,
  isWrittenDate,
  monthCalled,
  todayIn,
  utc,
  weekdayCalled,
  withPlainDates,
} from './calendar-dates.ts'
import { leadingWords } from './leading-words.ts'

/** A time that has begun: the moments from one on, and before another. */
export interface PastSpan {
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** The accepted forms of a time that has begun, for hints and refusals. */
export const pastSpanExamples = 'today, this month, November, since Monday or 2026-11-01'

/** Calendar days from one on, and before another. */
interface Days {
  readonly from: Date
  readonly to: Date
}

/**
 * Parses a time that has begun in people's words: a day, a week or month so far, a month, or what was since then. One
 * without a year is the latest.
 * @param zone IANA; days begin in it
 * @returns undefined if the text is not in an accepted form, or is still to come
 * @example pastSpanOf('since monday', new Date('2026-11-27T15:00Z'), 'UTC') // { from: 2026-11-23T00:00Z }
 */
export function pastSpanOf(said: string, now: Date, zone: string): PastSpan | undefined {
  const days = spanOf(said, todayIn(zone, now))
  const moment = (day: Date | undefined) => {
    if (!day) return undefined
    const noon = new TZDateMini(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 12, zone)
    return new Date(startOfDay(noon, { in: tz(zone) }).getTime())
  }
  return days && { from: moment(days.from), to: moment(days.to) }
}

/** The same in calendar days. @param today its beginning in UTC */
function spanOf(said: string, today: Date): Partial<Days> | undefined {
  const text = withPlainDates(said.trim()).toLowerCase().replace(/\s+/g, ' ')
  const range = rangeOf(text, today)
  if (range) return range
  const [, before, name = ''] =
    /^(?:(in|on|during|since|from|before|until|till) )?(?:the )?(.+)$/.exec(text) ?? []
  const days = daysOf(name, today) ?? (before ? weekdayOf(name, today, before) : undefined)
  if (!days || days.from > today) return undefined
  if (before === 'before') return { to: days.from }
  if (before === 'until' || before === 'till') return { to: days.to }
  const isOpen = before === 'since' || before === 'from' || days.to > today
  return isOpen ? { from: days.from } : days
}

/** "from Nov 1 to Nov 15", "between Monday and today" */
function rangeOf(text: string, today: Date): Days | undefined {
  const [, first = '', last = ''] =
    /^(?:from |between )?(?!since )([a-z\d. -]+?)(?: (?:to|and|until|till) | ?[–—] ?| - )([a-z\d. -]+)$/.exec(
      text,
    ) ?? []
  const dayIn = (name: string) => daysOf(name, today) ?? weekdayOf(name, today, 'since')
  const [from, to] = [dayIn(first)?.from, dayIn(last)?.to]
  return from && to && from < to && from <= today ? { from, to } : undefined
}

const day = (from: Date): Days => ({ from, to: addDays(from, 1, utc) })

function daysOf(name: string, today: Date): Days | undefined {
  if (name === 'today') return day(today)
  if (name === 'yesterday') return day(addDays(today, -1, utc))
  const [, unit] = /^(?:this|current) (week|month|quarter|year)$/.exec(name) ?? []
  if (unit) return { from: beginOf(unit, today), to: addDays(today, 1, utc) }
  const [, quarter, ofYear] = /^q([1-4])(?: (\d{4}))?$/.exec(name) ?? []
  if (quarter) return monthsOf((Number(quarter) - 1) * 3, 3, ofYear, today)
  const [, last, month = '', inYear] = /^(last )?([a-z]{3,9})\.?(?: (\d{4}))?$/.exec(name) ?? []
  const number = monthCalled(month)
  // "Last November" is over, while this one goes on.
  if (number !== undefined)
    return monthsOf(number, 1, inYear, last ? beginOf('month', addMonths(today, -1, utc)) : today)
  const date = latestDate(name, today)
  return date && day(date)
}

/** So many months of a year from one on, of the latest year in which they have begun where none is said. */
function monthsOf(first: number, count: number, inYear: string | undefined, today: Date): Days {
  const year = Number(inYear ?? today.getUTCFullYear() - (first > today.getUTCMonth() ? 1 : 0))
  const from = new Date(Date.UTC(year, first))
  return { from, to: addMonths(from, count, utc) }
}

/** February 29 comes every four years, and once in eight. */
const YEARS_BACK = 8

function latestDate(text: string, today: Date): Date | undefined {
  if (!isWrittenDate(text)) return undefined
  if (/\d{4}/.test(text)) return dateOf(text, today)
  for (let back = 0; back <= YEARS_BACK; back++) {
    const date = dateOf(`${text} ${today.getUTCFullYear() - back}`, today)
    if (date && date <= today) return date
  }
  return undefined
}

/** "On Monday" may be today, "since Monday" is the one before. Only behind such a word: a company may be called so. */
function weekdayOf(name: string, today: Date, before: string): Days | undefined {
  const weekday: Day | undefined = weekdayCalled(name)
  if (weekday === undefined) return undefined
  const isToday = before === 'on' && today.getUTCDay() === weekday
  return day(isToday ? today : previousDay(today, weekday, utc))
}

/** A day on which every date has been. */
const LAST = new Date('9998-12-31T00:00:00Z')

/** Returns whether a text is a time that has begun, whatever day it is. */
export function isPastSpan(text: string): boolean {
  return spanOf(text, LAST) !== undefined
}

/** Returns whether a text is a time that is over: "October", and not "since October". */
export function isOver(text: string): boolean {
  return spanOf(text, LAST)?.to !== undefined
}

/** How such a time begins, where not by a month: a long text asks it of every word. */
const begins =
  /^(?:today|yesterday|this|last|current|in|on|during|since|from|between|before|until|till|the|q[1-4]|\d{1,4}\S{0,8})$/i

/** Words of a time: "from Nov 1 2026 to Nov 15 2026". */
const LONGEST = 8

/** Returns how many of the words, from the first on, are such a time, or a date that there is not. */
export function pastSpanWords(words: readonly string[]): number {
  const [first = ''] = words
  if (!begins.test(first) && monthCalled(first.toLowerCase().replace(/\.$/, '')) === undefined) return 0
  return leadingWords(words, LONGEST, (text) => isPastSpan(text) || isWrittenDate(text))
}
