import type { KnownBlock } from '@slack/types'
import { money } from '../../cmr/money.ts'
import { addDays } from '../../process/dates.ts'
import { dayText } from '../../process/day-text.ts'
import { priceText } from '../../resources/renewal-amount.ts'
import { lineChart } from '../../slack/chart.ts'
import { dataTable } from '../../slack/table.ts'
import type { Forecast, ForecastDay } from '../forecast/forecast.ts'
import type { ForecastRenewal } from '../forecast/model.ts'
import { lastDayOf, thingOf } from '../forecast/words.ts'
import type { Upcoming } from './upcoming.ts'

/** Returns whether the wallet pays for something, in a few words. @param lastDay writes the day until which it can be renewed */
function coveredText(
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

/** Returns the wallet's line over the coming days; nothing where CMR has told no balance, or only today is shown. */
export function walletChart({ days, walletCents, firstUncovered }: Forecast): KnownBlock[] {
  const today = days[0]?.date ?? ''
  if (walletCents === undefined || days.length < 2) return []
  const shown = spread(days, firstUncovered?.date)
  const dollars = (cents: number) => cents / 100
  const lasting = shown.map(({ walletCents: left = 0 }) => dollars(left))
  const needed = shown.map(({ neededCents }) => dollars(walletCents - neededCents))
  return [
    lineChart({
      title: 'Wallet at the end of each day',
      unit: 'USD',
      categories: shown.map(({ date }) => dayText(date, today)),
      series: [
        { name: 'If nothing is added', values: lasting },
        ...(firstUncovered ? [{ name: 'If everything were paid', values: needed }] : []),
      ],
    }),
  ]
}

/** So many dates can be read below a chart on a phone. */
const POINTS = 8

/** Some days, evenly: the first, the last, and the one that matters. */
function spread(days: readonly ForecastDay[], important: string | undefined): ForecastDay[] {
  const last = days.length - 1
  const wanted = new Set(
    Array.from({ length: Math.min(POINTS, days.length) }, (_, at) =>
      Math.round((at * last) / Math.max(1, Math.min(POINTS, days.length) - 1)),
    ),
  )
  return days.filter(({ date }, at) => wanted.has(at) || date === important)
}

/** Octets of a line (RFC 5545, 3.1). */
const LINE = 75

/** Returns what renews as a calendar file, a day's event each (RFC 5545). */
export function calendarOf({ renewals, customers, zone }: Upcoming, now: Date): string {
  const stamp = `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
  const events = renewals.flatMap((one) => {
    const verb = one.isAutomatic ? 'renews' : 'ends unless renewed'
    const customer = customers.get(one.userId ?? '')
    return [
      'BEGIN:VEVENT',
      `UID:${escaped(`${one.kind}-${one.id}-${one.date}`)}@cmr-for-slack`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${compact(one.date)}`,
      `DTEND;VALUE=DATE:${compact(dayAfter(one.date))}`,
      `SUMMARY:${escaped(`${thingOf(one)} ${verb}: ${priceText(one)}`)}`,
      `DESCRIPTION:${escaped([customer, `Covered by the wallet: ${coveredText(one, (lostAt) => dayText(lastDayOf(lostAt, zone)))}`].filter(Boolean).join('\n'))}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]
  })
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//CMR for Slack//Renewals//EN',
    ...events,
    'END:VCALENDAR',
  ]
  return lines.map(folded).join('\r\n').concat('\r\n')
}

const compact = (date: string) => date.replaceAll('-', '')
const dayAfter = (date: string) =>
  addDays(new Date(`${date}T12:00:00.000Z`), 1)
    .toISOString()
    .slice(0, 10)

/** Text of a property (RFC 5545, 3.3.11). */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll(/\r?\n/g, '\\n')
}

/** A long line in pieces of 75 octets, each but the first behind a space. */
function folded(line: string): string {
  const pieces = ['']
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > LINE) {
      pieces.push(' ')
      octets = 1
    }
    pieces[pieces.length - 1] += character
    octets += size
  }
  return pieces.join('\r\n')
}
