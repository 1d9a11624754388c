import { distance } from 'fastest-levenshtein'
import { addDays, addMonths, differenceInCalendarDays } from '../process/dates.ts'
import { dayText } from '../process/day-text.ts'
import {
  beginOf,
  dateOf,
  isWrittenDate,
  monthCalled,
  monthNames,
  monthsIn,
  todayIn,
  utc,
  weekdayCalled,
  withPlainDates,
} from './calendar-dates.ts'
import { leadingWords } from './leading-words.ts'
import { isPastPeriod, numbers, pastWords } from './past-period.ts'

/** Coming days that somebody asks for, counted from today, which is 0. */
export interface Period {
  readonly from: number
  readonly to: number
  /** Where it stands in a sentence: "in 45 days", "next week", "in December". */
  readonly when: string
}

/** The accepted forms of a coming period, for help texts and refusals. */
export const periodExamples = '7d, 45 days, 2 weeks, tomorrow, next week, this month or December'

/**
 * Parses a coming period in people's words: a number of days, weeks or months from today on, a day, a week that begins
 * on Monday, or a month.
 * @param zone IANA; says what day it is
 * @returns undefined if the text is not in an accepted form
 * @example periodOf('next week', new Date('2026-11-27T15:00Z'), 'UTC') // { from: 3, to: 9, when: 'next week' }
 */
export function periodOf(said: string, now: Date, zone: string): Period | undefined {
  const text = plain(said)
  const today = todayIn(zone, now)
  return (
    duration(text, today) ??
    calendarWord(text, today) ??
    until(text, today) ??
    day(text, today) ??
    onWeekday(said, today) ??
    range(text, today)
  )
}

/** Returns whether a text is a period, whatever day it is. */
export function isPeriod(text: string): boolean {
  return periodOf(text, new Date(0), 'UTC') !== undefined
}

/** Returns a number of days, weeks or months as a number of days: "2 weeks" as "14d"; any other text as it is. */
export function inDays(text: string): string {
  const period = duration(plain(text), new Date(0))
  return period ? `${period.to}d` : text
}

/** A day that the calendar has not is refused as a whole: "Dec 32" is not December of a customer called 32. */
const isSpan = (text: string) => isPeriod(text) || isWrittenDate(text)

/** Words of a period: "from Dec 1 to Dec 15". */
const LONGEST = 6

/** Returns how many of the words, from the first on, are a period: of "next week acme.com" two. One that is over is refused. */
export function periodWords(words: readonly string[]): number {
  const over = pastWords(words)
  if (over > 0) return over
  const [first = '', second = ''] = words
  const count = leadingWords(words, LONGEST, isSpan)
  if (count > 1) return count
  // "45 dayz" is refused as a whole, rather than taken for 45 days of a domain called so.
  if (/^\d+$/.test(first) && isNear(second, ['days', 'weeks', 'months'])) return 2
  // "24/7 Media" is a company.
  if (words.length > 1 && /^\d+\/\d+$/.test(first)) return 0
  return isPeriod(first) ? 1 : 0
}

const plain = (said: string) =>
  withPlainDates(said.trim())
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^(?:(?:in|within|on|for|over) )?(?:the )?/, '')

const units = { d: 1, day: 1, w: 7, week: 7 } as const

/** "45", "45 d", "2 weeks", "next 3 months", "a week" */
function duration(text: string, today: Date): Period | undefined {
  const [, amount = '', unit = 'd'] =
    /^(?:next |coming )?(\d{1,4}|[a-z]{1,6}) ?(d|days?|w|weeks?|m|months?)?$/.exec(text) ?? []
  const spelled = numbers.get(amount)
  const count = spelled ?? Number.parseInt(amount, 10)
  if (Number.isNaN(count) || (spelled && unit === 'd')) return undefined
  const whole = unit.replace(/s$/, '')
  const to =
    whole === 'm' || whole === 'month'
      ? daysTo(addMonths(today, count, utc), today)
      : count * units[whole as keyof typeof units]
  return { from: 0, to, when: `in ${to} ${to === 1 ? 'day' : 'days'}` }
}

