import { expect, test } from 'vitest'
import { digestMessage } from '../../src/renewals/digest/message.ts'
import { type DigestReport, saysSomething } from '../../src/renewals/digest/report.ts'
import { forecastOf } from '../../src/renewals/forecast/forecast.ts'
import type { ForecastInput } from '../../src/renewals/forecast/input.ts'
import { type Dashboard, homeView } from '../../src/renewals/home/view.ts'
import { outlookOf } from '../../src/renewals/overview/outlook.ts'
import { limitsBroken } from '../support/limits.ts'

const now = new Date('2026-11-27T07:00:00Z')
const zone = 'Europe/Berlin'
const day = (days: number, hour = 12) => new Date(Date.UTC(2026, 10, 27 + days, hour)).toISOString()

/** A partner whose wallet holds $20: one domain ends, one is paid, one is not, and its subscription is blocked. */
const partner = (more: Partial<ForecastInput> = {}): ForecastInput => ({
  domains: [
    {
      domain: 'ends.com',
      userId: 'U1',
      status: 'ACTIVE',
      expiryDate: day(3),
      autoRenew: false,
      renewalCents: 1250,
    },
    {
      domain: 'paid.com',
      userId: 'U1',
      status: 'ACTIVE',
      expiryDate: day(4),
      autoRenew: true,
      renewalCents: 1500,
    },
    {
      domain: 'unpaid.com',
      userId: 'U2',
      status: 'ACTIVE',
      expiryDate: day(10),
      autoRenew: true,
      renewalCents: 1499,
    },
  ],
  subscriptions: [
    {
      subscriptionId: 'SUB1',
      domain: 'unpaid.com',
      userId: 'U2',
      status: 'ACTIVE',
      priceCents: 300,
      quantity: 1,
      activeWarmups: 0,
      periodStart: day(-16),
      periodEnd: day(14),
      autoRenew: true,
    },
  ],
  walletCents: 2000,
  now,
  timeZone: zone,
  days: 45,
  prices: { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: false },
  ...more,
})

function outlook(input = partner()) {
  const forecast = forecastOf(input)
  const wallet =
    input.walletCents === undefined ? undefined : { cents: input.walletCents, currency: 'USD', seenAt: now }
  return outlookOf(
    { ...forecast, wallet, seen: { domains: now, subscriptions: now }, missing: [] },
    new Map([
      ['U1', 'Acme & Sons'],
      ['U2', '<!channel>'],
    ]),
  )
}

const nothing = { shown: [], total: 0 }
const calm = { alerts: { ...nothing, untaken: 0 }, parked: nothing }
const home = (over: Partial<Dashboard> = {}) =>
  homeView({ outlook: outlook(), zone, ...calm, mine: nothing, openTotal: 0, ...over })
const report = (over: Partial<DigestReport> = {}): DigestReport => ({
  span: { from: new Date('2026-11-26T07:00:00Z'), to: now },
  isWeekly: false,
  outlook: outlook(),
  outcomes: { ended: 0, failed: nothing, told: [] },
  open: nothing,
  ...calm,
  ...over,
})

test('Home begins with what is at risk and why, then tells how long the wallet lasts, then what is due', () => {
  const view = home()
  expect(limitsBroken('view', view)).toEqual([])
  const text = JSON.stringify(view.blocks)
  const order = [
    'At risk',
    'ends.com',
    'unpaid.com',
    'Wallet',
    'Due soon',
    'Nothing is under way',
    'would you like',
  ]
  expect(order.map((part) => text.indexOf(part))).toEqual(
    order.map((part) => text.indexOf(part)).toSorted((a, b) => a - b),
  )
  expect(text).toContain(
    'it ends on *Mon, Nov 30*, because auto-renew is off; until Mon, Dec 7 it can still be renewed',
  )
  expect(text).toContain('it renews on *Mon, Dec 7*, and the wallet lacks *$9.99*')
  expect(text).toContain('its domain lapses before it renews on *Fri, Dec 11*, and CMR refuses it then')
  expect(text).toMatch(
    /\*\$20\.00\* in the wallet: it lasts until \*Mon, Dec 7\*, when \*unpaid\.com\* lacks \$9\.99\. Add \*\$1[2-6]\.\d\d\* to reach/,
  )
  expect(text).toContain('"items=domain:ends.com"')
  expect(text).toContain('Acme &amp; Sons')
  expect(text).not.toContain('<!channel>')
})

test('a part that cannot be read does not take the others with it, and what is empty takes one line', () => {
  const text = JSON.stringify(home({ outlook: undefined, mine: undefined }).blocks)
  expect(text).toMatch(
    /What renews cannot be read at the moment.*Open operations cannot be read at the moment/,
  )
  expect(text).toContain('No open alerts')
  const empty = outlook(partner({ domains: [], subscriptions: [], walletCents: undefined }))
  expect(JSON.stringify(home({ outlook: empty }).blocks)).toMatch(
    /CMR has not reported the wallet’s balance yet.*Nothing is at risk in 45 days · Nothing renews in the next 7 days · Nothing is under way/,
  )
})

test('however much is at risk, Home and digest stay within Slack’s limits and count the rest', () => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    domain: `${'long-'.repeat(40)}${at}.com`,
    userId: 'U1',
    status: 'ACTIVE',
    expiryDate: day(1 + (at % 6)),
    autoRenew: at % 2 === 0,
    renewalCents: 1250,
  }))
  const ahead = outlook(partner({ domains: many }))
  const view = home({ outlook: ahead })
  expect(limitsBroken('view', view)).toEqual([])
  expect(JSON.stringify(view.blocks)).toMatch(/and 4\d\d more renewals/)
  const message = digestMessage(report({ outlook: ahead }), zone)
  expect(limitsBroken('message', message)).toEqual([])
})

test('a digest tells in its text, for phones and for being read out, what its blocks show', () => {
  const { text, blocks } = digestMessage(report(), zone)
  expect(text).toMatch(
    /^\*CMR on Friday, November 27\*\. .*3 renewals at risk.*ends\.com.*auto-renew is off.*\$20\.00.*lasts until.*Nothing renews today\. \*1 renewal\* in the next 7 days for \*\$15\.00\*.*paid\.com/,
  )
  expect(JSON.stringify(blocks)).toContain('paid.com')
  expect(saysSomething(report())).toBe(true)
  const empty = report({ outlook: outlook(partner({ domains: [], subscriptions: [] })) })
  expect(saysSomething(empty)).toBe(false)
  expect(digestMessage(empty, zone).text).toMatch(/Nothing needs anybody.*\$20\.00/)
})
