import { renewalDay } from '../../cmr/billing.ts'
import { emptySeatsNote } from '../../resources/renewal-amount.ts'
import { timeOf } from '../../resources/renewal-price.ts'
import type { ChargedRenewal } from './charge.ts'
import type { ForecastInput } from './input.ts'

/** What a forecast takes to be so because CMR does not tell it, a sentence each. */
export const assumptions = {
  'charge-time':
    'CMR does not say when auto-renew charges: a subscription is assumed to be charged when its period ends, a domain when it expires.',
  order:
    'Of renewals due at the same moment, domains are assumed to be charged before subscriptions, each by name.',
  retries:
    'A subscription that was not paid is assumed to be tried again each day at the same time; CMR does not say how often.',
  grace: 'A domain in its grace period is assumed not to be tried again: somebody has to renew it.',
  'month-end':
    'A subscription from the 29th, 30th or 31st is assumed to renew on the last day of a shorter month, and on its own day again after that.',
  'price-step':
    'Where the age of a domain is not known, its mailboxes may step up to the price after the first year: that is shown beside the amount, not in it.',
  'empty-seats': emptySeatsNote,
  'paused-warmups': 'CMR’s pages disagree on whether PAUSED warm-ups are billed: they are left out.',
  'warmup-price':
    'CMR’s documentation does not say what a warm-up costs: it is a guess until an admin sets it in the bot’s settings.',
  'domain-price':
    'CMR shows a domain’s renewal price only in the last 45 days: until then the price of other domains with the same ending is assumed.',
  'no-price': 'Renewals without a price from CMR count as nothing in the sums.',
  'auto-renew':
    'Where CMR does not report auto-renew, it is assumed to be on for a subscription and off for a domain.',
  blocking:
    'CMR may refuse a subscription’s renewal within 26 hours of its domain’s: it is assumed to be paid.',
} as const

export type Assumption = keyof typeof assumptions

/** Returns the assumptions that this forecast rests on. */
export function assumptionsOf(input: ForecastInput, charged: readonly ChargedRenewal[]): Assumption[] {
  const automatic = charged.filter(({ due }) => due.isAutomatic)
  const rows = charged.map(({ due }) => due.item.row)
  const subscriptions = charged.flatMap(({ due: { item } }) => (item.kind === 'subscription' ? item.row : []))
  const domains = charged.flatMap(({ due: { item } }) => (item.kind === 'domain' ? item.row : []))
  const holds: Record<Assumption, boolean> = {
    'charge-time': automatic.length > 0,
    order: automatic.some(({ due }, at) => automatic[at + 1]?.due.at === due.at),
    retries:
      subscriptions.some(({ status }) => status === 'PAST_DUE') ||
      charged.some(({ due, outcome }) => due.item.kind === 'subscription' && outcome === 'uncovered'),
    grace: charged.some(
      ({ due, outcome }) =>
        due.item.kind === 'domain' && (outcome === 'uncovered' || due.item.row.status === 'GRACE_PERIOD'),
    ),
    'month-end': subscriptions.some(({ periodStart, periodEnd }) => {
      const end = timeOf(periodEnd)
      return end !== undefined && renewalDay(timeOf(periodStart), end) > 28
    }),
    'price-step': charged.some(({ amount }) => amount.atMostCents !== amount.cents),
    'empty-seats': subscriptions.some(({ emptySeats = 0 }) => emptySeats > 0),
    'paused-warmups': subscriptions.some(({ pausedWarmups = 0 }) => pausedWarmups > 0),
    'warmup-price':
      input.prices.warmupGuessed && subscriptions.some(({ activeWarmups }) => activeWarmups > 0),
    'domain-price': domains.some(({ isEstimate }) => isEstimate),
    'no-price': charged.some(({ amount }) => amount.cents === undefined),
    'auto-renew': rows.some(({ autoRenew }) => autoRenew === undefined),
    blocking: charged.some(({ mayBeBlocked }) => mayBeBlocked),
  }
  return (Object.keys(holds) as Assumption[]).filter((one) => holds[one])
}
