import { millisecondsInDay } from './dates.ts'

/** Nobody takes a day that is no further away for that of another year. */
const NEAR_MS = 300 * millisecondsInDay

/**
 * Returns a day as people read it everywhere: "Dec 14", with its year where one might think of another.
 * @param day "2026-12-14", or a moment, of which its day in the zone is meant
 * @param today "2026-11-29"; without it the year is always shown
 */
export function dayText(day: string | Date, today?: string, timeZone = 'UTC'): string {
  const at = typeof day === 'string' ? new Date(`${day.slice(0, 10)}T00:00:00.000Z`) : day
  const zone = typeof day === 'string' ? 'UTC' : timeZone
  if (Number.isNaN(at.getTime())) return String(day)
  const now = Date.parse(`${today}T00:00:00.000Z`)
  const isNear = Math.abs(at.getTime() - now) <= NEAR_MS
  return formatOf({
    month: 'short',
    day: 'numeric',
    ...(!isNear && { year: 'numeric' }),
    timeZone: zone,
  }).format(at)
}

/** Returns a moment as people read it where Slack does not show it in their own zone: "Dec 14, 2026, 14:02 UTC". */
export function momentText(when: Date | string): string {
  const at = new Date(when)
  return Number.isNaN(at.getTime()) ? String(when) : `${dayText(at)}, ${at.toISOString().slice(11, 16)} UTC`
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs a hundred times as much as using it. */
function formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-US', options)
  formats.set(key, format)
  return format
}
