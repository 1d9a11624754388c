import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Cmr } from '../cmr/client.ts'
import type { Caller } from '../commands/context.ts'
import { type OperationContext, perform } from '../operations/perform.ts'
import { operationWithKey } from '../operations/store/operations.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { withTimeout } from '../process/clock.ts'
import { addMilliseconds } from '../process/dates.ts'
import { backOffMs } from '../process/retries.ts'
import type { Store } from '../store/store.ts'
import type { Import } from './import.ts'
import { type ItemVerdict, judge, judgeAfterCrash } from './item-outcome.ts'
import {
  claimItem,
  hasWaitingItems,
  type ImportItem,
  itemsBeingSent,
  putBack,
  settleItem,
  shownCentsIn,
} from './store/items.ts'
import {
  endIfOver,
  type ImportRun,
  leaseRun,
  moveRun,
  releaseRuns,
  runsToCarryOn,
  setBack,
} from './store/runs.ts'

/** How often runs are looked for while none is under way. */
const LOOK_MS = 300
/** A run belongs to this process for so long after it was last looked at. */
const LEASE_MS = 20_000
/** After a setback at CMR ("Error codes"). */
const BACK_OFF = { firstMs: 5000, longestMs: 30_000 }
/** After an error of our own. */
const RESTART_BACK_OFF = { firstMs: 3000, longestMs: 30_000 }
/** Requests under way at once: CMR's pace even where an answer takes two seconds. */
const UNDER_WAY = 10
/** Setbacks in a row after which a run stops by itself: some ten minutes at 30 s each ("Error codes"). */
const MOST_SETBACKS = 25

/**
 * Carries out runs, one request after the other at CMR's pace, those of several runs in turn. Every request is an
 * operation of its own, written down before it leaves: whatever happens to this process, none is sent twice.
 * @param parts.commandContext returns the command context of the person who started a run
 */
