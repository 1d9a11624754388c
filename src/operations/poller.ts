import type { Logger } from 'pino'
import type { Cmr } from '../cmr/client.ts'
import { CmrError } from '../cmr/errors.ts'
import type { Ingests } from '../events/ingest.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { addMilliseconds, subMilliseconds } from '../process/dates.ts'
import type { Store } from '../store/store.ts'
import { closeUnsent, conclude, namesOf } from './conclude.ts'
import { dueTimes, happened, type OperationDeadlines } from './deadlines.ts'
import {
  isSeparate,
  type OperationTraitsOf,
  type ReconciledResult,
  type RequestContent,
} from './expected-results.ts'
import { flag } from './flag.ts'
import { announceFailures } from './found-failures.ts'
import {
  type Completion,
  completeResults,
  type ExpectedResultRow,
  expectedResultsOfOperations,
  isUnheard,
} from './store/expected-results.ts'
import {
  claimPoll,
  operationsToChaseLater,
  operationsToPoll,
  unfinishedOperations,
} from './store/open-work.ts'
import { addStep, changeOperation, lockOperation, type Operation, operationOf } from './store/operations.ts'

const TICK_MS = 1000
const SET_BACK_MS = 10_000
/** No request of CMR's takes longer: what was begun before and has no end is nobody's any more. */
const ABANDONED_MS = 5 * 60_000

/** Looks after operations that are not over. */
export interface OperationPoller extends Worker {
  /** Asks CMR about one now. Throws CmrError. @returns the operation as it is afterwards */
  check(operationId: string): Promise<Operation | undefined>
}

/**
 * Asks CMR about operations that nobody heard the end of, at a growing pace; once their deadline is past, tells a
 * person. Never sends anything again.
 */
