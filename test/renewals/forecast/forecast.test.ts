import { expect, test } from 'vitest'
import { forecastOf, toAddUntil } from '../../../src/renewals/forecast/forecast.ts'
import type {
  ForecastDomain,
  ForecastInput,
  ForecastSubscription,
} from '../../../src/renewals/forecast/model.ts'

const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: false }

const subscription = (domain: string, change: Partial<ForecastSubscription> = {}): ForecastSubscription => ({
  id: `SUB-${domain}`,
  domain,
  status: 'ACTIVE',
  priceCents: 300,
  quantity: 2,
  activeWarmups: 0,
  periodStart: '2027-01-10T12:00:00.000Z',
  periodEnd: '2027-02-10T12:00:00.000Z',
  autoRenew: true,
  ...change,
})

const domain = (name: string, change: Partial<ForecastDomain> = {}): ForecastDomain => ({
  name,
  status: 'ACTIVE',
  registeredOn: '2026-02-20T12:00:00.000Z',
  expiresAt: '2027-02-20T12:00:00.000Z',
  autoRenew: true,
  renewalCents: 1450,
  ...change,
})

const forecast = (change: Partial<ForecastInput> = {}) =>
  forecastOf({
    subscriptions: [],
    domains: [],
    walletCents: 100_000,
    now: new Date('2027-02-01T09:00:00.000Z'),
    timeZone: 'UTC',
    days: 45,
    prices,
    ...change,
  })

const rows = (change: Partial<ForecastInput>) =>
  forecast(change).renewals.map(({ date, id, cents, outcome }) => `${date} ${id} ${cents} ${outcome}`)

test('each subscription costs its own price times its mailboxes and its active warm-ups', () => {
  const subscriptions = [subscription('acme.com', { priceCents: 275, quantity: 4, activeWarmups: 3 })]
  expect(
    rows({
      subscriptions,
      domains: [domain('acme.com', { expiresAt: '2028-02-20T12:00:00Z', registeredOn: '2027-01-01' })],
    }),
  ).toEqual(['2027-02-10 SUB-acme.com 1700 covered', '2027-03-10 SUB-acme.com 1700 covered'])
})

test('the first renewal that the wallet does not cover is named with its day and what is missing', () => {
  const subscriptions = [
    subscription('b.com', { periodEnd: '2027-02-05T08:00:00.000Z' }),
    subscription('c.com', { quantity: 5 }),
    subscription('d.com', { quantity: 1, periodEnd: '2027-02-11T08:00:00.000Z' }),
  ]
  const found = forecast({ subscriptions, walletCents: 2000, days: 15 })
  expect(found.firstUncovered).toMatchObject({ id: 'SUB-c.com', date: '2027-02-10', missingCents: 100 })
  expect(found.runwayDays).toBe(9)
  // A smaller renewal is still paid after it.
  expect(found.renewals.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'SUB-b.com covered',
    'SUB-c.com uncovered',
    'SUB-d.com covered',
  ])
  expect(found.days.map(({ walletCents }) => walletCents).slice(3, 11)).toEqual([
    2000, 1400, 1400, 1400, 1400, 1400, 1400, 1100,
  ])
  expect(toAddUntil(found, 8)).toBe(0)
  expect(toAddUntil(found, 9)).toBe(100)
  expect(toAddUntil(found, 14)).toBe(400)
  expect(toAddUntil(found, 400)).toBe(400)
})

test('what falls due at the same moment is charged domains first, then by name', () => {
  const at = { periodEnd: '2027-02-20T12:00:00.000Z' }
  const subscriptions = [subscription('b.com', at), subscription('a.com', at)]
  const domains = [domain('z.com'), domain('B.com')]
  expect(rows({ subscriptions, domains, days: 20, walletCents: 1450 + 600 })).toEqual([
    '2027-02-20 B.com 1450 covered',
    '2027-02-20 z.com 1450 uncovered',
    '2027-02-20 SUB-a.com 600 covered',
    '2027-02-20 SUB-b.com 1000 uncovered',
  ])
})

test('a domain that lapses blocks its subscription, and a renewed one of a year makes its mailboxes dearer', () => {
  const later = { periodEnd: '2027-02-21T12:00:00.000Z', periodStart: '2027-01-21T12:00:00.000Z' }
  const subscriptions = [subscription('off.com', later), subscription('on.com', later)]
  const domains = [domain('off.com', { autoRenew: false }), domain('on.com')]
  const found = forecast({ subscriptions, domains, days: 60 })
  expect(found.renewals.map(({ date, id, cents, outcome }) => `${date} ${id} ${cents} ${outcome}`)).toEqual([
    '2027-02-20 off.com 1450 ends',
    '2027-02-20 on.com 1450 covered',
    '2027-02-21 SUB-off.com 600 blocked',
    '2027-02-21 SUB-on.com 1000 covered',
    '2027-03-21 SUB-on.com 1000 covered',
  ])
  expect(found.ending.map(({ lostAt }) => lostAt?.toISOString())).toEqual(['2027-02-28T00:00:00.000Z'])
})

