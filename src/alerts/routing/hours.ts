import { millisecondsInHour, millisecondsInMinute, TZDateMini } from '../../process/dates.ts'
import type { RouteDelivery } from './route.ts'

/** A range of times of day in one zone, `HH:MM`. It spans midnight if `from` is later than `to`. */
export interface Hours {
  readonly from: string
  readonly to: string
  /** An IANA time zone. */
  readonly zone: string
}

/** The delivery settings that decide when a route posts. */
type Timing = Pick<RouteDelivery, 'quiet' | 'digest' | 'digestAt' | 'zone'>

/** Returns true if the local time is within the hours; `to` itself is excluded. */
export function within({ from, to, zone }: Hours, at: Date): boolean {
  const local = new TZDateMini(at.getTime(), zone)
  const now = local.getHours() * 60 + local.getMinutes()
  const [start, end] = [minutes(from), minutes(to)]
  return start <= end ? now >= start && now < end : now >= start || now < end
}

/** Returns the time until which an event is held; undefined if it is posted at once. */
export type Schedule = (now: Date) => Date | undefined

/**
 * Combines quiet hours and digests into one schedule. Calendar arithmetic is slow, so the result is cached for a minute.
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

/** Returns the next end of the hours, at `to` local time even on days on which the clocks change. */
export function endOf(hours: Hours, at: Date): Date {
  const [hour = 0, minute = 0] = parts(hours.to)
  return nextAt({ hour, minute, zone: hours.zone }, at)
}

/** Returns the next full hour, or the next time that clocks in the zone show this hour. */
export function nextDigest(
  every: 'hourly' | 'daily',
  { hour, zone }: { hour: number; zone: string },
  at: Date,
): Date {
  if (every === 'hourly')
    return new Date((Math.floor(at.getTime() / millisecondsInHour) + 1) * millisecondsInHour)
  return nextAt({ hour, minute: 0, zone }, at)
}

/** Returns the next instant after `at` at which clocks in the zone show a time of day. */
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
