import {
  addMonths,
  type Day,
  isValid,
  parseISO,
  startOfISOWeek,
  startOfMonth,
  TZDateMini,
  tz,
} from '../process/dates.ts'
import { dayText } from '../process/day-text.ts'

/** Days that are calendar days: where they begin in a zone plays no part. */
export const utc = { in: tz('UTC') }

/**
 * Returns the calendar day that it is in a zone, as its beginning in UTC.
 * @param zone IANA
 */
export function todayIn(zone: string, now: Date): Date {
  const local = new TZDateMini(now.getTime(), zone)
  return new Date(Date.UTC(local.getFullYear(), local.getMonth(), local.getDate()))
}

/** Returns the first day of the week, month, quarter or year that a day is in; weeks begin on Monday. */
export function beginOf(unit: string, day: Date): Date {
  if (unit === 'week') return startOfISOWeek(day, utc)
  const first = startOfMonth(day, utc)
  return addMonths(first, -(first.getUTCMonth() % (monthsIn[unit] ?? 1)), utc)
}

/** How many months each unit of the calendar has. */
export const monthsIn: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }

/** Months by their English names, January first. */
export const monthNames: readonly string[] = Array.from({ length: 12 }, (_, month) =>
  new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2000, month)),
)

/** Returns the number of a month, 0 for January, by its name or at least three letters of it. */
export function monthCalled(name: string): number | undefined {
  if (name.length < 3) return undefined
  const at = monthNames.findIndex(
    (month) => month.toLowerCase().startsWith(name) || (name === 'sept' && month === 'September'),
  )
  return at === -1 ? undefined : at
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Returns the number of a day of the week, 0 for Sunday, by its name or at least three letters of it. */
export function weekdayCalled(name: string): Day | undefined {
  const found = weekdays.findIndex((day) => name.length >= 3 && day.startsWith(name.toLowerCase()))
  return found === -1 ? undefined : (found as Day)
}

/**
 * Parses a date in small letters: "2026-12-17", "dec 17", "17 december 2026". One without a year is the next one.
 * @param today its beginning in UTC
 * @returns undefined if the text is no date, or no day of the calendar
 */
export function dateOf(text: string, today: Date): Date | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const at = parseISO(text, utc)
    return isValid(at) ? at : undefined
  }
  const [, before, name = '', after, inYear] =
    /^(?:(\d{1,2})(?:\.|st|nd|rd|th)? )?([a-z]{3,9})\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?(?:,? (\d{4}))?$/.exec(
      text,
    ) ?? []
  const month = monthCalled(name)
  const date = Number(before ?? after)
  if (month === undefined || !date) return undefined
  const inThis = Number(inYear ?? today.getUTCFullYear())
  // The next one: February 29 comes every four years, and once in eight.
  for (let year = inThis; year <= (inYear ? inThis : inThis + 8); year++) {
    const at: Date = new Date(Date.UTC(year, month, date))
    if (at.getUTCMonth() === month && (inYear || at >= today)) return at
  }
  return undefined
}

/** In which order the numbers of a date stand: 25/12/2026 has the day first, 12/25/2026 the month. */
export type DateOrder = 'day' | 'month'

/**
 * "12/25/2026", "25.12.2026", "1-12-26"; without a year only with a slash, alone or behind a word that says when: "24/7
 * Media" is a company.
 */
const numeric =
  /(?<![\w./-])(\d{1,2})(?:([/.-])(\d{1,2})\2(\d{4}|\d{2})|(?:(?<=^\d{1,2})(?=\S+$)|(?<=\b(?:until|till|by|on|since|from|to|between|before)\s+\d{1,2}))\/(\d{1,2}))(?![\w/-]|\.\d)/gi

interface NumericDate {
  readonly said: string
  readonly first: number
  readonly second: number
  readonly year: string | undefined
  readonly hasDots: boolean
}

const readMatch = ([said, first, sign, second, year, secondAlone]: readonly (string | undefined)[]) => ({
  said: said ?? '',
  first: Number(first),
  second: Number(second ?? secondAlone),
  year: year?.padStart(4, '20'),
  hasDots: sign === '.',
})

/** The order that a date shows by itself. Where dots are written, the day stands first. */
function ownOrder({ first, second, hasDots }: NumericDate): DateOrder | undefined {
  if (second > 12 && first <= 12) return 'month'
  return hasDots || first > 12 || first === second ? 'day' : undefined
}

