import { type ListPrices, money } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { kindNames } from '../../directory/find/labels.ts'
import { userNames } from '../../directory/store/rows.ts'
import { dayText } from '../../process/day-text.ts'
import {
  NONE_PRICED,
  priceText,
  type TotalAmount,
  totalOf,
  totalText,
  unpricedText,
} from '../../resources/renewal-amount.ts'
import { isTimeToRenew } from '../../resources/renewal-items.ts'
import { counted, cut, escapeText, moment } from '../../slack/blocks.ts'
import type { Store } from '../../store/store.ts'
import type { ForecastRenewal } from '../forecast/model.ts'
import { type CurrentForecast, currentForecast } from '../forecast/read.ts'
import { asFarAsRead, isPartial, isWalletShort, lastDayOf, walletClause } from '../forecast/words.ts'
import type { Listed } from './open-work.ts'

/** A renewal with whose it is, where that is known. */
interface OwnedRenewal extends ForecastRenewal {
  readonly customer: string | undefined
  /** The first day of the forecast. */
  readonly today: string
}

/** What renews in some days, and what that costs. */
type DueRenewals = Listed<OwnedRenewal> & {
  readonly amount: TotalAmount
  /** What these may be a part of only. */
  readonly forecast: CurrentForecast
}

/** How the coming weeks look, from what was last seen at CMR. */
export interface Outlook {
  readonly forecast: CurrentForecast
  /** What will not renew by itself, or cannot be paid, by time. */
  readonly atRisk: Listed<OwnedRenewal>
  /** All of that which a person can renew, the first first. */
  readonly renewable: readonly ForecastRenewal[]
  readonly today: DueRenewals
  readonly week: DueRenewals
  /** Since when CMR does not answer; undefined where it does. */
  readonly silentSince: Date | undefined
}

/** As far as CMR renews a domain. */
export const OUTLOOK_DAYS = 45
/** Days after today that are due soon. */
const WEEK = 7
/** As many as a glance takes in; the rest is counted. */
const SHOWN = 6

/** Reads the outlook. @param asked.zone IANA; says what day it is */
export async function readOutlook(
  store: Store,
  asked: {
    readonly now: Date
    readonly zone: string
    readonly prices: ListPrices
    readonly silentSince: Date | undefined
    /** The only customers whose renewals may be seen. */
    readonly customers?: readonly string[] | undefined
  },
): Promise<Outlook> {
  const forecast = await currentForecast(store, { ...asked, days: OUTLOOK_DAYS })
  const named = [...atRiskIn(forecast).slice(0, SHOWN), ...dueWithin(forecast, WEEK).slice(0, SHOWN)]
  const customers = await userNames(
    store,
    named.map(({ userId }) => userId),
  )
  return outlookOf(forecast, customers, asked.silentSince)
}

/** Returns what matters of a forecast. @param customers names by userId */
export function outlookOf(
  forecast: CurrentForecast,
  customers: ReadonlyMap<string, string>,
  silentSince?: Date,
): Outlook {
  const atRisk = atRiskIn(forecast)
  const today = forecast.days[0]?.date ?? ''
  const list = (all: readonly ForecastRenewal[]): Listed<OwnedRenewal> => ({
    shown: all.slice(0, SHOWN).map((one) => ({ ...one, today, customer: customers.get(one.userId ?? '') })),
    total: all.length,
  })
  const due = (all: readonly ForecastRenewal[]): DueRenewals => ({
    ...list(all),
    amount: totalOf(all),
    forecast,
  })
  return {
    forecast,
    atRisk: list(atRisk),
    renewable: atRisk.filter(({ outcome }) => outcome === 'ends'),
    today: due(dueWithin(forecast, 0)),
    week: due(dueWithin(forecast, WEEK)),
    silentSince,
  }
}

/** What will not renew by itself, or cannot be paid; what fails once is told once, however often it would come again. */
function atRiskIn({ days, renewals }: CurrentForecast): ForecastRenewal[] {
  const today = days[0]?.start ?? new Date(0)
  const failing = renewals.filter((one) => isAtRisk(one, today)).toReversed()
  const first = new Map(failing.map((one) => [`${one.kind} ${one.id}`, one]))
  return [...first.values()].sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** What renews by itself on today and so many days after it. */
function dueWithin({ days, renewals }: CurrentForecast, count: number): ForecastRenewal[] {
  const last = days[count]?.date ?? ''
  return renewals.filter(({ date, isAutomatic }) => isAutomatic && date <= last)
}

function isAtRisk(renewal: ForecastRenewal, today: Date): boolean {
  const { outcome, isUnderWay } = renewal
  if (isUnderWay) return false
  if (outcome === 'ends') return isTimeToRenew(renewal, today)
  return outcome === 'uncovered' || outcome === 'blocked'
}

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
export function dueSentence({ amount, forecast }: DueRenewals, when: string): string {
  if (amount.count === 0) return `${asFarAsRead(forecast, `nothing renews ${when}`)}.`
  const total = totalText(amount)
  const price = total ? ` for *${total}*${unpricedText(amount)}` : `, ${NONE_PRICED}`
  return `${asFarAsRead(forecast, `*${counted(amount.count, 'renewal')}* ${when}${price}`)}.`
}

/** Returns what the wallet holds, until when that lasts, and what to add; mrkdwn. */
export function walletSentence({ forecast }: Outlook): string {
  const { wallet, walletCents } = forecast
  if (!wallet || walletCents === undefined) return 'CMR has not reported the wallet’s balance yet.'
  const lasts = walletClause(forecast, { wallet: 'it', what: 'what renews by itself' })
  const holds = `*${money(walletCents, wallet.currency)} in the wallet*`
  return isPartial(forecast) ? `${holds}. ${asFarAsRead(forecast, lasts)}.` : `${holds}: ${lasts}.`
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
