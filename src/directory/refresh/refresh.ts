import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Cmr } from '../../cmr/client.ts'
import { createBackgroundLoop, createErrorLog, type Worker } from '../../process/background-loop.ts'
import { addMilliseconds, millisecondsInMinute, subMilliseconds } from '../../process/dates.ts'
import { backOffMs } from '../../process/retries.ts'
import type { Store } from '../../store/store.ts'
import { forgetAfter } from '../store/forget.ts'
import {
  endPass,
  leasePass,
  movePass,
  type Pass,
  type PassName,
  type PassState,
  passStates,
  releasePass,
} from '../store/passes.ts'
import type { DirectoryUpdater } from '../updater.ts'
import { PARTIAL_END, type RefreshTask, refreshTasks } from './tasks.ts'

/** A page that is answered late must not look as if its asker had died. */
const LEASE_MS = 2 * millisecondsInMinute
const BACK_OFF = { firstMs: 5000, longestMs: 5 * millisecondsInMinute }
/** How often it is looked whether something is due. */
const LOOK_MS = 5000
/** No round takes that long: the machine slept, or the clock was set, and webhooks may have been missed meanwhile. */
const ASLEEP_MS = 15 * millisecondsInMinute

/** Refreshes the directory. */
export interface DirectoryRefresh extends Worker {
  /** Asks for the wallet soon: something was charged. */
  moneyMoved(): void
  /** Since when CMR has answered no request of this; undefined where the last one was answered. */
  silentSince(): Date | undefined
  /** Since when all of CMR has to be read once, because webhooks may have been missed, and when that was done. */
  catchingUp(): { readonly since: Date; readonly until: Date | undefined }
}

interface Running {
  readonly task: RefreshTask
  readonly pass: Pass
  cursor: string | undefined
}

/**
 * Asks CMR for the wallet, for what is near its date or in trouble, for prices of what renews soon, and for
 * everything, with what people and bulk runs leave of the requests. Each comes as often as the interval says, and
 * the more rarely the more requests it takes. It only asks: what the answers tell, the directory updater takes from
 * every answer of CMR's, whoever asked. After a restart each pass goes on where it was.
 */
