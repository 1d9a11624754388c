import type { Kysely } from 'kysely'
import { threadsOpenSince } from '../../alerts/delivery/threads.ts'
import { type AlertEvent, alertOf } from '../../alerts/messages/alert-event.ts'
import { eventLine, signs } from '../../alerts/messages/event-message.ts'
import { type OpenAlertRow, openAlertRows } from '../../alerts/store/threads.ts'
import { type Severity, severityRank } from '../../cmr/events/event.ts'
import { declarationOf } from '../../cmr/events/index.ts'
import { type CustomerViewer, operationsFor } from '../../operations/customers.ts'
import { aboutLine, type OperationView, stateLine } from '../../operations/messages/operations.ts'
import { endedWork, openWork } from '../../operations/store/open-work.ts'
import { parkedOperations, viewsOf } from '../../operations/views.ts'
import { counted, cut, escapeText, moment } from '../../slack/blocks.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'

/** The first of a list, and how many there are in all. */
export interface Listed<Thing> {
  readonly shown: readonly Thing[]
  readonly total: number
}

/** Trouble with one thing, and who takes care of it. */
export interface OpenAlert {
  readonly event: AlertEvent
  /** ISO 8601: when it began. */
  readonly since: string
  /** Ids of the channels that tell of it. */
  readonly channels: readonly string[]
  readonly takenBy: { readonly person: string; readonly at: string } | undefined
}

/** Open alerts, and how many of them nobody takes care of. */
export type OpenAlerts = Listed<OpenAlert> & { readonly untaken: number }

/** As many as a glance takes in; the rest is counted. */
const SHOWN = 5
/** Operations that are looked through for those that somebody may see. */
const MOST_LOOKED_AT = 500

/**
 * Operations that are not over: of one person, or of everybody.
 * @param of.viewer whoever may see some customers' only
 */
export async function openOperationViews(
  store: Store,
  { actor, viewer }: { readonly actor?: string; readonly viewer?: CustomerViewer | undefined } = {},
): Promise<Listed<OperationView>> {
  const { rows, total } = await openWork(store.db, { actor, limit: viewer ? MOST_LOOKED_AT : SHOWN })
  if (!viewer) return { shown: await viewsOf(store, rows), total }
  const seen = await operationsFor(store, viewer, rows)
  return { shown: await viewsOf(store, seen.slice(0, SHOWN)), total: seen.length }
}

/**
 * Orders that were left unconfirmed and wait to be processed, the oldest first; nothing of them is charged before.
 * @param viewer whoever may see some customers' only
 */
export async function firstParkedOrders(
  store: Store,
  viewer?: CustomerViewer,
): Promise<Listed<OperationView>> {
  const parked = await operationsFor(store, viewer, await parkedOperations(store.db))
  return { shown: await viewsOf(store, parked.slice(0, SHOWN)), total: parked.length }
}

/**
 * What is wrong and not over: what nobody has taken first, the urgent before the rest, then the oldest.
 * @param customers the only ones whose alerts may be seen
 */
export async function openAlerts(
  { db }: Pick<Store, 'db'>,
  now: Date,
  customers?: readonly string[],
): Promise<OpenAlerts> {
  const all = await openAlertRows(db, { since: threadsOpenSince(now), now })
  const rows = customers ? all.filter(({ user_id }) => user_id !== null && customers.includes(user_id)) : all
  const alerts = [...Map.groupBy(rows, ({ subject }) => subject).values()].flatMap(alertOfSubject)
  const ranked = alerts.toSorted((a, b) => rankOf(a) - rankOf(b) || a.since.localeCompare(b.since))
  const untaken = alerts.filter(({ takenBy }) => takenBy === undefined).length
  return { shown: ranked.slice(0, SHOWN), total: ranked.length, untaken }
}

