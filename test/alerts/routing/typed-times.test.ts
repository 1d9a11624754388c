import { TZDateMini, tz } from '@date-fns/tz'
import { formatISO } from 'date-fns/formatISO'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sinceOf, untilOf } from '../../../src/alerts/routing/typed-times.ts'

const zones = [
  'Pacific/Pago_Pago',
  'America/St_Johns',
  'America/New_York',
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  // Their clocks change at midnight.
  'Africa/Cairo',
  'America/Santiago',
]
const dayIn = (zone: string, at: Date) => formatISO(at, { representation: 'date', in: tz(zone) })

test('yesterday begins a day before today does', () => {
  const now = new Date('2026-11-28T15:00:00Z')
  expect(sinceOf('today', now, 'UTC')).toEqual(new Date('2026-11-28T00:00:00Z'))
  expect(sinceOf('yesterday', now, 'UTC')).toEqual(new Date('2026-11-27T00:00:00Z'))
})

test('a plain date is that day in zones far east and west of Greenwich', () => {
  const now = new Date('2026-11-29T15:00:00Z')
  const since = (zone: string) => sinceOf('2026-11-28', now, zone)?.toISOString()
  expect(since('Pacific/Kiritimati')).toBe('2026-11-27T10:00:00.000Z')
  expect(since('Pacific/Auckland')).toBe('2026-11-27T11:00:00.000Z')
  expect(since('Pacific/Pago_Pago')).toBe('2026-11-28T11:00:00.000Z')
})

test('until a date is 8:00 on that morning in its zone, whatever order it is written in', () => {
  const now = new Date('2026-11-29T15:00:00Z')
  for (const text of ['until 2026-12-24', 'Dec 24', '24/12/2026', '12/24/2026'])
    expect(untilOf(text, now, 'America/New_York')).toEqual(new Date('2026-12-24T13:00:00Z'))
  for (const text of ['2026-11-29', '2026-11-01', '2029-01-01', '05/06/2027'])
    expect(untilOf(text, now, 'UTC')).toBeUndefined()
})

test('today has begun, also in the last hour of a day of 25 hours', () => {
  const now = new Date('2026-10-25T22:30:00Z')
  expect(sinceOf('today', now, 'Europe/Berlin')).toEqual(new Date('2026-10-24T22:00:00Z'))
})

test('a day that does not exist, and other words, mean no moment', () => {
  const now = new Date('2026-11-28T15:00:00Z')
  for (const text of ['2026-02-30', '2026-13-01', 'tomorrow', 'never', '0h', '400d'])
    expect(sinceOf(text, now, 'UTC')).toBeUndefined()
  expect(sinceOf('7d', now, 'UTC')).toEqual(new Date('2026-11-21T15:00:00Z'))
})

test('people’s own words for a time are understood', () => {
  // A Saturday.
  const now = new Date('2026-11-28T15:00:00Z')
  const since = (text: string) => sinceOf(text, now, 'UTC')?.toISOString()
  for (const text of ['1 week ago', 'last week', 'the last week', '1w', '7 days', 'a week ago'])
    expect(since(text), text).toBe('2026-11-21T15:00:00.000Z')
  for (const text of ['friday', 'last friday', 'since Fri'])
    expect(since(text), text).toBe('2026-11-27T00:00:00.000Z')
  expect(since('saturday')).toBe('2026-11-21T00:00:00.000Z')
  const until = (text: string) => untilOf(text, now, 'UTC')?.toISOString()
  for (const text of ['for 2 hours', '2 hrs', '2h'])
    expect(until(text), text).toBe('2026-11-28T17:00:00.000Z')
  for (const text of ['until monday', 'next Monday', 'mon'])
    expect(until(text), text).toBe('2026-11-30T08:00:00.000Z')
  expect(until('until tomorrow')).toBe('2026-11-29T08:00:00.000Z')
  expect(until('mo')).toBeUndefined()
})

test('in every zone and at every hour of two years, days begin where the calendar of the zone says so', () => {
  const moments = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(moments, fc.constantFrom(...zones), (now, zone) => {
      const today = sinceOf('today', now, zone) as Date
      const yesterday = sinceOf('yesterday', now, zone) as Date
      expect(today <= now).toBe(true)
      expect(dayIn(zone, today)).toBe(dayIn(zone, now))
      expect(dayIn(zone, new Date(today.getTime() - 1))).toBe(dayIn(zone, yesterday))
      expect(dayIn(zone, new Date(yesterday.getTime() - 1)) < dayIn(zone, yesterday)).toBe(true)
      expect(sinceOf(dayIn(zone, now), now, zone)).toEqual(today)
      const tomorrow = untilOf('tomorrow', now, zone) as Date
      expect(dayIn(zone, tomorrow) > dayIn(zone, now)).toBe(true)
      expect(new TZDateMini(tomorrow.getTime(), zone).getHours()).toBe(8)
    }),
    { numRuns: 500 },
  )
})
