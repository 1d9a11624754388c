import type { Logger } from 'pino'
import type { DirectoryRefresh } from '../../directory/refresh/refresh.ts'
import { dropChanges, type KeptChange, keptChanges } from '../../directory/store/changes.ts'
import { directoryEntries, keyOf } from '../../directory/store/rows.ts'
import type { Ingests } from '../../events/ingest.ts'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds, millisecondsInMinute, subMilliseconds } from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import { foundEvent, stillHolds } from './found-event.ts'
import { type FoundChange, knownChanges } from './known-changes.ts'

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