export function createDirectoryRefresh(parts: {
  readonly cmr: Cmr
  readonly store: Store
  readonly directoryUpdater: Pick<DirectoryUpdater, 'settled'>
  /** From the beginning of one pass to that of the next, at least; `CMR_SYNC_INTERVAL`. */
  readonly intervalMs: number
  /** CMR allows 5. */
  readonly requestsPerSecond?: number | undefined
  readonly clock: () => Date
  readonly logger: Logger
}): DirectoryRefresh {
  const { cmr, store, directoryUpdater, intervalMs, requestsPerSecond = 5, clock, logger } = parts
  const me = randomUUID()
  const errors = createErrorLog(logger)
  const loop = createBackgroundLoop({
    name: 'Directory',
    serves: 'renewals',
    everyMs: Math.min(LOOK_MS, intervalMs),
    backOff: BACK_OFF,
    round,
    onError: 'the directory could not be refreshed; it continues where it was',
    logger,
  })
  const tasks = refreshTasks({ cmr, store, clock, signal: loop.signal })
  const seeing = tasks.filter(({ sees }) => sees !== undefined)
  const running = new Map<RefreshTask, Running>()
  const failures = new Map<RefreshTask, { count: number; retryAt: number }>()
  const startedAt = clock()
  /** Since then everything has to be read once: what happened before may not have been told. */
  let unseenSince: Date | undefined
  let caughtUpAt: Date | undefined
  let turns = 0
  const latestTurns = new Map<RefreshTask, number>()
  let silentSince: Date | undefined
  const turnOf = (task: RefreshTask) => latestTurns.get(task) ?? -1
  let lastLook = clock()
  let isWalletDue = false

  async function round() {
    do {
      await takeWhatIsDue()
      const looked = performance.now()
      while (running.size > 0 && performance.now() - looked < LOOK_MS) await nextTurn()
    } while (running.size > 0)
  }

  async function takeWhatIsDue() {
    loop.signal.throwIfAborted()
    const now = clock()
    const states = await passStates(store.db)
    // What was never known whole is learnt: nobody can tell what changed.
    unseenSince ??= isKnownWhole(states) ? startedAt : new Date(0)
    if (Math.abs(now.getTime() - lastLook.getTime()) > ASLEEP_MS + intervalMs) {
      unseenSince = now
      caughtUpAt = undefined
    }
    lastLook = now
    for (const task of tasks) {
      if (running.has(task) || (failures.get(task)?.retryAt ?? 0) > performance.now()) continue
      const pass = await leasePass(store.db, task.name, lease(), dueBefore(task, states.get(task.name), now))
      if (pass) running.set(task, { task, pass, cursor: pass.cursor })
    }
    noteWhetherCaughtUp(states)
  }

  function dueBefore({ name, share, sees }: RefreshTask, state: PassState | undefined, now: Date): Date {
    if (name === 'wallet' && isWalletDue) {
      isWalletDue = false
      return now
    }
    const takesMs = ((state?.turns ?? 0) * 1000) / (requestsPerSecond * share)
    const usual = subMilliseconds(now, Math.max(intervalMs, takesMs))
    const before = subMilliseconds(unseenSince ?? startedAt, 1)
    return sees && before > usual ? before : usual
  }

  function isKnownWhole(states: ReadonlyMap<PassName, PassState>): boolean {
    return seeing.every(({ name }) => states.get(name)?.isKnownWhole)
  }

  function noteWhetherCaughtUp(states: ReadonlyMap<PassName, PassState>) {
    const since = (unseenSince ?? startedAt).toISOString()
    const hasSeenAll = seeing
      .map(({ name }) => states.get(name))
      .every((state) => state && !state.isUnderWay && state.startedAt >= since)
    if (hasSeenAll) caughtUpAt ??= clock()
  }

  /** Sends one request. */
  async function nextTurn() {
    const open = tasks.filter((one) => running.has(one))
    // Every other turn goes to whoever waits longest: what presses must not keep everything else from its end.
    const [task] = turns % 2 === 0 ? open : open.toSorted((a, b) => turnOf(a) - turnOf(b))
    const current = task && running.get(task)
    if (!task || !current) return
    latestTurns.set(task, turns++)
    try {
      if (!(await advance(current))) running.delete(task)
      failures.delete(task)
      silentSince = undefined
      if (failures.size === 0) errors.clear()
    } catch (error) {
      loop.signal.throwIfAborted()
      running.delete(task)
      silentSince ??= clock()
      const count = failures.get(task)?.count ?? 0
      failures.set(task, { count: count + 1, retryAt: performance.now() + backOffMs(count, BACK_OFF) })
      errors.log(error, `CMR could not be asked for all of “${task.name}”; it continues where it was`)
    }
  }

  /** @returns false where the pass is over, or another instance has taken it over */
  async function advance(current: Running): Promise<boolean> {
    const { task, pass } = current
    const next = await task.turn(current.cursor)
    // A process that dies must not have passed over what it had not written down.
    await directoryUpdater.settled()
    if (next === undefined || next === PARTIAL_END) {
      await end(task, pass, next === PARTIAL_END)
      return false
    }
    current.cursor = next
    return movePass(store.db, pass, next, lease())
  }

  async function end({ name, sees }: RefreshTask, pass: Pass, isPartial: boolean) {
    if (isPartial) logger.warn({ kind: name }, 'CMR lists something without its id; nothing is forgotten')
    const forgotten = sees && !isPartial ? await forgetAfter({ store, clock, logger }, pass, sees) : 0
    await endPass(store.db, pass, lease())
    if (sees)
      logger.info(
        { kind: name, forgotten, since: pass.startedAt },
        'the directory has seen everything of a kind',
      )
  }

  function lease() {
    const now = clock()
    return { by: me, now, until: addMilliseconds(now, LEASE_MS) }
  }

  return {
    ...loop,
    silentSince: () => silentSince,
    // A pass asks CMR for as long as it takes: nobody waits for its end.
    async catchUp() {
      loop.wake()
    },
    catchingUp: () => ({ since: unseenSince ?? startedAt, until: caughtUpAt }),
    moneyMoved() {
      isWalletDue = true
      loop.wake()
    },
    async start() {
      // On SQLite there is no other process: whoever held a pass has died.
      if (store.dialect === 'sqlite') await releasePass(store.db)
      await loop.start()
    },
    async stop() {
      await loop.stop()
      await releasePass(store.db, me)
    },
    handBack: () => releasePass(store.db, me),
  }
}
