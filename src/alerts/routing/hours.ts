import { TZDateMini } from '@date-fns/tz'
import { millisecondsInHour, millisecondsInMinute } from 'date-fns/constants'
import type { RouteDelivery } from './route.ts'

/** Times of day in one zone, `HH:MM`; over midnight where `from` is later. */
export interface Hours {
  readonly from: string
  readonly to: string
  /** IANA. */
  readonly zone: string
}

/** When a route tells. */
type Timing = Pick<RouteDelivery, 'quiet' | 'digest' | 'digestAt' | 'zone'>

/** Whether clocks in the zone show a time in these hours; `to` is no longer one of them. */
export function within({ from, to, zone }: Hours, at: Date): boolean {
  const local = new TZDateMini(at.getTime(), zone)
  const now = local.getHours() * 60 + local.getMinutes()
  const [start, end] = [minutes(from), minutes(to)]
  return start <= end ? now >= start && now < end : now >= start || now < end
}

/** Until when things are kept back at a moment; nothing where they are told at once. */
export type Schedule = (now: Date) => Date | undefined

/**
 * Quiet hours and digests as one question. Its answer holds for a minute, and calendars are slow: it is worked out
 * once a minute, however many events come.
 */
export function scheduleOf({ quiet, digest, digestAt, zone }: Timing): Schedule {
  const hours = quiet && { ...quiet, zone }
  let asked = Number.NaN
  let answer: Date | undefined
  return (now) => {
    const minute = Math.floor(now.getTime() / millisecondsInMinute)
    if (minute === asked) return answer
    const due = digest === 'off' ? now : nextDigest(digest, { hour: digestAt, zone }, now)
    const until = hours && within(hours, due) ? endOf(hours, due) : due
    asked = minute
    answer = until > now ? until : undefined
    return answer
  }
}

/** When these hours end next: at `to`, also on days on which the clocks change. */
export function endOf(hours: Hours, at: Date): Date {
  const [hour = 0, minute = 0] = parts(hours.to)
  return nextAt({ hour, minute, zone: hours.zone }, at)
}

/** The next full hour, or the next time that clocks in the zone show this hour. */
export function nextDigest(
  every: 'hourly' | 'daily',
  { hour, zone }: { hour: number; zone: string },
  at: Date,
): Date {
  if (every === 'hourly')
    return new Date((Math.floor(at.getTime() / millisecondsInHour) + 1) * millisecondsInHour)
  return nextAt({ hour, minute: 0, zone }, at)
}

/** The next instant after `at` at which clocks in the zone show a time of day. */
export function nextAt(time: { hour: number; minute: number; zone: string }, at: Date): Date {
  const day = new TZDateMini(at.getTime(), time.zone)
  for (let ahead = 0; ; ahead++) {
    const then = new TZDateMini(
      day.getFullYear(),
      day.getMonth(),
      day.getDate() + ahead,
      time.hour,
      time.minute,
      time.zone,
    )
    if (then.getTime() > at.getTime()) return new Date(then.getTime())
  }
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = parts(time)
  return hour * 60 + minute
}

function parts(time: string): number[] {
  return time.split(':').map(Number)
}
