import type { ListPrices } from '../../cmr/money.ts'
import type { OperationView } from '../../operations/messages/operations.ts'
import { subDays } from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import {
  firstParkedOrders,
  type Listed,
  type OpenAlerts,
  openAlerts,
  openOperationViews,
} from '../overview/open-work.ts'
import { type Outcomes, outcomesIn, type Span } from '../overview/outcomes.ts'
import { type Outlook, readOutlook } from '../overview/outlook.ts'

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