/** The order of all dates of a text: what one of them shows by itself, the others have too. */
function orderIn(dates: readonly NumericDate[]): DateOrder | undefined {
  const shown = dates.flatMap((date) => (date.first === date.second ? [] : (ownOrder(date) ?? [])))
  return new Set(shown).size === 1 ? shown[0] : undefined
}

/**
 * Returns a text whose numeric dates are written so that they mean one day only: "until 25/12/2026" as
 * "until 2026-12-25". One that may mean two days, or is no day at all, stays as it is.
 * @param order of those that do not show it by themselves
 */
export function withPlainDates(text: string, order?: DateOrder): string {
  const dates = [...text.matchAll(numeric)].map(readMatch)
  const common = order ?? orderIn(dates)
  return text.replace(numeric, (...match) => {
    const date = readMatch(match.slice(0, 6))
    const own = ownOrder(date) ?? common
    return (own && plainDate(date, own)) ?? date.said
  })
}

function plainDate({ first, second, year }: NumericDate, order: DateOrder): string | undefined {
  const [date, month] = order === 'day' ? [first, second] : [second, first]
  const name = monthNames[month - 1]?.slice(0, 3)
  if (!name || date < 1) return undefined
  const iso = `${year ?? 2024}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
  if (!isValid(parseISO(iso, utc))) return undefined
  return year ? iso : `${name} ${date}`
}

/** Returns the first date of a text that may mean two days, as it was typed; undefined where there is none. */
export function ambiguousDate(text: string): string | undefined {
  const dates = [...text.matchAll(numeric)].map(readMatch)
  if (orderIn(dates)) return undefined
  return dates.find((date) => !ownOrder(date) && plainDate(date, 'day') && plainDate(date, 'month'))?.said
}

/** Returns a date as people read it in one order: "12/01/2026" with the month first as "Dec 1, 2026". */
export function dateLabel(said: string, order: DateOrder): string {
  const plain = withPlainDates(said, order)
  return /^\d{4}-/.test(plain) ? dayText(plain) : plain
}

/** By all of their letters or the first three of them, the longest first. */
const months = monthNames
  .flatMap((name) => Array.from(name.slice(2), (_, at) => name.slice(0, name.length - at)))
  .join('|')
const DATE = String.raw`(?:\d{4}-\d{1,2}-\d{1,2}|(?:${months})\.? \d{1,3}(?:st|nd|rd|th)?(?:,? \d{4})?|\d{1,3}(?:\.|st|nd|rd|th)? (?:${months})\.?(?: \d{4})?)`
const written = new RegExp(String.raw`(?<![\w./-])${DATE}(?![\w/-])`, 'gi')
const dated = new RegExp(
  `^(?:(?:in|on|by|until|till|to|from|between|since|before|within|for|the) ){0,2}${DATE}(?: ?(?:to|and|until|till|[-–—]) ?${DATE})?$`,
  'i',
)

/** Returns whether words are written as a date, or as two, be it one that the calendar has not: "until Feb 30". */
export function isWrittenDate(words: string): boolean {
  return dated.test(words)
}

/** Returns the first date of a text that the calendar has not, as it was typed: "Dec 32", "31/31/2026". */
function impossibleDate(text: string): string | undefined {
  const isDay = (said: string) => dateOf(said.toLowerCase().replace(/\s+/g, ' '), new Date(0)) !== undefined
  const inWords = text.match(written)?.find((said) => !isDay(said))
  const dates = [...text.matchAll(numeric)].map(readMatch)
  return inWords ?? dates.find((date) => !plainDate(date, 'day') && !plainDate(date, 'month'))?.said
}

/** Returns what is wrong with a date of a text, plain text: it may mean two days, or is none; undefined otherwise. */
export function wrongDateSentence(text: string): string | undefined {
  const none = impossibleDate(text)
  return ambiguousDateSentence(text) ?? (none && `“${none}” is not a date. Check the day and the month.`)
}

/** Returns the sentence about a date that may mean two days, plain text; undefined for a text without one. */
export function ambiguousDateSentence(text: string): string | undefined {
  const said = ambiguousDate(text)
  return said && `${said} can be ${dateLabel(said, 'month')} or ${dateLabel(said, 'day')}.`
}
