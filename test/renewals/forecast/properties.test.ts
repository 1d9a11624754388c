import fc from 'fast-check'
import { expect, test } from 'vitest'
import { forecastOf, toAddUntil } from '../../../src/renewals/forecast/forecast.ts'
import type { ForecastInput } from '../../../src/renewals/forecast/model.ts'

const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: false }
const from = Date.parse('2026-06-01T00:00:00.000Z')
const time = fc
  .integer({ min: -60 * 24, max: 900 * 24 })
  .map((hours) => new Date(from + hours * 3_600_000).toISOString())
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

/** Whatever CMR may answer, nonsense included. */
const input: fc.Arbitrary<ForecastInput> = fc.record({
  subscriptions: fc.array(
    fc.record({
      id: fc.uuid(),
      domain: maybe(fc.constantFrom('a.com', 'B.com', 'c.io', 'd.net')),
      status: maybe(fc.constantFrom('ACTIVE', 'RENEWING', 'PAST_DUE', 'EXPIRED', 'CANCELLED', 'NEW')),
      priceCents: maybe(fc.integer({ min: 0, max: 1000 })),
      quantity: maybe(fc.integer({ min: 0, max: 50 })),
      activeWarmups: fc.integer({ min: 0, max: 5 }),
      periodStart: maybe(time),
      periodEnd: maybe(fc.oneof(time, fc.constant('soon'))),
      autoRenew: maybe(fc.boolean()),
    }),
    { maxLength: 12 },
  ),
  domains: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('A.com', 'b.com', 'c.io', 'd.net', 'e.org'),
      status: maybe(
        fc.constantFrom('ACTIVE', 'PENDING', 'RENEWING', 'GRACE_PERIOD', 'EXPIRED', 'TRANSFERRED'),
      ),
      registeredOn: maybe(time),
      expiresAt: maybe(time),
      autoRenew: maybe(fc.boolean()),
      renewalCents: maybe(fc.integer({ min: 0, max: 5000 })),
    }),
    { selector: ({ name }) => name },
  ),
  walletCents: fc.integer({ min: 0, max: 40_000 }),
  now: time.map((text) => new Date(text)),
  timeZone: fc.constantFrom(
    'Pacific/Pago_Pago',
    'America/New_York',
    'UTC',
    'Africa/Cairo',
    'Pacific/Kiritimati',
  ),
  days: fc.integer({ min: 0, max: 120 }),
  prices: fc.constant(prices),
})

const check = (run: (input: ForecastInput) => void) => fc.assert(fc.property(input, run), { numRuns: 120 })

test('what is paid each day is what the wallet loses, and it is never overdrawn', () =>
  check((given) => {
    const { days, renewals, walletCents = 0 } = forecastOf(given)
    let wallet = walletCents
    for (const day of days) {
      wallet -= day.paidCents
      expect(day.walletCents).toBe(wallet)
    }
    expect(wallet).toBeGreaterThanOrEqual(0)
    expect(days.flatMap((day) => day.renewals)).toEqual(renewals)
  }))

test('with what is to be added until a day everything is paid until then, and a cent less is too little', () =>
  check((given) => {
    const forecast = forecastOf(given)
    for (const day of [0, 1, 7, 30, given.days].filter((one) => one <= given.days)) {
      const missing = toAddUntil(forecast, day)
      const failing = (added: number) => {
        const walletCents = (given.walletCents ?? 0) + added
        const { runwayDays = given.days + 1 } = forecastOf({ ...given, walletCents })
        return runwayDays <= day
      }
      expect(failing(missing)).toBe(false)
      if (missing > 0) expect(failing(missing - 1)).toBe(true)
    }
  }))

test('each renewal is on its day in the zone of the team, in the order of time, from now on', () =>
  check((given) => {
    const { days, renewals } = forecastOf(given)
    const dateIn = new Intl.DateTimeFormat('en-CA', { timeZone: given.timeZone })
    expect(days).toHaveLength(given.days + 1)
    expect(days[0]?.date).toBe(dateIn.format(given.now))
    for (const [at, one] of renewals.entries()) {
      expect(one.date).toBe(dateIn.format(one.at))
      expect(one.at.getTime()).toBeGreaterThanOrEqual(renewals[at - 1]?.at.getTime() ?? given.now.getTime())
    }
  }))

test('in which order CMR lists things changes nothing', () =>
  check((given) => {
    const turned = {
      ...given,
      domains: given.domains.toReversed(),
      subscriptions: given.subscriptions.toReversed(),
    }
    expect(forecastOf(turned).renewals).toEqual(forecastOf(given).renewals)
  }))
