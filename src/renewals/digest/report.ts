import type { KnownBlock } from '@slack/types'
import { signs } from '../../alerts/messages/event-message.ts'
import { inOneLine } from '../../alerts/messages/event-parts.ts'
import type { ListPrices } from '../../cmr/money.ts'
import type { OperationView } from '../../operations/messages/operations.ts'
import { subDays } from '../../process/dates.ts'
import {
  actions,
  button,
  context,
  counted,
  cut,
  escapeText,
  header,
  type Message,
  section,
} from '../../slack/blocks.ts'
import type { Store } from '../../store/store.ts'
import { isPartial } from '../forecast/words.ts'
import {
  alertLine,
  firstParkedOrders,
  type Listed,
  moreLine,
  type OpenAlerts,
  type Outcomes,
  openAlerts,
  openOperationViews,
  operationLine,
  outcomesIn,
  parkedLine,
  type Span,
} from '../overview/open-work.ts'
import {
  ageLine,
  dueLine,
  dueSentence,
  fundsLine,
  missingLine,
  OUTLOOK_DAYS,
  type Outlook,
  readOutlook,
  riskLine,
  walletSentence,
} from '../overview/outlook.ts'

/** Everything that a digest tells. */
export interface DigestReport {
  readonly span: Span
  /** Whether it covers a week. */
  readonly isWeekly: boolean
  readonly outlook: Outlook
  readonly outcomes: Outcomes
  readonly alerts: OpenAlerts
  readonly open: Listed<OperationView>
  readonly parked: Listed<OperationView>
}

/** Reads what a digest tells. */
export type ReportReader = (asked: {
  readonly span: Span
  readonly isWeekly: boolean
}) => Promise<DigestReport>

/** @param parts.zone IANA; says what day it is; `silentSince` tells since when CMR does not answer */
export function createReportReader(parts: {
  readonly store: Store
  readonly prices: ListPrices
  readonly zone: string
  readonly clock: () => Date
  readonly silentSince: () => Date | undefined
}): ReportReader {
  const { store, prices, zone, clock, silentSince } = parts
  return async ({ span, isWeekly }) => ({
    span,
    isWeekly,
    outlook: await readOutlook(store, { now: clock(), zone, prices, silentSince: silentSince() }),
    outcomes: await outcomesIn(store, span),
    alerts: await openAlerts(store, clock()),
    open: await openOperationViews(store),
    parked: await firstParkedOrders(store),
  })
}

/** The longest that a digest looks back, so that the first one after a holiday is no novel. */
const LONGEST_DAYS = 7

/**
 * Returns what a digest covers: a week, or what has passed since the one before it, on Mondays the weekend too.
 * @param coveredUntil where the one before it ended
 */
export function spanOf(to: Date, isWeekly: boolean, coveredUntil?: Date): Span {
  if (isWeekly) return { from: subDays(to, 7), to }
  const earliest = subDays(to, LONGEST_DAYS)
  if (!coveredUntil || coveredUntil >= to) return { from: subDays(to, 1), to }
  return { from: coveredUntil > earliest ? coveredUntil : earliest, to }
}

/** Whether there is anything that somebody should know. */
export function saysSomething({ outlook, outcomes, alerts, open, parked }: DigestReport): boolean {
  return (
    outlook.atRisk.total + outlook.week.total > 0 ||
    outcomes.ended + outcomes.told.filter(({ severity }) => severity !== 'info').length > 0 ||
    alerts.total + open.total + parked.total > 0
  )
}

/** A paragraph of a digest: what it is about, in one sentence, and the things themselves. */
interface Paragraph {
  readonly sentence: string
  readonly lines: readonly string[]
}

/**
 * Returns the message of a digest: what needs somebody first, what has come of things last. Its text tells the same in
 * sentences, for phones and for whoever has it read out.
 * @param zone IANA: whose day it is
 */
export function digestMessage(report: DigestReport, zone: string): Message {
  const needing = [riskOf(report, zone), walletOf(report), dueOf(report)]
  const working = [openOf(report), parkedOf(report), alertsOf(report), outcomesOf(report)]
  const paragraphs = [...needing, ...working].flatMap((paragraph) => paragraph ?? [])
  const title = titleOf(report, zone)
  const calm = isPartial(report.outlook.forecast)
    ? 'Nothing known needs attention so far.'
    : ':white_check_mark: Nothing needs attention: nothing is at risk, due or under way, and no alert is open.'
  const isCalm = !saysSomething(report)
  const missing = missingLine(report.outlook)
  const age = ageLine(report.outlook)
  const blocks: KnownBlock[] = [
    header(title),
    ...(isCalm ? [section(calm)] : []),
    ...paragraphs.map(blockOf),
    ...(missing ? [context(missing)] : []),
    actions(
      button({ text: 'Renewals', actionId: 'renewals.list' }),
      button({ text: 'Open operations', actionId: 'operations.list' }),
      button({ text: 'Wallet', actionId: 'wallet.get' }),
    ),
    context(...(age ? [age] : []), '`/cmr digest` shows when this is posted, and changes it'),
  ]
  const read = paragraphs.flatMap(({ sentence, lines }) => [
    sentence,
    ...lines.map((line) => line.replaceAll('\n', ': ')),
  ])
  if (missing) read.push(missing)
  return { text: cut(inOneLine([`*${title}*`, ...(isCalm ? [calm] : []), ...read]), 3000), blocks }
}

