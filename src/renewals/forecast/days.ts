import { TZDateMini } from '../../process/dates.ts'

/** A day of the team's zone. */
export interface ZonedDay {
  /** "2027-01-31" */
  readonly date: string
  /** Milliseconds since 1970. */
  readonly start: number
}

/** Returns today and so many days after it, and the day after those, which is where they end. */
export function zonedDays(now: Date, timeZone: string, days: number): ZonedDay[] {
  const today = new TZDateMini(now.getTime(), timeZone)
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()]
  return Array.from({ length: days + 2 }, (_, at) => ({
    date: new Date(Date.UTC(year, month, date + at)).toISOString().slice(0, 10),
    // Where a clock change skips midnight this is the first moment after it.
    start: new TZDateMini(year, month, date + at, timeZone).getTime(),
  }))
}

/** Returns the place of the day that a time is on; the first for an earlier time. */
export function dayOf(days: readonly ZonedDay[], time: number): number {
  let [low, high] = [0, days.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((days[middle]?.start ?? 0) <= time) low = middle
    else high = middle - 1
  }
  return low
}
