import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Waiting } from '../health/health.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { CLOCK_SKEW_MS } from '../process/clock.ts'
import { addMilliseconds } from '../process/dates.ts'
import type { Message } from '../slack/blocks.ts'
import { isNotPosted, type PostFailure, postFailure } from '../slack/errors.ts'
import type { PostedMessages } from '../slack/posted-message.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { receiptMessage } from './messages/operations.ts'
import { type Operation, setReceipt } from './store/operations.ts'
import { viewOfOne } from './views.ts'

/** Longer than any call of Slack may take. */
const LEASE_MS = 60_000
const LOOK_MS = 500
/** "chat.update" is of tier 3: 50 a minute, for all receipts together. */
const EDIT_PACE_MS = 1250
const RETRY_MS = 5000
/** A refusal of Slack lasts until somebody changes something there. */
const REFUSED_RETRY_MS = 60_000

/** Keeps every receipt at its operation's current state. */
export interface Receipts extends Worker, Waiting {
  /** Shows one now: what a person waits for. Never throws; what fails is tried again. */
  show(operationId: string): Promise<void>
}

/**
 * Posts receipts and edits them in place. That one is about to be posted is written down first, so that after an
 * unknown outcome the channel's history is searched before anything is posted again.
 */
export function createReceipts(parts: {
  readonly store: Store
  readonly messages: PostedMessages
  readonly editPaceMs?: number | undefined
  readonly clock: () => Date
  readonly logger: Logger
  /** The receipt stands: what was held back for it may be told in its thread. */
  readonly onPosted: () => void
}): Receipts {
  const { store, messages, editPaceMs = EDIT_PACE_MS, clock, logger, onPosted } = parts
  const loop = createBackgroundLoop({
    name: 'Receipts',
    serves: 'changes',
    everyMs: LOOK_MS,
    round,
    onError: 'receipts cannot be read; tries again',
    logger,
  })
  let mayEditAt = 0
  /** Slack wants to be left alone: nobody but a person who waits for a receipt has one shown. */
  let quietUntil = 0

  async function round() {
    for (const { id, receipt_ts } of await staleReceipts(store.db, clock())) {
      if (loop.signal.aborted) return
      if (performance.now() < quietUntil) return
      if (receipt_ts && performance.now() < mayEditAt) continue
      await show(id)
    }
  }

  async function show(operationId: string) {
    const now = clock()
    const lease = { now, until: addMilliseconds(now, LEASE_MS) }
    const operation = await claimReceipt(store.db, operationId, lease)
    if (!operation) return
    try {
      const message = await messageOf(operation)
      if (operation.receipt_ts) await edit(operation, operation.receipt_ts, message)
      else await post(operation, message)
    } catch (error) {
      await failed(operation, error)
    }
  }

  async function messageOf(operation: Operation): Promise<Message> {
    const head = operation.head ? (JSON.parse(operation.head) as Message) : undefined
    return receiptMessage(await viewOfOne(store, operation), head)
  }

  async function edit(operation: Operation, ts: string, message: Message) {
    mayEditAt = performance.now() + editPaceMs
    const channel = operation.channel ?? operation.actor
    await messages.edit({ channel, ts }, message)
    await markShown(store.db, operation.id, operation.version)
  }

  /** The thread of the button, the channel of the command, or the person if the bot may not post there. */
  async function post(operation: Operation, message: Message) {
    const { id, channel, thread_ts, actor, receipt_tried_at } = operation
    if (!receipt_tried_at) await tryReceipt(store.db, id, clock())
    const metadata = { event_type: 'cmr_receipt', event_payload: { operation_id: id } }
    const place = channel && thread_ts ? [{ channel, threadTs: thread_ts }] : []
    const { posted, found, threadTs } = await messages.postOnce(
      [...place, channel, actor],
      message,
      metadata,
      receipt_tried_at,
    )
    await setReceipt(store.db, id, { ...posted, threadTs: threadTs ?? null, now: clock() })
    // One that was found may show an older state: it is edited with the next look.
    await markShown(store.db, id, found ? operation.version - 1 : operation.version)
    onPosted()
  }

  async function failed({ id, receipt_ts, version }: Operation, error: unknown) {
    const failure = postFailure(error)
    logger.warn({ operationId: id, error: failure.error }, 'a receipt could not be shown')
    // After a permanent refusal there is no point in trying again before the receipt changes.
    if (isNotPosted(failure) && receipt_ts) return markShown(store.db, id, version)
    if (failure.kind === 'paced') {
      const until = performance.now() + failure.retryAfterMs
      // Edits have a limit of their own, and nobody's new receipt waits for them.
      if (receipt_ts) mayEditAt = until
      else quietUntil = until
    }
    await postponeReceipt(store.db, id, new Date(clock().getTime() + waitAfter(failure)))
  }

  return {
    ...loop,
    async waits() {
      const ms = Math.max(quietUntil, mayEditAt) - performance.now()
      return ms > 0 ? [{ what: 'receipts of operations', ms, why: 'Slack asked the bot to pause' }] : []
    },
    endWaits() {
      quietUntil = 0
      mayEditAt = 0
    },
    async show(operationId) {
      await show(operationId).catch((error: unknown) =>
        logger.error({ err: error, operationId }, 'a receipt could not be shown; it is tried again'),
      )
    },
    async start() {
      // On SQLite there is no other process: whoever was showing one has died over it.
      if (store.dialect === 'sqlite') await freeReceipts(store.db)
      await loop.start()
    },
  }
}

