import { money } from '../../cmr/money.ts'
import { dayText } from '../../process/day-text.ts'
import {
  NONE_PRICED,
  priceText,
  type TotalAmount,
  totalText,
  unpricedText,
} from '../../resources/renewal-amount.ts'
import { counted, escapeText, upperFirst } from '../../slack/blocks.ts'
import { automaticTotal, thingOf, walletClause } from '../forecast/words.ts'
import type { Upcoming } from './upcoming.ts'

/**
 * Returns the answer in one sentence: "$412.50 renews in 45 days; the wallet covers it until Dec 14; add $96.00 to
 * reach Jan 12". Where a price is not known yet it says so, and "at least".
 */
export function headline({ forecast, renewals, narrowing, period }: Upcoming): string {
  const whose = narrowing.name ? ` for ${escapeText(narrowing.name)}` : ''
  const { when } = period
  const automatic = automaticTotal(renewals)
  if (renewals.length === 0) return `Nothing renews${whose} ${when}`
  if (automatic.count === 0)
    return `Nothing renews by itself${whose} ${when}; ${counted(renewals.length, 'thing ends', 'things end')} unless you renew`
  const isAll = narrowing.name === undefined
  // A renewal that fails is not tried each month: what it would cost all the same is in the days.
  const needed = (day: number) => forecast.days[day]?.neededCents ?? 0
  const cents = isAll ? needed(period.to) - needed(period.from - 1) : automatic.cents
  const what = upperFirst(renews({ ...automatic, cents }, `${whose} ${when}`))
  // The wallet pays for everybody's: whoever sees some customers only is told what these cost.
  if (narrowing.customers) return what
  return `${what}; ${walletClause(forecast, { what: isAll ? 'it' : 'everybody’s renewals' })}`
}

function renews(total: TotalAmount, when: string): string {
  const amount = totalText(total)
  if (!amount) return `${counted(total.count, 'renewal')}${when}, ${NONE_PRICED}`
  return `${amount} renews${when}${unpricedText(total)}`
}

/** Returns the first renewal that fails, when and by how much; undefined where the wallet lasts. */
export function firstToFail({ forecast, customers }: Upcoming): string | undefined {
  const { firstUncovered: first, days } = forecast
  if (!first) return undefined
  const customer = customers.get(first.userId ?? '')
  const whose = customer ? ` of ${escapeText(customer)}` : ''
  const holds = money((first.cents ?? 0) - first.missingCents)
  return `:warning: *First to fail: ${escapeText(thingOf(first))}*${whose} on *${dayText(first.date, days[0]?.date)}*. It costs ${priceText(first)}, the wallet holds ${holds} by then: *${money(first.missingCents)} is missing*.`
}