test('a price that may step up is shown as a possible one where the age is not known', () => {
  const known = (change: Partial<ForecastDomain>) =>
    forecast({ subscriptions: [subscription('a.com')], domains: [domain('a.com', change)] }).renewals[0]
  const old = { expiresAt: '2028-01-20T12:00:00Z' }
  expect(known({ ...old, registeredOn: undefined })).toMatchObject({ cents: 600, atMostCents: 1000 })
  // Bought for two years, or renewed once: CMR's API does not tell.
  expect(known({ ...old, registeredOn: '2026-01-20T12:00:00Z' })).toMatchObject({
    cents: 600,
    atMostCents: 1000,
  })
  expect(known({ ...old, registeredOn: '2026-01-20T12:00:00Z', wasRenewed: true })).toMatchObject({
    cents: 1000,
    atMostCents: 1000,
  })
  expect(known({ ...old, registeredOn: '2027-01-20T12:00:00Z' })).toMatchObject({
    cents: 600,
    atMostCents: 600,
  })
  expect(forecast({ subscriptions: [subscription('a.com')] }).assumptions).toContain('price-step')
})

test('what is past due, in grace or under way goes on from where it stands', () => {
  const late = { periodEnd: '2027-01-30T12:00:00.000Z', periodStart: '2026-12-30T12:00:00.000Z' }
  const subscriptions = [
    subscription('due.com', late),
    subscription('late.com', { ...late, status: 'PAST_DUE' }),
    subscription('ends.com', { ...late, status: 'PAST_DUE', autoRenew: false }),
    subscription('over.com', { ...late, status: 'EXPIRED' }),
    subscription('busy.com', { status: 'RENEWING', autoRenew: false }),
  ]
  const domains = [
    domain('due.com', { expiresAt: '2027-06-01T00:00:00Z' }),
    domain('grace.com', { status: 'GRACE_PERIOD', expiresAt: '2027-01-28T12:00:00.000Z' }),
    domain('gone.com', { status: 'EXPIRED', expiresAt: '2027-01-02T12:00:00.000Z' }),
    domain('busy.com', { status: 'RENEWING', expiresAt: '2027-02-02T12:00:00.000Z' }),
  ]
  const found = forecast({ subscriptions, domains, days: 27 })
  expect(
    found.renewals.map(({ at, id, outcome }) => `${at.toISOString().slice(5, 16)} ${id} ${outcome}`),
  ).toEqual([
    '02-01T09:00 SUB-busy.com covered',
    '02-01T09:00 SUB-due.com covered',
    '02-01T12:00 SUB-late.com covered',
    '02-05T00:00 grace.com ends',
    '02-06T12:00 SUB-ends.com ends',
    '02-28T12:00 SUB-due.com covered',
    '02-28T12:00 SUB-late.com covered',
  ])
  expect(found.assumptions).toEqual(
    expect.arrayContaining(['retries', 'grace', 'month-end', 'charge-time', 'order']),
  )
})

test('which day it is, the zone of the team says, from -11 to +14 and where clocks change', () => {
  const at = (timeZone: string, periodEnd: string, now = '2027-02-01T09:00:00.000Z') =>
    forecast({
      timeZone,
      now: new Date(now),
      subscriptions: [subscription('a.com', { periodEnd })],
      days: 30,
    }).renewals[0]?.date
  expect(at('Pacific/Pago_Pago', '2027-02-10T10:59:59.999Z')).toBe('2027-02-09')
  expect(at('Pacific/Kiritimati', '2027-02-10T10:00:00.000Z')).toBe('2027-02-11')
  expect(at('America/New_York', '2027-03-15T03:59:00.000Z', '2027-03-01T09:00:00Z')).toBe('2027-03-14')
  expect(at('Europe/Berlin', '2027-03-28T22:00:00.000Z', '2027-03-10T09:00:00Z')).toBe('2027-03-29')
  // Cairo has no midnight on the day its clocks change.
  expect(at('Africa/Cairo', '2027-04-29T22:00:00.000Z', '2027-04-10T09:00:00Z')).toBe('2027-04-30')
  expect(at('Africa/Cairo', '2027-04-29T21:59:59.000Z', '2027-04-10T09:00:00Z')).toBe('2027-04-29')
})

test('without a balance the days say what is needed, and nothing is called covered', () => {
  const found = forecast({ subscriptions: [subscription('a.com')], walletCents: undefined, days: 20 })
  expect(found.renewals.map(({ outcome }) => outcome)).toEqual(['unknown'])
  expect(found).toMatchObject({ firstUncovered: undefined, runwayDays: undefined })
  expect(found.days.at(-1)).toMatchObject({ walletCents: undefined, neededCents: 600 })
})

test('a domain without a price counts as nothing and is named as unknown', () => {
  const found = forecast({ domains: [domain('a.com', { renewalCents: undefined })], walletCents: 0 })
  expect(found.renewals).toMatchObject([{ cents: undefined, outcome: 'unknown' }])
  expect(found.assumptions).toContain('no-price')
})