function waitAfter(failure: PostFailure): number {
  if (failure.kind === 'paced') return failure.retryAfterMs
  return failure.kind === 'unknown' ? RETRY_MS : REFUSED_RETRY_MS
}

/** Nobody is showing it, or the lease is so long that the clock must have been set back since. */
function isFree(now: Date) {
  const tooLate = addMilliseconds(now, CLOCK_SKEW_MS).toISOString()
  return ({ or, eb }: ExpressionBuilder<Schema, 'operations'>) =>
    or([
      eb('receipt_until', 'is', null),
      eb('receipt_until', '<=', now.toISOString()),
      eb('receipt_until', '>', tooLate),
    ])
}

/**
 * Receipts that do not show the current state, those that nobody else is showing. What does not stand there at all
 * comes first: edits wait for Slack's pace, and nobody's receipt waits for them.
 */
export async function staleReceipts(db: Kysely<Schema>, now: Date): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .whereRef('version', '>', 'shown_version')
    .where('run_id', 'is', null)
    .where('state', '!=', 'intended')
    .where(isFree(now))
    .orderBy('receipt_ts', (order) => order.asc().nullsFirst())
    .orderBy('created_at')
    .limit(50)
    .execute()
}

/**
 * Takes a receipt to show it: nobody else does until the lease ends.
 * @returns the operation as it is to be shown; nothing where it is shown already, or another is at it
 */
export async function claimReceipt(
  db: Kysely<Schema>,
  id: string,
  lease: { now: Date; until: Date },
): Promise<Operation | undefined> {
  return db
    .updateTable('operations')
    .set({ receipt_until: lease.until.toISOString() })
    .where('id', '=', id)
    .where('run_id', 'is', null)
    .whereRef('version', '>', 'shown_version')
    .where(isFree(lease.now))
    .returningAll()
    .executeTakeFirst()
}

/** Notes that Slack is about to be asked to post it: from now on it may stand there. */
export async function tryReceipt(db: Kysely<Schema>, id: string, at: Date): Promise<void> {
  await db
    .updateTable('operations')
    .set({ receipt_tried_at: at.toISOString() })
    .where('id', '=', id)
    .execute()
}

/**
 * The receipt shows a version.
 * @param version the current one where left out
 */
export async function markShown(db: Kysely<Schema>, id: string, version?: number): Promise<void> {
  await db
    .updateTable('operations')
    .set((expression) => ({ shown_version: version ?? expression.ref('version'), receipt_until: null }))
    .where('id', '=', id)
    .execute()
}

/** Ends every lease, those of processes that have died. */
export async function freeReceipts(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('operations')
    .set({ receipt_until: null })
    .where('receipt_until', 'is not', null)
    .execute()
}

/** Not this time: nobody tries before then. */
export async function postponeReceipt(db: Kysely<Schema>, id: string, until: Date): Promise<void> {
  await db
    .updateTable('operations')
    .set({ receipt_until: until.toISOString() })
    .where('id', '=', id)
    .execute()
}