function alertOfSubject(rows: readonly OpenAlertRow[]): OpenAlert[] {
  // Channels may tell of different troubles of it.
  const [first] = rows.toSorted(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) || b.received_at.localeCompare(a.received_at),
  )
  if (!first) return []
  const taken = rows.find(({ acknowledged_by }) => acknowledged_by !== null)
  return [
    {
      event: alertOf(first),
      since: first.trouble_at ?? first.received_at,
      channels: rows.map(({ channel }) => channel),
      takenBy: taken?.acknowledged_by
        ? { person: taken.acknowledged_by, at: taken.acknowledged_at ?? first.received_at }
        : undefined,
    },
  ]
}

function rankOf({ takenBy, event }: OpenAlert): number {
  return (takenBy ? 2 : 0) + (event.severity === 'urgent' ? 0 : 1)
}

/** A span of time; its beginning is no part of it. */
export interface Span {
  readonly from: Date
  readonly to: Date
}

/** What came of things in a span of time. */
export interface Outcomes {
  /** Operations that ended, and those of them of which not everything came about. */
  readonly ended: number
  readonly failed: Listed<OperationView>
  /** What CMR told, by kind: the urgent first. */
  readonly told: readonly PostedKind[]
}

/** How often CMR told one kind of thing. */
interface PostedKind {
  /** In a few words: "payment failed". */
  readonly title: string
  readonly severity: Severity
  readonly count: number
}

/** Returns what ended, and what CMR told, in a span of time. */
export async function outcomesIn(store: Pick<Store, 'db'>, span: Span): Promise<Outcomes> {
  const { db } = store
  const { total, failed } = await endedWork(db, span, SHOWN)
  return {
    ended: total,
    failed: { shown: await viewsOf(store, failed.rows), total: failed.total },
    told: await postedIn(db, span),
  }
}

async function postedIn(db: Kysely<Schema>, { from, to }: Span): Promise<PostedKind[]> {
  const rows = await db
    .selectFrom('events')
    .select(['event', 'severity', ({ fn }) => fn.countAll<number>().as('count')])
    .where('received_at', '>', from.toISOString())
    .where('received_at', '<=', to.toISOString())
    .where('source', 'in', ['webhook', 'sync'])
    .groupBy(['event', 'severity'])
    .execute()
  return rows
    .map(({ event, severity, count }) => ({
      title: declarationOf(event)?.title ?? event,
      severity,
      count: Number(count),
    }))
    .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity) || b.count - a.count)
}

/** Returns what is wrong, since when, where it is told and who takes care of it; mrkdwn. */
export function alertLine({ event, since, channels, takenBy }: OpenAlert): string {
  const where = channels.map((channel) => `<#${channel}>`).join(', ')
  const who = takenBy
    ? `<@${takenBy.person}> took it over at ${moment(takenBy.at)}`
    : '*nobody has taken it over yet*'
  return `${signs[event.severity]} ${eventLine(event)}\n${who} · since ${moment(since)} in ${where}`
}

/** Returns what was asked of CMR, how it stands and whose it is; mrkdwn. */
export function operationLine(view: OperationView, whose: 'mine' | 'anybody'): string {
  const by = whose === 'mine' ? 'since' : `<@${view.actor}>, since`
  const about = aboutLine(view)
  const counts = view.progress.map(({ label, done, total }) => ` · ${label} ${done}/${total}`).join('')
  return `${nameOf(view)}\n${stateLine(view)}${counts}${about && ` · ${about}`} · ${by} ${moment(view.createdAt)}`
}

/** Returns an order that waits to be processed; mrkdwn. */
export function parkedLine(view: OperationView): string {
  const about = aboutLine(view)
  return `${nameOf(view)}\n${about && `${about} · `}placed by <@${view.actor}> ${moment(view.createdAt)}; nothing is charged until somebody processes it`
}

function nameOf({ what, label }: OperationView): string {
  return `*${escapeText(what)}* for ${escapeText(cut(label, 200))}`
}

/** Returns "and 3 more alerts", or nothing where all are shown. */
export function moreLine(
  { shown, total }: { readonly shown: readonly unknown[]; readonly total: number },
  one: string,
): string | undefined {
  const more = total - shown.length
  return more > 0 ? `and ${counted(more, `more ${one}`)}` : undefined
}
