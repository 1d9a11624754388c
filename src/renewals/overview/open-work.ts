import { alertOf } from '../../alerts/delivery/message.ts'
import { threadsOpenSince } from '../../alerts/delivery/thread.ts'
import type { AlertEvent } from '../../alerts/messages/index.ts'
import { type OpenAlertRow, openAlertRows } from '../../alerts/store/open-alerts.ts'
import { severityRank } from '../../cmr/events/event.ts'
import { type CustomerViewer, operationsFor } from '../../operations/customers.ts'
import type { OperationView } from '../../operations/messages/operations.ts'
import { openWork } from '../../operations/store/open-work.ts'
import { parkedOperations, viewsOf } from '../../operations/views.ts'
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
