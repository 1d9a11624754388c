import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type DigestTimes,
  digestDue,
  nextDigestAt,
  timeOfDayIn,
  weekdayOf,
  weekdays,
  weekdaysIn,
} from '../../src/renewals/digest/schedule.ts'

const berlin: DigestTimes = {
  time: '08:00',
  zone: 'Europe/Berlin',
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  weeklyOn: null,
}

test.each([
  ['2026-11-27T06:59:59Z', '2026-11-27T07:00:00Z'],
  ['2026-11-27T07:00:00Z', '2026-11-30T07:00:00Z'],
  // The clocks go forward on the Sunday before, and back in October.
  ['2027-03-26T07:00:00Z', '2027-03-29T06:00:00Z'],
  ['2027-10-29T06:00:00Z', '2027-11-01T07:00:00Z'],
])('after %s the next one is due at %s', (after, due) => {
  expect(nextDigestAt(berlin, new Date(after)).toISOString()).toBe(new Date(due).toISOString())
})

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Asia/Beirut',
]
const anyTimes: fc.Arbitrary<DigestTimes> = fc
  .record({
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    zone: fc.constantFrom(...zones),
    days: fc.subarray([...weekdays], { minLength: 1 }),
    weeklyOn: fc.option(fc.constantFrom(...weekdays)),
  })
  .map(({ hour, minute, zone, days, weeklyOn }) => ({
    time: `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`,
    zone,
    weekdays: days,
    weeklyOn,
  }))
const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2029-01-01'), noInvalidDate: true })
const dayIn = (at: Date, zone: string) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)

test('in any zone, over clock changes, it falls due once on each of its days and on no other', () => {
  fc.assert(
    fc.property(anyTimes, moment, (times, from) => {
      const wanted = new Set([...times.weekdays, times.weeklyOn])
      const days: string[] = []
      let at = from
      for (let count = 0; count < 12; count++) {
        const next = nextDigestAt(times, at)
        expect(next.getTime()).toBeGreaterThan(at.getTime())
        expect(wanted.has(weekdayOf(next, times.zone))).toBe(true)
        days.push(dayIn(next, times.zone))
        at = next
      }
      expect(new Set(days).size).toBe(days.length)
      // None of its days between the first and the last is left out.
      const first = Date.parse(`${days[0]}T00:00:00Z`)
      const last = Date.parse(`${days.at(-1)}T00:00:00Z`)
      const all: string[] = []
      for (let day = first; day <= last; day += 86_400_000) {
        const name = weekdays[(new Date(day).getUTCDay() + 6) % 7]
        if (name && wanted.has(name)) all.push(new Date(day).toISOString().slice(0, 10))
      }
      expect(days).toEqual(all)
    }),
    { numRuns: 60 },
  )
})

test('what was missed is posted as long as its day lasts, and only the latest of several', () => {
  const next = new Date('2026-11-26T07:00:00Z')
  const due = (now: string) => digestDue(berlin, next, new Date(now))?.toISOString()
  expect(due('2026-11-26T06:59:00Z')).toBeUndefined()
  expect(due('2026-11-26T07:00:00Z')).toBe('2026-11-26T07:00:00.000Z')
  expect(due('2026-11-26T22:59:00Z')).toBe('2026-11-26T07:00:00.000Z')
  expect(due('2026-11-26T23:00:00Z')).toBeUndefined()
  expect(due('2026-11-27T09:00:00Z')).toBe('2026-11-27T07:00:00.000Z')
  expect(due('2026-11-28T09:00:00Z')).toBeUndefined()
  expect(due('2029-11-28T09:00:00Z')).toBe('2029-11-28T07:00:00.000Z')
})

test.each([
  ['mon', ['mon']],
  ['Tuesday thu', ['tue', 'thu']],
  ['mon-fri', ['mon', 'tue', 'wed', 'thu', 'fri']],
  ['sat–mon', ['mon', 'sat', 'sun']],
  ['weekdays', ['mon', 'tue', 'wed', 'thu', 'fri']],
  ['Mondays', ['mon']],
  ['daily', [...weekdays]],
  ['never', []],
  ['m', undefined],
  ['someday', undefined],
  ['mon-tue-wed', undefined],
])('“%s” are the days %j', (said, days) => {
  expect(weekdaysIn(said.split(' '))).toEqual(days)
})

test.each([
  ['8', '08:00'],
  ['08:30', '08:30'],
  ['8.30', '08:30'],
  ['17h', '17:00'],
  ['8am', '08:00'],
  ['12am', '00:00'],
  ['12:15 pm', '12:15'],
  ['5:30 PM', '17:30'],
  ['24', undefined],
  ['13pm', undefined],
  ['0am', undefined],
  ['8:60', undefined],
  ['noon', undefined],
  ['', undefined],
])('“%s” is the time %s', (said, time) => {
  expect(timeOfDayIn(said)).toBe(time)
})
