import type { DigestReport } from '../../src/renewals/digest/report.ts'
import { forecastOf } from '../../src/renewals/forecast/forecast.ts'
import type { ForecastInput } from '../../src/renewals/forecast/model.ts'
import type { CurrentForecast } from '../../src/renewals/forecast/read.ts'
import { type Dashboard, homeView } from '../../src/renewals/home/view.ts'
import { outlookOf } from '../../src/renewals/overview/outlook.ts'

export const now = new Date('2026-11-27T07:00:00Z')
export const zone = 'Europe/Berlin'
export const day = (days: number, hour = 12) => new Date(Date.UTC(2026, 10, 27 + days, hour)).toISOString()

/** A partner whose wallet holds $20: one domain ends, one is paid, one is not, and its subscription is blocked. */
export const partner = (more: Partial<ForecastInput> = {}): ForecastInput => ({
  domains: [
    {
      name: 'ends.com',
      userId: 'U1',
      status: 'ACTIVE',
      expiresAt: day(3),
      autoRenew: false,
      renewalCents: 1250,
    },
    {
      name: 'paid.com',
      userId: 'U1',
      status: 'ACTIVE',
      expiresAt: day(4),
      autoRenew: true,
      renewalCents: 1500,
    },
    {
      name: 'unpaid.com',
      userId: 'U2',
      status: 'ACTIVE',
      expiresAt: day(10),
      autoRenew: true,
      renewalCents: 1499,
    },
  ],
  subscriptions: [
    {
      id: 'SUB1',
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

/** @param missing what has not been read whole from CMR yet */
export function outlook(input = partner(), missing: CurrentForecast['missing'] = []) {
  const forecast = forecastOf(input)
  const wallet =
    input.walletCents === undefined ? undefined : { cents: input.walletCents, currency: 'USD', seenAt: now }
  return outlookOf(
    {
      ...forecast,
      held: { domains: [], subscriptions: [] },
      wallet,
      seen: { domains: now, subscriptions: now },
      missing,
    },
    new Map([
      ['U1', 'Acme & Sons'],
      ['U2', '<!channel>'],
    ]),
  )
}

const nothing = { shown: [], total: 0 }
const calm = { alerts: { ...nothing, untaken: 0 }, parked: nothing }
export const home = (over: Partial<Dashboard> = {}) =>
  homeView({ outlook: outlook(), zone, ...calm, mine: nothing, openTotal: 0, ...over })
export const report = (over: Partial<DigestReport> = {}): DigestReport => ({
  span: { from: new Date('2026-11-26T07:00:00Z'), to: now },
  isWeekly: false,
  outlook: outlook(),
  outcomes: { ended: 0, failed: nothing, told: [] },
  open: nothing,
  ...calm,
  ...over,
})
