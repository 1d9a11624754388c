import {
  isValid,
  parseISO,
  previousDay,
  startOfDay,
  subDays,
  subMilliseconds,
  tz,
} from '../../process/dates.ts'
import { durationOf, weekdayCalled } from './until.ts'

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
  const day = dayOf(text, now, zone)
  // A zoned date would print an offset in toISOString, which the store cannot compare; a plain Date does not.
  if (day) return new Date(startOfDay(day, { in: tz(zone) }).getTime())
  const age = durationOf(/^[a-z]+$/.test(text) ? `1 ${text}` : text)
  return age === undefined ? undefined : subMilliseconds(now, age)
}

function dayOf(text: string, now: Date, zone: string): Date | undefined {
  if (text === 'today') return now
  const weekday = weekdayCalled(text)
  if (weekday !== undefined) return previousDay(startOfDay(now, { in: tz(zone) }), weekday)
  if (text === 'yesterday') return subDays(startOfDay(now, { in: tz(zone) }), 1)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  // `date-fns/parse` would load every one of its formats: a hundred megabytes for one day.
  const day = parseISO(text, { in: tz(zone) })
  return isValid(day) ? day : undefined
}
