import type { KnownBlock } from '@slack/types'
import { money } from '../../cmr/money.ts'
import { dayText } from '../../process/day-text.ts'
import { priceText } from '../../resources/renewal-amount.ts'
import { dataTable } from '../../slack/table.ts'
import type { ForecastRenewal } from '../forecast/renewal.ts'
import { lastDayOf, thingOf } from '../forecast/words.ts'
import type { Upcoming } from './upcoming.ts'

/** Returns whether the wallet pays for something, in a few words. @param lastDay writes the day until which it can be renewed */
export function coveredText(
  { outcome, missingCents, lostAt, mayBeBlocked, isUnderWay }: ForecastRenewal,
  lastDay: (lostAt: Date) => string,
): string {
  if (isUnderWay) return 'renewal under way'
  switch (outcome) {
    case 'covered':
      return mayBeBlocked ? 'yes, unless its domain blocks it' : 'yes'
    case 'uncovered':
      return `no, ${money(missingCents)} missing`
    case 'blocked':
      return 'no, its domain has lapsed'
    case 'ends':
      return lostAt ? `ends, can be renewed until ${lastDay(lostAt)}` : 'ends'
    case 'unknown':
      return 'not known'
  }
}

/** Returns the first of what renews, as a table that readers sort and filter; nothing where there is nothing. */
export function renewalTable({
  shown: renewals,
  forecast,
  customers,
  period,
  zone,
}: Upcoming & { readonly shown: Upcoming['renewals'] }): KnownBlock[] {
  if (renewals.length === 0) return []
  const today = forecast.days[0]?.date ?? ''
  return [
    dataTable(
      `What renews or ends ${period.when}`,
      ['Date', 'Customer', 'Thing', 'Price', 'Auto-renew', 'Covered'],
      renewals.map((one) => [
        dayText(one.date, today),
        customers.get(one.userId ?? '') ?? one.userId,
        thingOf(one),
        one.cents === undefined ? priceText(one) : { value: one.cents / 100, shown: priceText(one) },
        one.isAutomatic ? 'on' : 'off',
        coveredText(one, (lostAt) => dayText(lastDayOf(lostAt, zone), today)),
      ]),
    ),
  ]
}

/** Returns what renews as rows of a file, with the names of companies. */
export function renewalRows({ renewals, customers, zone }: Upcoming): Record<string, unknown>[] {
  const dollars = (cents: number | undefined) => (cents === undefined ? undefined : (cents / 100).toFixed(2))
  return renewals.map((one) => ({
    date: one.date,
    customer: customers.get(one.userId ?? ''),
    userId: one.userId,
    thing: one.kind,
    domain: one.domain,
    subscriptionId: one.kind === 'subscription' ? one.id : undefined,
    price: dollars(one.cents),
    priceAtMost: dollars(one.atMostCents),
    priceIsEstimate: one.isEstimate ? 'yes' : 'no',
    autoRenew: one.isAutomatic ? 'on' : 'off',
    covered: coveredText(one, (lostAt) => lastDayOf(lostAt, zone)),
    missing: dollars(one.missingCents),
    walletAfter: dollars(one.walletCents),
    renewableUntil: one.lostAt?.toISOString(),
    at: one.at.toISOString(),
  }))
}
