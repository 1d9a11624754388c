import { money } from '../../cmr/money.ts'
import { counted, escapeText } from '../../slack/blocks.ts'
import { toAddUntil } from '../forecast/forecast.ts'
import type { ForecastRenewal } from '../forecast/renewal.ts'
import type { Upcoming } from './upcoming.ts'

/** Returns a day of the forecast as people read it: "Dec 14", with the year where it is another one. */
export function dayText(date: string, today: string): string {
  const isOtherYear = date.slice(0, 4) !== today.slice(0, 4)
  return new Intl.DateTimeFormat('en-US', {
    month: 'short',
    day: 'numeric',
    ...(isOtherYear && { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00.000Z`))
}

/** "acme.com", "mailboxes on acme.com" */
export function thingOf({ kind, domain, id }: ForecastRenewal): string {
  return kind === 'domain' ? id : `mailboxes on ${domain ?? id}`
}

/** Returns what something costs, "about" where a part of it is a guess. */
export function priceOf({ cents, atMostCents, isEstimate }: ForecastRenewal): string {
  if (cents === undefined) return 'no price yet'
  const more =
    atMostCents !== undefined && atMostCents > cents ? `, may step up to ${money(atMostCents)}` : ''
  return `${isEstimate ? 'about ' : ''}${money(cents)}${more}`
}

/**
 * Returns the answer in one sentence: "$412.50 renews in 45 days; the wallet covers it until Dec 14; add $96.00 to
 * reach Jan 12".
 */
export function headline(upcoming: Upcoming): string {
  const { forecast, renewals, narrowing, days } = upcoming
  const whose = narrowing.name ? ` for ${escapeText(narrowing.name)}` : ''
  const span = counted(days, 'day')
  const automatic = renewals.filter(({ isAutomatic }) => isAutomatic)
  if (renewals.length === 0) return `Nothing renews${whose} in the next ${span}`
  if (automatic.length === 0)
    return `Nothing renews by itself${whose} in ${span}; ${counted(renewals.length, 'thing ends', 'things end')} unless you renew`
  const isAll = narrowing.name === undefined
  const cents = isAll ? (forecast.days.at(-1)?.neededCents ?? 0) : sumOf(automatic)
  const isEstimate = automatic.some((one) => one.isEstimate || one.cents === undefined)
  const total = `${isEstimate ? 'about ' : ''}${money(cents)} renews${whose} in ${span}`
  return `${upperFirst(total)}; ${walletPart(upcoming)}`
}

function walletPart({ forecast, narrowing }: Upcoming): string {
  const { days, walletCents, firstUncovered } = forecast
  const [today, last] = [days[0]?.date ?? '', days.at(-1)]
  const it = narrowing.name === undefined ? 'it' : 'everybody’s renewals'
  if (walletCents === undefined) return 'CMR has not reported the wallet’s balance'
  if (!firstUncovered) {
    const left = last?.walletCents ?? walletCents
    return `the wallet covers ${it}, with ${money(left)} left on ${dayText(last?.date ?? today, today)}`
  }
  const add = money(toAddUntil(forecast, days.length - 1))
  const until = dayText(firstUncovered.date, today)
  return `the wallet covers ${it} until ${until}; add ${add} to reach ${dayText(last?.date ?? today, today)}`
}

/** Returns the first renewal that fails, when and by how much; undefined where the wallet lasts. */
export function firstToFail({ forecast, customers }: Upcoming): string | undefined {
  const { firstUncovered: first, days } = forecast
  if (!first) return undefined
  const customer = customers.get(first.userId ?? '')
  const whose = customer ? ` of ${escapeText(customer)}` : ''
  const holds = money((first.cents ?? 0) - first.missingCents)
  return `:warning: *First to fail: ${escapeText(thingOf(first))}*${whose} on *${dayText(first.date, days[0]?.date ?? '')}*. It costs ${priceOf(first)}, the wallet holds ${holds} by then: *${money(first.missingCents)} is missing*.`
}

const sumOf = (renewals: readonly ForecastRenewal[]) =>
  renewals.reduce((sum, { cents = 0 }) => sum + cents, 0)

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
