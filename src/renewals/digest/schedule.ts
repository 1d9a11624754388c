import { nextAt } from '../../alerts/routing/hours.ts'
import { startOfDay, subDays, TZDateMini, tz } from '../../process/dates.ts'

/** In the order of a week. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** When a digest is posted. */
export interface DigestTimes {
  /** `HH:MM` on the clocks of the zone. */
  readonly time: string
  /** IANA. */
  readonly zone: string
  /** Days on which it covers the day. */
  readonly weekdays: readonly Weekday[]
  /** The day on which it covers the week instead. */
  readonly weeklyOn: Weekday | null
}

/** Returns the day of the week in a zone. */
export function weekdayOf(at: Date, zone: string): Weekday {
  const sundayFirst = new TZDateMini(at.getTime(), zone).getDay()
  return weekdays[(sundayFirst + 6) % 7] ?? 'mon'
}

/**
 * Returns when the next digest is due after a moment: once on each of its days, also where the clocks skip its time or
 * show it twice.
 */
export function nextDigestAt({ time, zone, weekdays: days, weeklyOn }: DigestTimes, after: Date): Date {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const wanted = new Set([...days, ...(weeklyOn ? [weeklyOn] : [])])
  if (wanted.size === 0) throw new Error('A digest needs a day of the week')
  for (let at = after; ; ) {
    at = nextAt({ hour, minute, zone }, at)
    if (wanted.has(weekdayOf(at, zone))) return at
  }
}

/** After this nothing of a digest that was missed is looked for. */
const LOST_DAYS = 8

/**
 * Returns which of the digests that have fallen due is to be posted: the latest, as long as its day lasts. What the bot
 * has missed on earlier days nobody reads any more.
 * @param next when the next one was due, as it was written down
 */
export function digestDue(times: DigestTimes, next: Date, now: Date): Date | undefined {
  const long = subDays(now, LOST_DAYS)
  let due = next < long ? nextDigestAt(times, long) : next
  for (let at = due; at <= now; at = nextDigestAt(times, at)) due = at
  const today = startOfDay(now, { in: tz(times.zone) })
  return due <= now && due.getTime() >= today.getTime() ? due : undefined
}

const longNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const groups: Readonly<Record<string, readonly Weekday[]>> = {
  daily: weekdays,
  everyday: weekdays,
  all: weekdays,
  weekdays: weekdays.slice(0, 5),
  workdays: weekdays.slice(0, 5),
  weekends: weekdays.slice(5),
  weekend: weekdays.slice(5),
  never: [],
  none: [],
}

/**
 * Reads days as people name them: "mon", "Tuesday", "mon-fri", "weekdays", "daily".
 * @returns undefined where a word names none
 */
export function weekdaysIn(words: readonly string[]): Weekday[] | undefined {
  const found = words.map(daysCalled)
  if (found.some((days) => days === undefined)) return undefined
  const named = new Set(found.flatMap((days) => days ?? []))
  return weekdays.filter((day) => named.has(day))
}

function daysCalled(word: string): readonly Weekday[] | undefined {
  const said = word.toLowerCase().replace(/[.]$/, '')
  if (Object.hasOwn(groups, said)) return groups[said]
  const [first = '', last, more] = said.split(/[-–—]/)
  const from = dayCalled(first)
  const to = last === undefined ? from : dayCalled(last)
  if (from < 0 || to < 0 || more !== undefined) return undefined
  // "fri-mon" goes over the end of the week.
  return weekdays.map((_, at) => weekdays[(from + at) % 7] ?? 'mon').slice(0, ((to - from + 7) % 7) + 1)
}

function dayCalled(said: string): number {
  return longNames.findIndex((name) => said.length >= 2 && name.startsWith(said.replace(/s$/, '')))
}

/**
 * Reads a time of day as people type it: "8", "8:30", "08:30", "8am", "5:30 pm", "17h".
 * @returns `HH:MM`, or undefined where it is none
 */
export function timeOfDayIn(text: string): string | undefined {
  const [, hours = '', minutes = '00', half] =
    /^(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h)?$/i.exec(text.trim()) ?? []
  const isHalf = half !== undefined && /^[ap]/i.test(half)
  const hour = Number(hours)
  if (hours === '' || Number(minutes) > 59 || hour > (isHalf ? 12 : 23) || (isHalf && hour === 0))
    return undefined
  const of24 = isHalf ? (hour % 12) + (/^p/i.test(half) ? 12 : 0) : hour
  return `${String(of24).padStart(2, '0')}:${minutes}`
}