export function createOperationPoller(parts: {
  readonly store: Store
  readonly cmr: Cmr
  readonly clock: () => Date
  readonly deadlines: OperationDeadlines
  readonly traitsOf: OperationTraitsOf
  readonly ingestFound: Ingests['ingestFound']
  readonly logger: Logger
}): OperationPoller {
  const { store, cmr, clock, deadlines, traitsOf, ingestFound, logger } = parts
  const loop = createBackgroundLoop({
    name: 'Operations',
    serves: 'changes',
    everyMs: TICK_MS,
    round: tick,
    onError: 'operations could not be checked; tries again',
    logger,
  })
  let lastTick = { wall: clock().getTime(), at: performance.now() }

  /** Returns whether the clock was set back since the last check, by more than an ordinary correction. */
  function wasSetBack(): boolean {
    const now = { wall: clock().getTime(), at: performance.now() }
    const back = now.at - lastTick.at - (now.wall - lastTick.wall)
    lastTick = now
    return back > SET_BACK_MS
  }

  /** Looks planned further ahead than they can have been meant are due now: the clock has been set back since. */
  async function bringForward() {
    const now = clock()
    for (const operation of await operationsToChaseLater(store.db, now)) {
      const { state, polls, poll_at } = operation
      if (state !== 'accepted' && state !== 'unknown') continue
      const latest = addMilliseconds(now, deadlines.untilPoll(state, polls)).toISOString()
      if ((poll_at ?? '') > latest) await claimPoll(store.db, operation, { polls, at: now })
    }
  }

  async function tick() {
    if (wasSetBack()) await bringForward()
    await abandon(subMilliseconds(clock(), ABANDONED_MS))
    for (const operation of await operationsToPoll(store.db, clock())) {
      if (loop.signal.aborted) return
      await poll(operation)
    }
  }

  /** Settles what was being sent when a process died. Without a request nothing has left; with one, the outcome is unknown. */
  async function abandon(before: Date) {
    for (const { id } of await unfinishedOperations(store.db, before)) {
      const now = clock()
      await store.db.transaction().execute(async (transaction) => {
        // Locks it: whoever sends it may have gone on since it was listed.
        const { state, request, endpoint } = await lockOperation(transaction, id)
        if (state !== 'intended') return
        const parts = request ? await closeUnsent(transaction, id, now) : []
        const own = parts.filter(({ follow_up }) => follow_up === null)
        const isKnown = own.length > 0 && !own.some(isUnheard)
        if (isKnown) {
          // It stopped between two of its requests: what became of each is written down.
          const accepted = await changeOperation(
            transaction,
            id,
            dueTimes(deadlines, 'accepted', endpoint, now),
          )
          await addStep(transaction, id, now, 'The bot stopped before all of it was sent.')
          await conclude(transaction, accepted, { at: now })
        } else if (request) {
          const outcome = 'The bot stopped while this was being sent.'
          await changeOperation(transaction, id, {
            ...dueTimes(deadlines, 'unknown', endpoint, now),
            outcome,
          })
          await addStep(transaction, id, now, `${outcome} The bot checks whether it happened.`)
        } else {
          const outcome = 'The bot stopped before anything was sent. You can run it again.'
          const ended_at = now.toISOString()
          await changeOperation(transaction, id, { state: 'failed', outcome, ended_at, submission_key: null })
          await addStep(transaction, id, now, outcome)
        }
      })
    }
  }

  async function poll(operation: Operation) {
    const { id, state, polls } = operation
    if (state !== 'accepted' && state !== 'unknown') return
    // A process that dies over it must neither ask at once again nor skip this look.
    const again = { polls, at: nextPoll(operation, deadlines.untilPoll(state, 0)) }
    if (!(await claimPoll(store.db, operation, again))) return
    await reconcileOne(cmr.at('background'), operation).catch((error: unknown) => {
      // Whatever comes in between, a person is told in time.
      if (error instanceof CmrError)
        logger.warn({ operationId: id, error: error.message }, 'CMR could not say what became of it')
      else logger.error({ operationId: id, err: error }, 'the bot could not find out what became of it')
    })
    const after = await operationOf(store.db, id)
    if (!after || after.ended_at) return
    if (after.state === state) {
      const next = { polls: polls + 1, at: nextPoll(after, deadlines.untilPoll(state, polls + 1)) }
      await claimPoll(store.db, after, next)
    }
    const late = after.deadline_at !== null && after.deadline_at <= clock().toISOString()
    if (late && !after.flagged_at) await flag({ store, cmr: cmr.at('background') }, after, clock())
  }

  /** In so many milliseconds, but not past the moment at which a person is told. */
  function nextPoll({ deadline_at }: Operation, inMs: number): Date {
    const now = clock()
    const next = addMilliseconds(now, inMs)
    const deadline = deadline_at ? new Date(deadline_at) : next
    return now < deadline && deadline < next ? deadline : next
  }

  async function reconcileOne(asking: Cmr, operation: Operation) {
    const { id, endpoint, request, order_id, sent_at, created_at } = operation
    const waiting = (await expectedResultsOfOperations(store.db, [id])).filter(
      ({ state }) => state === 'waiting',
    )
    const sentParts = waiting.filter(({ follow_up, sent_at }) => follow_up === null || sent_at !== null)
    const { reconcile } = traitsOf(endpoint)
    const asked = {
      cmr: asking,
      sent: JSON.parse(request ?? '{"query":{},"body":{}}') as RequestContent,
      waiting: sentParts,
      orderId: order_id,
      sentAt: new Date(sent_at ?? created_at),
    }
    const found = sentParts.length > 0 && reconcile ? await reconcile(asked) : []
    const untold = found.length > 0 ? await announceFailures(ingestFound, { ...asked, found }, clock()) : []
    if (untold.length > 0 || waiting.length === 0) await note(id, untold)
  }

  /** Closes expected results by an answer of CMR exactly as a webhook would. */
  async function note(id: string, found: readonly ReconciledResult[]) {
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      // Locks it: a webhook may have ended it meanwhile.
      const { state: before, endpoint } = await lockOperation(transaction, id)
      if (before !== 'accepted' && before !== 'unknown') return
      const over = found.flatMap(({ part, state, detail }): Completion[] =>
        state === 'begun' ? [] : [{ operationId: id, kind: part.kind, name: part.name, state, detail }],
      )
      const waiting = (await expectedResultsOfOperations(transaction, [id])).filter(
        ({ state }) => state === 'waiting',
      )
      const isOver = (part: ExpectedResultRow) =>
        over.some(({ kind, name }) => kind === part.kind && name === part.name)
      // If one of several requests arrived, the others may still not have.
      const stays = waiting.some((part) => isSeparate(part.kind) && !isOver(part))
      const wasUnknown = before === 'unknown' && !stays
      if (over.length === 0 && !wasUnknown && found.length > 0) return
      const change = wasUnknown ? happened(deadlines, endpoint, now) : {}
      const operation = await changeOperation(transaction, id, change)
      if (wasUnknown) await addStep(transaction, id, now, 'Found at CMR: it did happen.')
      await completeResults(transaction, over, now)
      if (over.length > 0) await addStep(transaction, id, now, foundLine(found))
      await conclude(transaction, operation, { at: now })
    })
  }

  return {
    ...loop,
    async check(operationId) {
      const operation = await operationOf(store.db, operationId)
      if (operation?.state === 'accepted' || operation?.state === 'unknown')
        await reconcileOne(cmr, operation)
      return operationOf(store.db, operationId)
    },
    async start() {
      // On SQLite there is no other process: whatever was being sent was sent by one that has died.
      if (store.dialect === 'sqlite') await abandon(clock())
      await bringForward()
      await loop.start()
    },
  }
}

function foundLine(found: readonly ReconciledResult[]): string {
  const over = found.filter(({ state }) => state !== 'begun')
  const failed = over.filter(({ state }) => state === 'failed')
  const names = (some: readonly ReconciledResult[]) => namesOf(some.map(({ part }) => part))
  const bad =
    failed.length > 0 ? `; failed: ${names(failed)} (${failed[0]?.detail ?? 'no reason given'})` : ''
  const news = over.flatMap(({ state, detail }) => (state === 'done' && detail ? [detail] : []))
  return `Found by asking CMR: ${names(over)}${news.length ? ` (${news.slice(0, 5).join(', ')})` : ''}${bad}`
}