export function createRunner(parts: {
  readonly store: Store
  readonly cmr: Cmr
  readonly imports: readonly Import[]
  readonly commandContext: (caller: Caller) => OperationContext
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { store, cmr, imports, commandContext, clock, logger } = parts
  const me = randomUUID()
  /** Runs that this process holds, and of which it knows what became of every item that was sent. */
  const ours = new Set<string>()
  /** What is being sent here, by the key of its item. */
  const underWay = new Map<string, Promise<void>>()
  let last = ''

  const loop = createBackgroundLoop({
    name: 'Imports',
    serves: 'imports',
    everyMs: LOOK_MS,
    backOff: RESTART_BACK_OFF,
    round: sendAll,
    onError: 'runs cannot be carried on; tries again',
    logger,
  })

  async function sendAll() {
    try {
      for (let run = await nextRun(); run && !loop.signal.aborted; run = await nextRun()) {
        if (underWay.size >= UNDER_WAY) await oneAnswered()
        else await sendNext(run)
      }
    } catch (error) {
      // An item may have been taken that nobody is sending now.
      ours.clear()
      throw error
    }
  }

  /** Not for longer than a lease lasts: CMR may take its time. */
  async function oneAnswered() {
    await withTimeout(Promise.race(underWay.values()), LEASE_MS / 4)
  }

  /** The run whose turn it is: each in turn, so that a small one need not wait for a big one. */
  async function nextRun(): Promise<ImportRun | undefined> {
    const now = clock()
    const ready: ImportRun[] = []
    for (const run of await runsToCarryOn(store.db, { by: me, now })) {
      if (!(await keep(run, now))) continue
      if (run.state === 'running' && (await hasWaitingItems(store.db, run.id))) ready.push(run)
    }
    const next = ready.find(({ id }) => id > last) ?? ready[0]
    last = next?.id ?? ''
    return next
  }

  async function keep(run: ImportRun, now: Date): Promise<boolean> {
    if (run.leased_by !== me) ours.delete(run.id)
    const fresh = addMilliseconds(now, LEASE_MS / 2).toISOString()
    if (ours.has(run.id) && (run.leased_until ?? '') > fresh) return true
    if (!(await leaseRun(store.db, run.id, { by: me, now, until: leasedUntil(now) }))) return false
    if (!ours.has(run.id)) await takeOver(run)
    ours.add(run.id)
    return true
  }

  /** What was being sent when its process ended, or could not note the outcome, is looked up, never sent again. */
  async function takeOver(run: ImportRun) {
    const here = new Set(underWay.keys())
    for (const item of await itemsBeingSent(store.db, run.id)) {
      if (here.has(keyOf(item))) continue
      const operation = await operationWithKey(store.db, keyOf(item))
      if (operation) await note(run, item, judgeAfterCrash(operation, importOf(run)))
      // Nothing was written down, so nothing was sent.
      else await putBack(store.db, item)
    }
    await endIfOver(store.db, run.id, clock())
  }

  async function sendNext({ id }: ImportRun) {
    const client = await cmr.reserve('bulk', loop.signal)
    // Only now: it may have been stopped while this waited for its turn.
    const claimed = await claimItem(store.db, id, { by: me, until: leasedUntil(clock()) })
    if (!claimed) return
    const key = keyOf(claimed.item)
    const sending = send(claimed.run, claimed.item, client).then(
      () => void underWay.delete(key),
      (error: unknown) => {
        logger.error({ err: error, run: id }, 'an item of a run was not noted; it is looked up')
        underWay.delete(key)
        ours.delete(id)
      },
    )
    underWay.set(key, sending)
  }

  async function send(run: ImportRun, item: ImportItem, client: Cmr) {
    const { sends } = importOf(run)
    const channelId = run.message_channel ?? run.channel ?? undefined
    const context = commandContext({ userId: run.actor, teamId: run.team, channelId, via: 'import' })
    const input = JSON.parse(item.input) as Record<string, unknown>
    const commandResult = await perform(sends, { ...context, cmr: client }, input, {
      submissionKey: keyOf(item),
      // It counts against a limit that is set later in the month too.
      shownCents: shownCentsIn(input),
      bulk: { id: run.id, messageTs: run.message_ts ?? undefined },
    })
    await note(run, item, judge(commandResult, importOf(run), item))
  }

  async function note(run: ImportRun, item: ImportItem, verdict: ItemVerdict) {
    const at = clock()
    if (verdict.kind === 'over') {
      await settleItem(store.db, item, { ...verdict, at })
      if (!verdict.again) return
      // What CMR has put off, it would put off again at once.
      const until = new Date(at.getTime() + backOffMs(item.attempts, BACK_OFF))
      await setBack(store.db, run.id, { now: at, until })
      return
    }
    await putBack(store.db, item)
    if (verdict.kind === 'stop') {
      await moveRun(store.db, run.id, ['running', 'stopping'], { state: 'stopping', reason: verdict.reason })
    } else {
      const until = new Date(at.getTime() + backOffMs(run.setbacks, BACK_OFF))
      const setbacks = await setBack(store.db, run.id, { now: at, until })
      if (setbacks >= MOST_SETBACKS) {
        const reason = `:warning: ${verdict.reason} The bot has tried for a while. Press Resume when CMR works again.`
        await moveRun(store.db, run.id, ['running'], { state: 'stopping', reason })
      }
    }
    await endIfOver(store.db, run.id, at)
  }

  function importOf(run: ImportRun): Import {
    const found = imports.find(({ id }) => id === run.import_id)
    if (!found) throw new Error(`There is no import ${run.import_id}`)
    return found
  }

  return {
    ...loop,
    async start() {
      // SQLite has one process: whoever held a run before is gone.
      if (store.dialect === 'sqlite') await releaseRuns(store.db)
      await loop.start()
    },
    async stop() {
      await loop.stop()
      await Promise.all(underWay.values())
      await releaseRuns(store.db, me)
    },
    handBack: () => releaseRuns(store.db, me),
  }
}

/** What makes an item's request the same one, however often it is tried. CMR putting it off makes a new one. */
function keyOf(item: ImportItem): string {
  return `bulk:${item.run_id}:${item.position}`
}

function leasedUntil(now: Date): Date {
  return addMilliseconds(now, LEASE_MS)
}
