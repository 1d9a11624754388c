import type { Button, KnownBlock } from '@slack/types'
import { money } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { spokenOf } from '../../commands/grammar.ts'
import { kindNames, namesUpTo } from '../../directory/find/labels.ts'
import { dayText } from '../../process/day-text.ts'
import {
  NONE_PRICED,
  priceText,
  type TotalAmount,
  totalText,
  unpricedText,
} from '../../resources/renewal-amount.ts'
import {
  autoRenewItemsButton,
  DUE_DAYS,
  isTimeToRenew,
  onceEach,
  renewItemsButton,
} from '../../resources/renewal-items.ts'
import {
  actions,
  button,
  context,
  counted,
  escapeText,
  type Message,
  moment,
  section,
} from '../../slack/blocks.ts'
import { dataTableRows } from '../../slack/table.ts'
import { assumptions, toAddUntil } from '../forecast/forecast.ts'
import type { ForecastRenewal } from '../forecast/model.ts'
import { asFarAsRead, automaticTotal, isPartial, thingOf, walletClause } from '../forecast/words.ts'
import { renewalTable, walletChart } from './formats.ts'
import type { Upcoming } from './upcoming.ts'

/**
 * Returns the answer in one sentence: "$412.50 renews in 45 days; the wallet covers it until Dec 14; add $96.00 to
 * reach Jan 12". Where a price is not known yet it says so, and "at least"; where not all has been read, "so far".
 */
export function headline(upcoming: Upcoming): string {
  return asFarAsRead(upcoming.forecast, answerOf(upcoming))
}

