import type { Button, KnownBlock } from '@slack/types'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { spokenOf } from '../../commands/grammar.ts'
import { kindNames } from '../../directory/find/labels.ts'
import { addDays } from '../../process/dates.ts'
import { autoRenewItemsButton, renewItemsButton } from '../../resources/renewal-items.ts'
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
import { assumptions } from '../forecast/assumptions.ts'
import type { ForecastRenewal } from '../forecast/renewal.ts'
import { walletChart } from './chart.ts'
import { dayText, firstToFail, headline, priceOf, thingOf } from './sentence.ts'
import { renewalTable } from './table.ts'
import type { Upcoming } from './upcoming.ts'

/** Spans that a button leads to. */
const SPANS = [7, 30, 45, 90]
/** Things that are named one by one. */
const NAMED = 5

/** Returns the answer to `/cmr renewals`. @param given what was asked, to be said again by buttons */
export function upcomingMessage(
  upcoming: Upcoming,
  given: Readonly<Record<string, unknown>>,
  now: Date,
): Message {
  const title = headline(upcoming)
  const warnings = [firstToFail(upcoming), endingLine(upcoming)].filter((line) => line !== undefined)
  return {
    text: title,
    blocks: [
      section(`*${title}.*`),
      ...(warnings.length > 0 ? [section(warnings.join('\n'))] : []),
      ...walletChart(upcoming.forecast),
      ...renewalTable(upcoming),
      ...notesOf(upcoming),
      actions(...buttonsOf(upcoming, given, now)),
    ],
  }
}

/** What ends because nobody renews it. */
function endingLine({ renewals, forecast }: Upcoming): string | undefined {
  const ending = renewals.filter(({ outcome }) => outcome === 'ends')
  if (ending.length === 0) return undefined
  const today = forecast.days[0]?.date ?? ''
  const named = ending
    .slice(0, NAMED)
    .map((one) => `${escapeText(thingOf(one))} on ${dayText(one.date, today)} (${priceOf(one)})`)
  const more = ending.length > NAMED ? ` and ${ending.length - NAMED} more` : ''
  return `:warning: *${counted(ending.length, 'thing ends', 'things end')} unless somebody renews*: ${named.join(', ')}${more}.`
}

/** How old the figures are, what is missing, and what was taken to be so. */
function notesOf({ forecast, renewals, narrowing }: Upcoming): KnownBlock[] {
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
          `:hourglass_flowing_sand: Not everything at CMR is known here yet (${missing.map((kind) => kindNames[kind][1]).join(', ')}): there may be more.`,
        ]
      : []),
    ...(renewals.length > dataTableRows
      ? [`The first ${dataTableRows} of ${renewals.length}; the CSV has all.`]
      : []),
    ...(narrowing.name ? ['One wallet pays for all customers: its line is that of all.'] : []),
  ]
  const assumed = forecast.assumptions.map((one) => assumptions[one])
  return [
    ...(notes.length > 0 ? [context(...notes)] : []),
    ...(assumed.length > 0 ? [context(assumed.join(' '))] : []),
  ]
}

function buttonsOf(
  { renewals, forecast, days }: Upcoming,
  given: Readonly<Record<string, unknown>>,
  now: Date,
): Button[] {
  const renewable = addDays(now, RENEWABLE_DAYS)
  const failing = renewals.filter(
    ({ outcome, kind, at }) =>
      outcome !== 'covered' && outcome !== 'unknown' && (kind === 'subscription' || at <= renewable),
  )
  const ending = renewals.filter(({ outcome }) => outcome === 'ends')
  const again = (span: number) => spokenOf({ ...given, within: `${span}d` })
  return [
    renewItemsButton(distinct(failing)),
    autoRenewItemsButton(distinct(ending)),
    forecast.walletCents === undefined
      ? undefined
      : button({ text: 'How much to add', actionId: 'renewals.funds' }),
    renewals.length > 0
      ? button({ text: 'Calendar file', actionId: 'renewals.calendar', value: again(days) })
      : undefined,
    ...SPANS.filter((span) => span !== days).map((span) =>
      button({ text: `${span} days`, actionId: `renewals.list:${span}`, value: again(span) }),
    ),
  ].filter((one) => one !== undefined)
}

function distinct(renewals: readonly ForecastRenewal[]): ForecastRenewal[] {
  return [...new Map(renewals.map((one) => [`${one.kind} ${one.id}`, one])).values()]
}

/** Days that people want the wallet to last. */
const LASTING = [7, 14, 30, 45, 60, 90]

/** Returns how much has to be added so that the wallet lasts so many days; `toAdd` says it in cents. */
export function fundsMessage(
  { forecast }: Pick<Upcoming, 'forecast'>,
  toAdd: (days: number) => { readonly cents: number; readonly date: string },
  text: (cents: number) => string,
): Message {
  const holds = forecast.walletCents === undefined ? 'unknown' : text(forecast.walletCents)
  const rows = LASTING.map((days) => ({ days, ...toAdd(days) }))
  const first = rows.find(({ cents }) => cents > 0)
  const title = first
    ? `Add ${text(first.cents)} and the wallet lasts ${counted(first.days, 'day')}`
    : `The wallet lasts ${counted(LASTING.at(-1) ?? 0, 'day')} without more`
  const lines = rows.map(
    ({ days, cents, date }) =>
      `• ${counted(days, 'day')}, until ${date}: ${cents > 0 ? `add *${text(cents)}*` : 'nothing to add'}`,
  )
  const age = forecast.wallet ? `, as CMR reported it ${moment(forecast.wallet.seenAt)}` : ''
  return {
    text: title,
    blocks: [
      section([`*${title}.*`, `It holds ${holds}${age}.`, ...lines].join('\n')),
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
