import { tz } from '@date-fns/tz'
import { addMonths } from 'date-fns/addMonths'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  endOfGrace,
  monthsLater,
  nextPeriodEnd,
  nextTry,
  renewalDay,
  yearsLater,
} from '../../src/cmr/billing.ts'

const time = (text: string) => Date.parse(text.includes('T') ? text : `${text}T10:00:00.000Z`)
const day = (at: number) => new Date(at).toISOString().slice(0, 10)

/** The ends of a year of periods, from the first on. */
function endsFrom(start: string): string[] {
  let [from, until] = [time(start), monthsLater(time(start), 1)]
  return Array.from({ length: 13 }, () => {
    const end = until
    ;[from, until] = [until, nextPeriodEnd(from, until)]
    return day(end)
  })
}

test('a period from the 31st ends on the last day of shorter months and comes back to the 31st', () => {
  expect(endsFrom('2027-01-31').join(' ')).toBe(
    '2027-02-28 2027-03-31 2027-04-30 2027-05-31 2027-06-30 2027-07-31 2027-08-31 2027-09-30 2027-10-31 2027-11-30 2027-12-31 2028-01-31 2028-02-29',
  )
  expect(endsFrom('2028-01-30').slice(0, 3)).toEqual(['2028-02-29', '2028-03-30', '2028-04-30'])
  expect(endsFrom('2027-01-29').slice(0, 3)).toEqual(['2027-02-28', '2027-03-29', '2027-04-29'])
  expect(endsFrom('2027-02-28').slice(0, 3)).toEqual(['2027-03-28', '2027-04-28', '2027-05-28'])
})

test('a period that is no calendar month shows no other day than its end', () => {
  expect(renewalDay(time('2027-01-31'), time('2027-03-02'))).toBe(2)
  expect(renewalDay(undefined, time('2027-02-28'))).toBe(28)
})

test('a domain of 29 February expires on the 28th where there is none', () => {
  expect(day(yearsLater(time('2028-02-29'), 1))).toBe('2029-02-28')
  expect(day(yearsLater(time('2028-02-29'), 4))).toBe('2032-02-29')
})

test('grace lasts to the end of the seventh day in UTC, whatever the hour of the expiry', () => {
  for (const hour of ['00:00:00.000', '10:30:00.000', '23:59:59.999'])
    expect(new Date(endOfGrace(time(`2027-02-25T${hour}Z`))).toISOString()).toBe('2027-03-05T00:00:00.000Z')
})

test('what is due is tried at its time, and each day at that time after it', () => {
  const due = time('2027-03-27T22:15:00Z')
  expect(nextTry(due, due - 1)).toBe(due)
  expect(nextTry(due, due)).toBe(time('2027-03-28T22:15:00Z'))
  expect(nextTry(due, time('2027-03-30T22:14:00Z'))).toBe(time('2027-03-30T22:15:00Z'))
})

test('months are counted as date-fns counts them in UTC', () => {
  const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(times, fc.integer({ min: -30, max: 60 }), (from, months) => {
      const wanted = addMonths(from, months, { in: tz('UTC') }).getTime()
      expect(monthsLater(from.getTime(), months)).toBe(wanted)
    }),
  )
})
