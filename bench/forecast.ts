import { forecastOf } from '../src/renewals/forecast/forecast.ts'
import type { ForecastInput } from '../src/renewals/forecast/model.ts'
import { median } from './program.ts'

// How long a forecast of a large partner takes: processor time, so that a busy machine tells it as a quiet one does.

const DOMAINS = 10_000
const SUBSCRIPTIONS = 5000
const ROUNDS = 11
/** Of 45 days, which is how far CMR renews a domain ahead. */
const BOUND_MS = 100
const DAY = 86_400_000
const now = new Date('2026-11-28T12:00:00.000Z')
const at = (days: number) => new Date(now.getTime() + days * DAY).toISOString()

function partner(days: number): ForecastInput {
  return {
    domains: Array.from({ length: DOMAINS }, (_, n) => ({
      name: `d${n}.com`,
      status: 'ACTIVE',
      registeredOn: at((n % 365) - 365),
      expiresAt: at(n % 365),
      autoRenew: n % 3 > 0,
      renewalCents: 1450,
    })),
    subscriptions: Array.from({ length: SUBSCRIPTIONS }, (_, n) => ({
      id: `SUB${n}`,
      domain: `d${n}.com`,
      status: 'ACTIVE',
      priceCents: 300,
      quantity: 1 + (n % 5),
      activeWarmups: n % 2,
      periodStart: at((n % 30) - 30),
      periodEnd: at(n % 30),
      autoRenew: n % 7 > 0,
    })),
    walletCents: 2_000_000,
    now,
    timeZone: 'America/New_York',
    days,
    prices: { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: false },
  }
}

for (const days of [45, 90, 400]) {
  const input = partner(days)
  const times = Array.from({ length: ROUNDS }, () => {
    const begun = process.cpuUsage()
    forecastOf(input)
    const { user, system } = process.cpuUsage(begun)
    return (user + system) / 1000
  })
  const { renewals } = forecastOf(input)
  if (days === 45 && !(median(times) < BOUND_MS)) process.exitCode = 1
  console.log(
    `forecast of ${days} days over ${DOMAINS} domains and ${SUBSCRIPTIONS} subscriptions (${renewals.length} renewals): ${median(times).toFixed(0)} ms, the first ${times[0]?.toFixed(0)} ms`,
  )
}
