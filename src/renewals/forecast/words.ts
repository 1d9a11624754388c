import { money } from '../../cmr/money.ts'
import { subMilliseconds } from '../../process/dates.ts'
import { dayText } from '../../process/day-text.ts'
import { type TotalAmount, totalOf } from '../../resources/renewal-amount.ts'
import { upperFirst } from '../../slack/blocks.ts'
import { type Forecast, toAddUntil } from './forecast.ts'
import type { ForecastRenewal } from './model.ts'
import type { CurrentForecast } from './read.ts'

/** "acme.com", "mailboxes on acme.com" */
export function thingOf({ kind, domain, id }: Pick<ForecastRenewal, 'kind' | 'domain' | 'id'>): string {
  return kind === 'domain' ? id : `mailboxes on ${domain ?? id}`
}

/**
 * Returns the last day before a moment that is whole here and at CMR, which counts in UTC: "2027-01-31".
 * @param zone IANA
 */
export function lastDayOf(lostAt: Date, zone: string): string {
  const last = subMilliseconds(lostAt, 1)
  return [dayIn(zone, last), dayIn('UTC', last)].toSorted()[0] ?? ''
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs a hundred times as much as using it. */
function dayIn(timeZone: string, at: Date): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone })
  formats.set(timeZone, format)
  return format.format(at)
}

/** Returns what all that renews by itself costs, once each time. */
export function automaticTotal(renewals: readonly ForecastRenewal[]): TotalAmount {
  return totalOf(renewals.filter(({ isAutomatic }) => isAutomatic))
}

const STILL_READING = 'the bot is still reading what CMR has'

/** Returns whether something may renew that has not been read from CMR yet: what is told of it is no last word. */
export function isPartial({ missing }: Pick<CurrentForecast, 'missing'>): boolean {
  return missing.length > 0
}

/** Returns a sentence without its point that says, where it may be only a part of the truth, that it is. */
export function asFarAsRead(forecast: Pick<CurrentForecast, 'missing'>, sentence: string): string {
  return isPartial(forecast) ? `So far ${sentence}: ${STILL_READING}` : upperFirst(sentence)
}

/**
 * Returns how long the wallet lasts and what to add, as the end of a sentence: "the wallet covers it until Dec 14; add
 * $96.00 to reach Jan 12". An empty wallet covers nothing, also where a price is not known.
 * Where not everything has been read yet it promises nothing.
 * @param words.wallet what it is called
 * @param words.what it has to cover
 */
export function walletClause(forecast: CurrentForecast, { wallet = 'the wallet', what = 'it' } = {}): string {
  const { days, walletCents, firstUncovered: first, renewals } = forecast
  const today = days[0]?.date ?? ''
  const end = dayText(days.at(-1)?.date ?? today, today)
  const { count, unpriced } = automaticTotal(renewals)
  if (walletCents === undefined) return 'CMR has not reported the wallet’s balance'
  if (isPartial(forecast) && (first || walletCents > 0 || count === 0))
    return first
      ? `${wallet} does not cover all of that; add at least ${money(toAddUntil(forecast, days.length - 1))}`
      : `it is not known whether ${wallet} covers ${what}`
  if (count === 0) return `nothing renews by itself until ${end}`
  if (first) {
    const day = dayText(first.date, today)
    const covers =
      walletCents < 0
        ? `holds ${money(walletCents)} and covers nothing of that`
        : first.date === today
          ? `does not cover ${what}`
          : `covers ${what} until ${day}`
    const add = `${unpriced > 0 ? 'at least ' : ''}${money(toAddUntil(forecast, days.length - 1))}`
    // "until Feb 8; add $8.50 to reach Feb 8" would leave open which of the two is paid.
    return `${wallet} ${covers}; add ${add} to ${day === end ? `pay ${end} too` : `reach ${end}`}`
  }
  if (walletCents <= 0)
    return `${wallet} ${walletCents < 0 ? `holds ${money(walletCents)}` : 'is empty'} and covers nothing of that`
  const left = `with ${money(days.at(-1)?.walletCents ?? walletCents)} left on ${end}`
  return `${wallet} covers ${unpriced > 0 ? 'what has a price so far' : what}, ${left}`
}

/** Returns whether something renews by itself that the wallet does not pay, or could not pay at any price. */
export function isWalletShort({ walletCents, firstUncovered, renewals }: Forecast): boolean {
  if (firstUncovered) return true
  return walletCents !== undefined && walletCents <= 0 && automaticTotal(renewals).count > 0
}
