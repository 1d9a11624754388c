import type { Logger } from 'pino'
import { webhookSettings } from '../../commands/dashboard.ts'
import type { DirectoryRefresh } from '../../directory/refresh/refresh.ts'
import { dropChanges, type KeptChange, keptChanges } from '../../directory/store/changes.ts'
import { directoryEntries, keyOf } from '../../directory/store/rows.ts'
import type { Ingests } from '../../events/ingest.ts'
import { eventCounts, lastEventAt } from '../../events/store/events.ts'
import type { HealthCheck } from '../../health/health.ts'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import {
  addMilliseconds,
  formatDistanceStrict,
  millisecondsInDay,
  millisecondsInMinute,
  subMilliseconds,
} from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import { type FoundChange, foundEvent, knownChanges, stillHolds } from './found-changes.ts'

/** CMR tries a webhook at once, after 30 s and after 5 min; each try may take a minute. Then nobody sends it. */
export const WEBHOOK_TRIES_MS = 7 * millisecondsInMinute
/** How long a summary waits for all of CMR to be read after an outage. */
const LONGEST_MS = 45 * millisecondsInMinute
const LOOK_MS = 5000
/** As many are told one by one, with their buttons. */
const FEW = 3

/**
 * Tells of changes at CMR that reading it has shown and no webhook told: each becomes an event like CMR's own and goes
 * the same way, once, whoever sees it. A webhook has the time of all its tries first. After an outage, what has
 * changed meanwhile becomes one message with the urgent on top.
 */
export function createReconciler(parts: {
  readonly store: Store
  readonly ingestFound: Ingests['ingestFound']
  readonly catchingUp: DirectoryRefresh['catchingUp']
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { store, ingestFound, catchingUp, clock, logger } = parts

  async function round() {
    const kept = await keptChanges(store.db)
    const due = kept.filter(isDue)
    if (due.length > 0 && !isGathering(kept)) await announce(due)
  }

  function isDue({ foundAt }: KeptChange): boolean {
    const now = clock()
    const isOld = foundAt <= subMilliseconds(now, WEBHOOK_TRIES_MS).toISOString()
    // What was found so much later than now was found before the clock was set back.
    return isOld || foundAt > addMilliseconds(now, CLOCK_SKEW_MS).toISOString()
  }

  /** Tells whether a summary is not whole yet: CMR is still being read, or webhooks may still come. */
  function isGathering(kept: readonly KeptChange[]): boolean {
    const { since, until } = catchingUp()
    if (clock() > addMilliseconds(since, LONGEST_MS)) return false
    return !until || kept.some((one) => one.foundAt <= until.toISOString() && !isDue(one))
  }

  async function announce(due: readonly KeptChange[]) {
    const entries = await directoryEntries(
      store,
      due.flatMap(({ entry: { kind, id, user_id } }) => [
        { kind, id },
        ...(user_id ? [{ kind: 'user' as const, id: user_id }] : []),
      ]),
    )
    const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]))
    const at = clock().toISOString()
    const found = due.flatMap((change): FoundChange[] => {
      const current = byKey.get(keyOf(change.entry))
      const owner = byKey.get(keyOf({ kind: 'user', id: (current ?? change.entry).user_id ?? '' }))
      return stillHolds(change, current) ? [{ change, event: foundEvent(change, current, owner, at) }] : []
    })
    const news = await ingestFound({
      events: found.map(({ event }) => event),
      batchKeyOf: (untold) => (untold.length > FEW ? `sync:${at}` : undefined),
      known: async (db) => (found.length > 0 ? knownChanges(db, found) : new Set()),
      done: (db) =>
        dropChanges(
          db,
          due.map(({ eventId }) => eventId),
        ),
    })
    logger.info({ changes: due.length, told: news.length }, 'what no webhook had told was looked through')
  }

  return createBackgroundLoop({
    name: 'Reconciliation',
    serves: 'renewals',
    everyMs: LOOK_MS,
    round,
    onError: 'changes that no webhook announced could not be told; tries again',
    logger,
  })
}

/** One webhook may always get lost. */
const SUSPICIOUS = 3

/**
 * Tells when the last webhook came and how many changes had to be found by sync instead, and warns where webhooks
 * seem to be off, all of them or those of some events. What the bot itself slept through says nothing of that.
 */
export function createWebhookCheck(parts: {
  readonly store: Pick<Store, 'db'>
  readonly catchingUp: DirectoryRefresh['catchingUp']
  readonly clock: () => Date
}): HealthCheck {
  const { store, catchingUp, clock } = parts

  async function look(): Promise<string> {
    const now = clock()
    const since = subMilliseconds(now, millisecondsInDay)
    const { until } = catchingUp()
    const [last, today, awake] = [
      await lastEventAt(store.db),
      await eventCounts(store.db, since),
      until ? await eventCounts(store.db, latest(since, addMilliseconds(until, 2 * WEBHOOK_TRIES_MS))) : [],
    ]
    const came = last ? `the last one came ${formatDistanceStrict(last, now)} ago` : 'none has come yet'
    const found = today.reduce((sum, { sync }) => sum + sync, 0)
    const changes = found === 1 ? 'one change was' : `${found} changes were`
    const tells = `${came}; ${changes} found by sync instead in the last 24 hours`
    const missing = awake.filter(({ sync, webhook }) => sync >= SUSPICIOUS && webhook === 0)
    if (missing.length === 0) return tells
    const areAllOff = awake.every(({ webhook }) => webhook === 0)
    const which = areAllOff
      ? 'Webhooks seem'
      : `Webhooks of ${missing.map(({ event }) => event).join(', ')} seem`
    throw new Error(`${which} to be off: ${tells}. ${webhookSettings}`)
  }

  return { name: 'Webhooks', serves: 'alerts', look }
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b
}
