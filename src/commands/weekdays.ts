import type { Day } from '../process/dates.ts'

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Returns the number of a day of the week, 0 for Sunday, by its name or at least three letters of it. */
export function weekdayCalled(name: string): Day | undefined {
  const found = weekdays.findIndex((day) => name.length >= 3 && day.startsWith(name.toLowerCase()))
  return found === -1 ? undefined : (found as Day)
}
