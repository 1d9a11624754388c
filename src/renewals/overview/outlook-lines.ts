import { money } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { kindNames } from '../../directory/find/labels.ts'
import { subMilliseconds } from '../../process/dates.ts'
import { counted, cut, escapeText, moment } from '../../slack/blocks.ts'
import { priceOf } from '../upcoming/sentence.ts'
import { type Due, OUTLOOK_DAYS, type Outlook, type OwnedRenewal } from './outlook.ts'

/** Returns a day of the forecast as people read it: "Fri, Dec 4". */
export function dayInWords(date: string): string {
  const options = { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat('en-US', options).format(new Date(`${date}T00:00:00Z`))
}

/** Returns what will not renew by itself, why, and what it costs; mrkdwn. @param zone IANA */
export function riskLine(renewal: OwnedRenewal, zone: string): string {
  return `${nameOf(renewal)}\n${reasonOf(renewal, zone)}`
}

function reasonOf({ outcome, date, lostAt, missingCents }: OwnedRenewal, zone: string): string {
  const day = dayInWords(date)
  if (outcome === 'uncovered') return `it renews on *${day}*, and the wallet lacks *${money(missingCents)}*`
  if (outcome === 'blocked') return `its domain lapses before it renews on *${day}*, and CMR refuses it then`
  const last = lostAt && dayInWords(lastDayOf(lostAt, zone))
  const rescue = last && last !== day ? `; until ${last} it can still be renewed` : ''
  return `it ends on *${day}*, because auto-renew is off${rescue}`
}

/** Returns the last day before a moment that is whole here and at CMR, which counts in UTC. */
function lastDayOf(lostAt: Date, zone: string): string {
  const last = subMilliseconds(lostAt, 1)
  const dayIn = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(last)
  return [dayIn(zone), dayIn('UTC')].toSorted()[0] ?? ''
}

/** Returns what renews, when, and what it costs; mrkdwn. */
export function dueLine(renewal: OwnedRenewal): string {
  return `${dayInWords(renewal.date)}  ${nameOf(renewal)}`
}

function nameOf(renewal: OwnedRenewal): string {
  const { kind, id, domain, customer } = renewal
  const what = kind === 'domain' ? 'the domain' : 'its mailboxes'
  const whose = customer ? ` (${escapeText(cut(customer, 80))})` : ''
  return `*${escapeText(cut(domain ?? id, 100))}*${whose}, ${what} · ${priceOf(renewal)}`
}

/** Returns "12 renew this week for about $412.50"; mrkdwn. */
export function dueSentence({ total, cents, isEstimate }: Due, when: string): string {
  if (total === 0) return `Nothing renews ${when}.`
  const amount = `${isEstimate ? 'about ' : ''}*${money(cents)}*`
  return `*${counted(total, 'renewal')}* ${when} for ${amount}.`
}

/** Returns what the wallet holds, until when that lasts, and what to add; mrkdwn. */
export function walletSentence({ forecast, toAddCents }: Outlook): string {
  const { wallet, walletCents, firstUncovered } = forecast
  if (!wallet || walletCents === undefined) return 'CMR has not reported the wallet’s balance yet.'
  const holds = `*${money(walletCents, wallet.currency)}* in the wallet`
  if (!firstUncovered) return `${holds}: it covers everything that renews by itself in ${OUTLOOK_DAYS} days.`
  const { domain, id, date, missingCents } = firstUncovered
  const name = escapeText(cut(domain ?? id, 100))
  const last = dayInWords(forecast.days.at(-1)?.date ?? date)
  return `${holds}: it lasts until *${dayInWords(date)}*, when *${name}* lacks ${money(missingCents)}. Add *${money(toAddCents)}* to reach ${last}.`
}

/** Returns how to add money, where it does not last; mrkdwn. */
export function fundsLine({ forecast }: Outlook): string | undefined {
  return forecast.firstUncovered && `${addFunds()}.`
}

/** Returns how old that is; small print, empty where nothing is known yet. */
export function ageLine({ forecast: { wallet, seen } }: Outlook): string {
  const times = [seen.domains, seen.subscriptions].filter((time) => time !== undefined)
  const oldest = times.length > 0 ? new Date(Math.min(...times.map((time) => time.getTime()))) : undefined
  return [
    ...(oldest ? [`Renewals as CMR reported them ${moment(oldest)} or later`] : []),
    ...(wallet ? [`wallet of ${moment(wallet.seenAt)}`] : []),
  ].join(' · ')
}

/** Returns what has not been read whole from CMR yet, so that something may be missing; mrkdwn. */
export function missingLine({ forecast: { missing } }: Outlook): string | undefined {
  if (missing.length === 0) return undefined
  const names = missing.map((kind) => kindNames[kind][1]).join(', ')
  return `:hourglass_flowing_sand: Not all ${names} have been read from CMR yet: something may be missing here.`
}