function answerOf({ forecast, renewals, narrowing, period }: Upcoming): string {
  const whose = narrowing.name ? ` for ${escapeText(narrowing.name)}` : ''
  const { when } = period
  const automatic = automaticTotal(renewals)
  if (renewals.length === 0) return `nothing renews${whose} ${when}`
  if (automatic.count === 0)
    return `nothing renews by itself${whose} ${when}; ${counted(renewals.length, 'thing ends', 'things end')} unless you renew`
  const isAll = narrowing.name === undefined
  // A renewal that fails is not tried each month: what it would cost all the same is in the days.
  const needed = (day: number) => forecast.days[day]?.neededCents ?? 0
  const cents = isAll ? needed(period.to) - needed(period.from - 1) : automatic.cents
  const what = renews({ ...automatic, cents }, `${whose} ${when}`)
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
function firstToFail({ forecast, customers }: Upcoming): string | undefined {
  const { firstUncovered: first, days } = forecast
  if (!first) return undefined
  const customer = customers.get(first.userId ?? '')
  const whose = customer ? ` of ${escapeText(customer)}` : ''
  const holds = money((first.cents ?? 0) - first.missingCents)
  return `:warning: *First to fail: ${escapeText(thingOf(first))}*${whose} on *${dayText(first.date, days[0]?.date)}*. It costs ${priceText(first)}, the wallet holds ${holds} by then: *${money(first.missingCents)} is missing*.`
}

/** Says that figures are older than they could be. */
const CMR_UNANSWERED = ':warning: CMR did not answer just now, so recent changes may be missing.'

/** Spans that a button leads to. */
const SPANS = [7, 30, 45, 90]
/** Things that are named one by one. */
const NAMED = 5
/** As many rows as a channel bears; the others are a click away. */
const FEW = 12

/** Returns the answer to `/cmr renewals`. @param given what was asked, to be said again by buttons */
export function upcomingMessage(
  upcoming: Upcoming,
  given: Readonly<Record<string, unknown>>,
  now: Date,
): Message {
  const title = headline(upcoming)
  const shown = upcoming.renewals.slice(0, given.all ? dataTableRows - 1 : FEW)
  const warnings = [firstToFail(upcoming), endingLine(upcoming, now)].filter((line) => line !== undefined)
  return {
    text: title,
    blocks: [
      section(`*${title}.*`),
      ...(warnings.length > 0 ? [section(warnings.join('\n'))] : []),
      // A line that nothing moves tells nothing.
      ...(upcoming.forecast.renewals.length > 0 ? walletChart(upcoming.forecast) : []),
      ...renewalTable({ ...upcoming, shown }),
      ...notesOf(upcoming, shown.length),
      actions(...buttonsOf(upcoming, given, now)),
    ],
  }
}

/** What ends because nobody renews it. */
function endingLine({ renewals, forecast }: Upcoming, now: Date): string | undefined {
  const ending = renewals.filter(({ outcome }) => outcome === 'ends')
  if (ending.length === 0) return undefined
  const today = forecast.days[0]?.date ?? ''
  const named = ending.map(
    (one) => `${escapeText(thingOf(one))} on ${dayText(one.date, today)} (${priceText(one)})`,
  )
  return `:warning: *${counted(ending.length, 'thing ends', 'things end')} unless somebody renews*: ${namesUpTo(named, NAMED)}.${leftForLater(ending, now)}`
}

/** Returns why the button that renews leaves some of them out; empty where it does not. */
function leftForLater(ending: readonly ForecastRenewal[], now: Date): string {
  const later = onceEach(ending.filter((one) => !isTimeToRenew(one, now))).length
  if (later === 0) return ''
  const { domain, subscription } = DUE_DAYS
  return ` It is too early to renew ${later} of them: mailboxes are offered from ${subscription} days before their end, domains from ${domain}.`
}

/** How old the figures are, what is missing, and what was taken to be so. */
function notesOf({ forecast, renewals, narrowing, isUnanswered }: Upcoming, shown: number): KnownBlock[] {
  const { wallet, seen, missing } = forecast
  const ages = [
    wallet && `wallet ${moment(wallet.seenAt)}`,
    seen.subscriptions && `subscriptions ${moment(seen.subscriptions)} or later`,
    seen.domains && `domains ${moment(seen.domains)} or later`,
  ].filter((age) => age !== undefined)
  const notes = [
    ...(ages.length > 0 ? [`As CMR reported it: ${ages.join(' · ')}.`] : []),
    ...(missing.length > 0
      ? [
          `:hourglass_flowing_sand: The bot has not read everything from CMR yet (${missing.map((kind) => kindNames[kind][1]).join(', ')}), so there may be more.`,
        ]
      : []),
    ...(renewals.length > shown
      ? [`The first ${shown} of ${counted(renewals.length, 'row')}; the CSV has all.`]
      : []),
    ...(isUnanswered ? [CMR_UNANSWERED] : []),
    ...(narrowing.name && !narrowing.customers
      ? ['One wallet pays for all customers, so this balance is for all of them.']
      : []),
  ]
  const assumed = forecast.assumptions.map((one) => assumptions[one])
  return [
    ...(notes.length > 0 ? [context(...notes)] : []),
    ...(assumed.length > 0 ? [context(assumed.join(' '))] : []),
  ]
}

function buttonsOf(
  { renewals, forecast, period }: Upcoming,
  given: Readonly<Record<string, unknown>>,
  now: Date,
): Button[] {
  const failing = renewals.filter(
    (one) =>
      one.outcome !== 'covered' && one.outcome !== 'unknown' && !one.isUnderWay && isTimeToRenew(one, now),
  )
  const ending = renewals.filter(({ outcome }) => outcome === 'ends')
  const due = onceEach(failing)
  const isAll = ending.every((one) => failing.includes(one))
  const again = (span: number) => spokenOf({ ...given, within: `${span}d` })
  const isSpan = (span: number) => period.from === 0 && period.to === span
  return [
    renewItemsButton(due, { text: isAll ? 'Renew these' : `Renew the ${due.length} due soon` }),
    autoRenewItemsButton(onceEach(ending)),
    forecast.walletCents === undefined
      ? undefined
      : button({ text: 'How much to add', actionId: 'renewals.funds' }),
    renewals.length > FEW && !given.all
      ? button({
          text: 'Show all',
          actionId: 'renewals.list:all',
          value: spokenOf({ ...given, all: 'yes' }),
        })
      : undefined,
    renewals.length > 0
      ? button({
          text: 'Calendar file',
          actionId: 'renewals.calendar',
          value: spokenOf({ ...given, within: given.within ?? `${period.to}d` }),
        })
      : undefined,
    ...SPANS.filter((span) => !isSpan(span)).map((span) =>
      button({ text: `${span} days`, actionId: `renewals.list:${span}`, value: again(span) }),
    ),
  ].filter((one) => one !== undefined)
}

/** Days that people want the wallet to last. */
const LASTING = [7, 14, 30, 45, 60, 90]

/** Returns how much has to be added so that the wallet lasts so many days. */
export function fundsMessage({
  forecast,
  isUnanswered,
}: Pick<Upcoming, 'forecast' | 'isUnanswered'>): Message {
  const holds = forecast.walletCents === undefined ? 'unknown' : money(forecast.walletCents)
  const today = forecast.days[0]?.date ?? ''
  const rows = LASTING.map((days) => ({
    days,
    cents: toAddUntil(forecast, days),
    date: dayText(forecast.days[days]?.date ?? today, today),
  }))
  const title = asFarAsRead(forecast, fundsTitle(forecast, rows))
  const { unpriced } = automaticTotal(forecast.renewals)
  const atLeast = unpriced > 0 || isPartial(forecast) ? 'at least ' : ''
  const nothing = isPartial(forecast) ? 'nothing to add so far' : 'nothing to add'
  const lines = rows.map(
    ({ days, cents, date }) =>
      `• ${counted(days, 'day')}, until ${date}: ${cents > 0 ? `add ${atLeast}*${money(cents)}*` : nothing}`,
  )
  const age = forecast.wallet ? `, as CMR reported it ${moment(forecast.wallet.seenAt)}` : ''
  const silence = isUnanswered ? ` ${CMR_UNANSWERED}` : ''
  return {
    text: title,
    blocks: [
      section([`*${title}.*`, `It holds ${holds}${age}.${silence}`, ...lines].join('\n')),
      section(`${addFunds()}.`),
      ...(forecast.assumptions.length > 0
        ? [context(forecast.assumptions.map((one) => assumptions[one]).join(' '))]
        : []),
      actions(
        button({ text: 'What renews', actionId: 'renewals.list', value: 'within=90d' }),
        button({ text: 'Wallet', actionId: 'wallet.get' }),
      ),
    ],
  }
}

/** An empty wallet, or one whose balance is not known, never reads as enough. */
function fundsTitle(
  forecast: Upcoming['forecast'],
  rows: readonly { readonly days: number; readonly cents: number }[],
): string {
  const { count, unpriced } = automaticTotal(forecast.renewals)
  const all = counted(LASTING.at(-1) ?? 0, 'day')
  if (count === 0) return `nothing renews by itself in the next ${all}`
  const first = rows.find(({ cents }) => cents > 0)
  const least = unpriced > 0 || isPartial(forecast) ? 'at least ' : ''
  if (forecast.walletCents === undefined)
    return `CMR has not reported the wallet’s balance; ${least}${money(rows.at(-1)?.cents ?? 0)} renews in ${all}`
  if (first) return `add ${least}${money(first.cents)} and the wallet lasts ${counted(first.days, 'day')}`
  if (isPartial(forecast) && forecast.walletCents > 0)
    return `it is not known whether the wallet lasts ${all}`
  if (unpriced === 0) return `the wallet lasts ${all} without more`
  const none = `${counted(unpriced, 'renewal has', 'renewals have')} no price yet`
  return forecast.walletCents > 0
    ? `the wallet lasts ${all} for what has a price; ${none}`
    : `the wallet is empty, and ${none}`
}