/** "today", "tomorrow", "next week", "this month", "December" */
function calendarWord(text: string, today: Date): Period | undefined {
  const span = (from: Date, to: Date, when: string): Period => ({
    from: Math.max(0, daysTo(from, today)),
    to: daysTo(to, today),
    when,
  })
  if (text === 'today') return span(today, today, text)
  if (text === 'tomorrow') return span(addDays(today, 1, utc), addDays(today, 1, utc), text)
  if (text === 'fortnight') return span(today, addDays(today, 14, utc), 'in 14 days')
  const [, rest] = /^(?:rest|end|remainder) of (?:the |this )?(week|month|quarter|year)$/.exec(text) ?? []
  if (rest) return span(today, lastDay(rest, 0), `until the end of this ${rest}`)
  const [, which, unit] = /^(this|next) (week|weekend|month|quarter|year)$/.exec(text) ?? []
  const ahead = which === 'next' ? 1 : 0
  if (unit === 'weekend') {
    const sunday = lastDay('week', ahead)
    return span(addDays(sunday, -1, utc), sunday, text)
  }
  if (unit) return span(addDays(lastDay(unit, ahead - 1), 1, utc), lastDay(unit, ahead), text)
  const [, number, ofYear] = /^q([1-4])(?: (\d{4}))?$/.exec(text) ?? []
  if (number) return quarterSpan(Number(number) - 1, ofYear)
  const [, name = '', inYear] = /^([a-z]{3,9})\.?(?: (\d{4}))?$/.exec(text) ?? []
  const month = monthCalled(name)
  if (month === undefined) return undefined
  const year = Number(inYear ?? today.getUTCFullYear() + (month < today.getUTCMonth() ? 1 : 0))
  const first = new Date(Date.UTC(year, month))
  if (inYear && addMonths(first, 1, utc) <= today) return undefined
  return monthSpan(first, `in ${monthNames[month]}${year === today.getUTCFullYear() ? '' : ` ${year}`}`)

  /** The one that is named, else the next that is not over. */
  function quarterSpan(quarter: number, ofYear: string | undefined): Period | undefined {
    const isOver = quarter < Math.floor(today.getUTCMonth() / 3)
    const year = Number(ofYear ?? today.getUTCFullYear() + (isOver ? 1 : 0))
    const [first, next] = [new Date(Date.UTC(year, quarter * 3)), new Date(Date.UTC(year, quarter * 3 + 3))]
    return next > today ? span(first, addDays(next, -1, utc), `in Q${quarter + 1} ${year}`) : undefined
  }

  /** The last day of this week, month, quarter or year, or of one so many further on. */
  function lastDay(of: string, ahead: number): Date {
    const begun = beginOf(of, today)
    if (of === 'week') return addDays(begun, 7 * ahead + 6, utc)
    return addDays(addMonths(begun, (monthsIn[of] ?? 1) * (ahead + 1), utc), -1, utc)
  }

  function monthSpan(start: Date, when: string): Period {
    return span(start, addDays(addMonths(start, 1, utc), -1, utc), when)
  }
}

/** "Friday", the next one; only behind a word such as "by", since a company may be called so. */
function weekday(text: string, today: Date): Pick<Period, 'to'> | undefined {
  const [, name = ''] = /^(?:this |next )?([a-z]{3,9})$/.exec(text) ?? []
  const at = weekdayCalled(name)
  return at === undefined ? undefined : { to: (at - today.getUTCDay() + 7) % 7 || 7 }
}

/** "on Friday", "this Friday", "next Monday": the next one. */
function onWeekday(said: string, today: Date): Period | undefined {
  const [, name] = /^\s*(?:on|this|next)\s+([a-z]+)\s*$/i.exec(said) ?? []
  const to = name && weekday(name.toLowerCase(), today)?.to
  return to ? { from: to, to, when: `on ${dayText(iso(addDays(today, to, utc)), iso(today))}` } : undefined
}

/** "until Dec 31", "by Friday". "Until next month" ends as that begins; "through" it, and until its end, include it. */
function until(text: string, today: Date): Period | undefined {
  const [, before, end, said] =
    /^(until|till|by|to|through|thru) (?:(?:the )?(end of) (?=(?:next )?[a-z]{3,9}(?: \d{4})?$)(?!week|month|quarter|year))?(.+)$/.exec(
      text,
    ) ?? []
  if (!said) return undefined
  const isWhole = end !== undefined || /^thr/.test(before ?? '')
  const named = calendarWord(said, today)
  const isAhead = named !== undefined && !isWhole && named.from > 0 && named.to > named.from
  const last = day(said, today) ?? (isAhead ? { to: named.from - 1 } : named) ?? weekday(said, today)
  return (
    last && { from: 0, to: last.to, when: `until ${dayText(iso(addDays(today, last.to, utc)), iso(today))}` }
  )
}

/** "2026-12-17", "Dec 17", "17 December" */
function day(text: string, today: Date): Period | undefined {
  const at = dateOf(text, today)
  if (!at) return undefined
  const place = daysTo(at, today)
  if (place < 0) return undefined
  return { from: place, to: place, when: `on ${dayText(iso(at), iso(today))}` }
}

/** "Dec 1 - Dec 15", "from Dec 1 to Dec 15", "between 2026-12-01 and 2026-12-15" */
function range(text: string, today: Date): Period | undefined {
  const [, first = '', last = ''] =
    /^(?:from |between )?([a-z\d. -]+?)(?: (?:to|and|until|till) | ?[–—] ?| - )([a-z\d. -]+)$/.exec(text) ??
    []
  const [from, to] = [day(first, today)?.from, day(last, today)?.to]
  if (from === undefined || to === undefined || to < from) return undefined
  const dayAt = (place: number) => dayText(iso(addDays(today, place, utc)), iso(today))
  return { from, to, when: `from ${dayAt(from)} to ${dayAt(to)}` }
}

const begins = [
  'next',
  'this',
  'today',
  'tomorrow',
  'week',
  'month',
  'until',
  'within',
  'coming',
  ...monthNames,
]

/** Returns whether a word begins a period, or is nearly a word that does: a wrong one is answered with examples. */
export function beginsPeriod(word: string): boolean {
  const said = word.toLowerCase()
  if (
    /^(?:in|on|by|for|over|the|since|last|past|previous|rest|end|from|between)$/.test(said) ||
    /^(?:next|this)(?:week|month)$/.test(said)
  )
    return true
  return said.length > 2 && (isPeriod(said) || isPastPeriod(said) || isNear(said, begins))
}

function isNear(word: string, known: readonly string[]): boolean {
  const said = word.toLowerCase()
  return known.some((one) => distance(one.toLowerCase(), said) <= (one.length > 5 ? 2 : 1))
}

const daysTo = (at: Date, today: Date) => differenceInCalendarDays(at, today, utc)
const iso = (at: Date) => new Date(at.getTime()).toISOString().slice(0, 10)
