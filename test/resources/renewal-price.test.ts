import { addDays } from 'date-fns/addDays'
import { addYears } from 'date-fns/addYears'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayStep } from '../../src/resources/renewal-price.ts'

const now = new Date('2026-03-01T12:00:00.000Z')

test('a price may step unless the domain is known to be in its first year', () => {
  expect(mayStep(undefined, now)).toBe(true)
  expect(mayStep('not a date', now)).toBe(true)
  expect(mayStep('2025-03-01T12:00:00.000Z', now)).toBe(true)
  expect(mayStep('2025-03-01T12:00:01.000Z', now)).toBe(false)
})

test('a domain of less than 365 days never steps, one of a year and a day always may', () => {
  const date = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(date, fc.integer({ min: 0, max: 364 }), (registered, days) => {
      expect(mayStep(registered.toISOString(), addDays(registered, days))).toBe(false)
      expect(mayStep(registered.toISOString(), addDays(addYears(registered, 1), 1))).toBe(true)
    }),
  )
})
