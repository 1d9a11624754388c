import type { KnownBlock } from '@slack/types'
import { money } from '../../cmr/money.ts'
import { dayText } from '../../process/day-text.ts'
import { priceText } from '../../resources/renewal-amount.ts'
import { dataTable } from '../../slack/table.ts'
import type { ForecastRenewal } from '../forecast/renewal.ts'
import { thingOf } from '../forecast/words.ts'
import type { Upcoming } from './upcoming.ts'

/** Returns whether the wallet pays for something, in a few words. @param day writes a day: files have it as ISO 8601 */
export function coveredText(
  { outcome, missingCents, lostAt, mayBeBlocked, isUnderWay }: ForecastRenewal,
  day: (at: Date) => string,
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
      return lostAt ? `ends, lost on ${day(lostAt)}` : 'ends'
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
        coveredText(one, (at) => dayText(at, today)),
      ]),
    ),
  ]
}

/** Returns what renews as rows of a file, with the names of companies. */
export function renewalRows({ renewals, customers }: Upcoming): Record<string, unknown>[] {
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
    covered: coveredText(one, (at) => at.toISOString().slice(0, 10)),
    missing: dollars(one.missingCents),
    walletAfter: dollars(one.walletCents),
    renewableUntil: one.lostAt?.toISOString(),
    at: one.at.toISOString(),
  }))
}
