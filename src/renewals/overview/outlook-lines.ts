import { money } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { kindNames } from '../../directory/find/labels.ts'
import { dayText } from '../../process/day-text.ts'
import { NONE_PRICED, priceText, totalText, unpricedText } from '../../resources/renewal-amount.ts'
import { counted, cut, escapeText, moment } from '../../slack/blocks.ts'
import { isWalletShort, lastDayOf, walletClause } from '../forecast/words.ts'
import type { DueRenewals, Outlook, OwnedRenewal } from './outlook.ts'

/** Returns what will not renew by itself, why, and what it costs; mrkdwn. @param zone IANA */
export function riskLine(renewal: OwnedRenewal, zone: string): string {
  return `${nameOf(renewal)}\n${reasonOf(renewal, zone)}`
}

function reasonOf({ outcome, date, today, lostAt, missingCents }: OwnedRenewal, zone: string): string {
  const day = dayText(date, today)
  if (outcome === 'uncovered') return `it renews on *${day}*, and the wallet lacks *${money(missingCents)}*`
  if (outcome === 'blocked')
    return `its domain lapses before it renews on *${day}*, and CMR refuses it after that`
  const last = lostAt && dayText(lastDayOf(lostAt, zone), today)
  const rescue = last && last !== day ? `; until ${last} it can still be renewed` : ''
  return `it ends on *${day}*, because auto-renew is off${rescue}`
}

/** Returns what renews, when, and what it costs; mrkdwn. */
export function dueLine(renewal: OwnedRenewal): string {
  const underWay = renewal.isUnderWay ? ' · renewal under way' : ''
  return `${dayText(renewal.date, renewal.today)}  ${nameOf(renewal)}${underWay}`
}

function nameOf(renewal: OwnedRenewal): string {
  const { kind, id, domain, customer } = renewal
  const what = kind === 'domain' ? 'the domain' : 'its mailboxes'
  const whose = customer ? ` (${escapeText(cut(customer, 80))})` : ''
  return `*${escapeText(cut(domain ?? id, 100))}*${whose}, ${what} · ${priceText(renewal)}`
}

/** Returns "12 renewals in the next 7 days for about $412.50"; mrkdwn. */
export function dueSentence({ amount }: DueRenewals, when: string): string {
  if (amount.count === 0) return `Nothing renews ${when}.`
  const total = totalText(amount)
  const price = total ? ` for *${total}*${unpricedText(amount)}` : `, ${NONE_PRICED}`
  return `*${counted(amount.count, 'renewal')}* ${when}${price}.`
}

/** Returns what the wallet holds, until when that lasts, and what to add; mrkdwn. */
export function walletSentence({ forecast }: Outlook): string {
  const { wallet, walletCents } = forecast
  if (!wallet || walletCents === undefined) return 'CMR has not reported the wallet’s balance yet.'
  const lasts = walletClause(forecast, { wallet: 'it', what: 'what renews by itself' })
  return `*${money(walletCents, wallet.currency)} in the wallet*: ${lasts}.`
}

/** Returns how to add money, where it does not last; mrkdwn. */
export function fundsLine({ forecast }: Outlook): string | undefined {
  return isWalletShort(forecast) ? `${addFunds()}.` : undefined
}

/** Returns how old that is; small print, empty where nothing is known yet. */
export function ageLine({ forecast: { wallet, seen }, silentSince }: Outlook): string {
  const times = [seen.domains, seen.subscriptions].filter((time) => time !== undefined)
  const oldest = times.length > 0 ? new Date(Math.min(...times.map((time) => time.getTime()))) : undefined
  return [
    ...(oldest ? [`Renewals as CMR reported them ${moment(oldest)} or later`] : []),
    ...(wallet ? [`wallet of ${moment(wallet.seenAt)}`] : []),
    ...(silentSince ? [`:warning: CMR has not answered since ${moment(silentSince)}`] : []),
  ].join(' · ')
}

/** Returns what has not been read whole from CMR yet, so that something may be missing; mrkdwn. */
export function missingLine({ forecast: { missing } }: Outlook): string | undefined {
  if (missing.length === 0) return undefined
  const names = missing.map((kind) => kindNames[kind][1]).join(', ')
  return `:hourglass_flowing_sand: Not all ${names} have been read from CMR yet, so something may be missing here.`
}
