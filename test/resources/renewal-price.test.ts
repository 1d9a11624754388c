import { addDays } from 'date-fns/addDays'
import { addYears } from 'date-fns/addYears'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { priceStepAt, subscriptionAmount } from '../../src/resources/renewal-amount.ts'

const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: true }
const registered = Date.parse('2025-03-01T12:00:00.000Z')
const inAYear = Date.parse('2026-03-01T12:00:00.000Z')
const inTwoYears = Date.parse('2027-03-01T12:00:00.000Z')
const unknown = { registered: undefined, expiry: undefined, wasRenewed: false }

test('a price may step unless the domain is known to be in its first year, or not to be renewed yet', () => {
  const step = (age: object, at = inAYear, cents: number | undefined = 300) =>
    priceStepAt(cents, { ...unknown, ...age }, prices, at)
  expect(step({})).toBe('possible')
  expect(step({ registered })).toBe('possible')
  expect(step({ registered }, inAYear - 1)).toBe('no')
  expect(step({ registered, expiry: inAYear })).toBe('no')
  // Renewed once, or bought for two years: CMR does not tell.
  expect(step({ registered, expiry: inTwoYears })).toBe('possible')
  expect(step({ registered, expiry: inTwoYears, wasRenewed: true })).toBe('certain')
  expect(step({ registered, wasRenewed: true }, inAYear - 1)).toBe('no')
  // A price that was negotiated may step to another one, or to none; the higher one has stepped.
  expect(step({ registered, wasRenewed: true }, inAYear, 275)).toBe('possible')
  expect(step({}, inAYear, 500)).toBe('no')
  expect(priceStepAt(undefined, unknown, prices, inAYear)).toBe('no')
})

test('a domain of less than 365 days never steps, one of a year and a day always may', () => {
  const date = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(date, fc.integer({ min: 0, max: 364 }), (since, days) => {
      const age = { ...unknown, registered: since.getTime() }
      expect(priceStepAt(300, age, prices, addDays(since, days).getTime())).toBe('no')
      expect(priceStepAt(300, age, prices, addDays(addYears(since, 1), 1).getTime())).toBe('possible')
    }),
  )
})

test('a renewal costs the mailboxes and the active warm-ups; a guessed price of a warm-up makes it an estimate', () => {
  const billed = { priceCents: 300, quantity: 3, activeWarmups: 2 }
  expect(subscriptionAmount(billed, prices)).toEqual({ cents: 1300, atMostCents: 1300, isEstimate: true })
  expect(subscriptionAmount(billed, { ...prices, warmupGuessed: false }, 'possible')).toEqual({
    cents: 1300,
    atMostCents: 1900,
    isEstimate: false,
  })
  expect(subscriptionAmount({ ...billed, activeWarmups: 0 }, prices, 'certain')).toMatchObject({
    cents: 1500,
  })
  expect(subscriptionAmount({ ...billed, priceCents: undefined }, prices).cents).toBeUndefined()
})