function titleOf({ isWeekly, span }: DigestReport, zone: string): string {
  const day = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options }).format(at)
  if (!isWeekly) return `CMR on ${day(span.to, { weekday: 'long', month: 'long', day: 'numeric' })}`
  const short = { month: 'short', day: 'numeric' } as const
  return `CMR in the week from ${day(span.from, short)} to ${day(span.to, short)}`
}

function blockOf({ sentence, lines }: Paragraph): KnownBlock {
  return section([sentence, ...lines.map((line) => `• ${line.replaceAll('\n', '\n   ')}`)].join('\n'))
}

function linesOf<Thing>(list: Listed<Thing>, one: string, lineOf: (thing: Thing) => string): string[] {
  const more = moreLine(list, one)
  return [...list.shown.map((thing) => lineOf(thing)), ...(more ? [more] : [])]
}

function riskOf({ outlook: { atRisk } }: DigestReport, zone: string): Paragraph | undefined {
  if (atRisk.total === 0) return undefined
  return {
    sentence: `:warning: *${counted(atRisk.total, 'renewal')} at risk* in the next ${OUTLOOK_DAYS} days`,
    lines: linesOf(atRisk, 'renewal', (renewal) => riskLine(renewal, zone)),
  }
}

function walletOf({ outlook }: DigestReport): Paragraph | undefined {
  if (outlook.forecast.wallet === undefined && outlook.forecast.renewals.length === 0) return undefined
  const funds = fundsLine(outlook)
  return { sentence: `:moneybag: ${walletSentence(outlook)}`, lines: funds ? [funds] : [] }
}

function dueOf({ outlook: { today, week }, isWeekly }: DigestReport): Paragraph | undefined {
  if (week.total === 0) return undefined
  const soon = dueSentence(week, 'in the next 7 days')
  return {
    sentence: `:repeat: ${isWeekly ? soon : `${dueSentence(today, 'today')} ${soon}`}`,
    lines: linesOf(week, 'renewal', dueLine),
  }
}

function alertsOf({ alerts }: DigestReport): Paragraph | undefined {
  if (alerts.total === 0) return undefined
  const untaken =
    alerts.untaken === 0 ? 'somebody is on each of them' : `*${alerts.untaken} of them not taken over yet*`
  return {
    sentence: `:rotating_light: *${counted(alerts.total, 'open alert')}*, ${untaken}`,
    lines: linesOf(alerts, 'alert', alertLine),
  }
}

function openOf({ open }: DigestReport): Paragraph | undefined {
  if (open.total === 0) return undefined
  return {
    sentence: `:hourglass_flowing_sand: *${counted(open.total, 'open operation')}*`,
    lines: linesOf(open, 'operation', (view) => operationLine(view, 'anybody')),
  }
}

function parkedOf({ parked }: DigestReport): Paragraph | undefined {
  if (parked.total === 0) return undefined
  return {
    sentence: `:pause_button: *${counted(parked.total, 'order waits', 'orders wait')} to be processed*`,
    lines: linesOf(parked, 'order', parkedLine),
  }
}

function outcomesOf({ outcomes, isWeekly }: DigestReport): Paragraph | undefined {
  const { ended, failed, told } = outcomes
  const worth = told.filter(({ severity }) => severity !== 'info')
  if (ended === 0 && worth.length === 0) return undefined
  const since = isWeekly ? 'In the last seven days' : 'Since the last digest'
  const operations = `${counted(ended, 'operation')} ended`
  const lost = failed.total > 0 ? `, *${failed.total} not as expected*` : ''
  return {
    sentence: `:spiral_calendar_pad: *${since}:* ${operations}${lost}`,
    lines: [
      ...worth
        .slice(0, 10)
        .map(({ title, severity, count }) => `${signs[severity]} ${count} × ${escapeText(title)}`),
      ...linesOf(failed, 'operation', (view) => operationLine(view, 'anybody')),
    ],
  }
}
