import { randomUUID } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import { releaseOperation } from '../../events/store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import { isLike, isOneOf, literal } from '../../store/sql.ts'

export type Operation = Selectable<Schema['operations']>

/** States in which an operation is not over. */
export const openStates = ['intended', 'accepted', 'unknown'] as const

/** An operation before its first request is sent. */
export interface Intention {
  /** The key of the form or click. A second operation with the same key is refused while the first may be under way. */
  readonly submissionKey?: string | undefined
  /** The run that it is an item of, and where that is told. */
  readonly bulk?: { readonly id: string; readonly messageTs: string | undefined } | undefined
  readonly endpoint: string
  /** Slack user id. */
  readonly actor: string
  readonly channel?: string | undefined
  /** The thread that its receipt belongs in. */
  readonly threadTs?: string | undefined
  /** The name that a person gave it. */
  readonly label: string
  readonly at: Date
}

/**
 * Writes down what is about to be asked, before it is sent.
 * @returns the operation's id, or `duplicate` where the same form was submitted already
 */
export async function intendOperation(
  db: Kysely<Schema>,
  intention: Intention,
): Promise<string | 'duplicate'> {
  const id = randomUUID()
  const written = await db
    .insertInto('operations')
    .values({
      id,
      submission_key: intention.submissionKey ?? null,
      endpoint: intention.endpoint,
      actor: intention.actor,
      channel: intention.channel ?? null,
      run_id: intention.bulk?.id ?? null,
      receipt_ts: intention.bulk?.messageTs ?? null,
      thread_ts: intention.threadTs ?? null,
      state: 'intended',
      subject: '{}',
      label: intention.label,
      created_at: intention.at.toISOString(),
    })
    .onConflict((conflict) => conflict.column('submission_key').doNothing())
    .executeTakeFirst()
  return written.numInsertedOrUpdatedRows === 0n ? 'duplicate' : id
}

/** A change of any column of an operation except its key. */
type OperationChange = Partial<Omit<Schema['operations'], 'id' | 'version' | 'shown_version' | 'polls'>> & {
  polls?: number
}

/** Locks an operation until the transaction ends, so that what is returned holds. Its receipt need not change. */
export async function lockOperation(db: Kysely<Schema>, id: string): Promise<Operation> {
  return db
    .updateTable('operations')
    .set(({ ref }) => ({ id: ref('id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * Changes an operation, and has its receipt show it. It is locked until the transaction ends, so that what is
 * returned holds.
 * @returns the operation as it is now
 */
export async function changeOperation(
  db: Kysely<Schema>,
  id: string,
  change: OperationChange,
): Promise<Operation> {
  return db
    .updateTable('operations')
    .set((expression) => ({ ...change, version: expression('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Adds a sentence to the story of an operation. */
export async function addStep(db: Kysely<Schema>, id: string, at: Date, step: string): Promise<void> {
  await db.insertInto('operation_steps').values({ operation_id: id, at: at.toISOString(), step }).execute()
}

/** The story so far, from its beginning. */
export async function stepsOf(db: Kysely<Schema>, id: string) {
  return db
    .selectFrom('operation_steps')
    .select(['at', 'step'])
    .where('operation_id', '=', id)
    .orderBy('at')
    .execute()
}

/** Notes where the receipt stands, so that what follows, and what has been held back for it, is told in its thread. */
export async function setReceipt(
  db: Kysely<Schema>,
  id: string,
  { channel, ts, threadTs = null, now }: { channel: string; ts: string; threadTs?: string | null; now: Date },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('operations')
      .set({ channel, receipt_ts: ts, thread_ts: threadTs })
      .where('id', '=', id)
      .execute()
    await transaction
      .updateTable('outbox')
      .set({ channel, thread_ts: threadTs ?? ts })
      .where('operation_id', '=', id)
      .where('state', '=', 'held')
      .execute()
    await releaseOperation(transaction, id, now)
  })
}

/** Returns the thread in which an operation is told of; undefined until its receipt stands. */
export function threadOf({ receipt_ts, thread_ts }: Operation): string | undefined {
  return receipt_ts === null ? undefined : (thread_ts ?? receipt_ts)
}

/** One operation. */
export async function operationOf(db: Kysely<Schema>, id: string): Promise<Operation | undefined> {
  return db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
}

/** By what people have of it: what it is about, CMR's actionId or orderId, or the beginning of its own id. Newest first. */
export async function operationsCalled(db: Kysely<Schema>, called: string): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where(({ or, eb }) =>
      or([
        eb('action_id', '=', called),
        eb('order_id', '=', called),
        eb('id', '=', called),
        eb('label', '=', called),
        eb(
          'id',
          'in',
          db.selectFrom('expected_results').select('operation_id').where('name', '=', called.toLowerCase()),
        ),
        ...(called.length >= 6 ? [isLike('id', `${literal(called)}%`)] : []),
      ]),
    )
    .orderBy('created_at', 'desc')
    .limit(20)
    .execute()
}

/** The outcome of an order that was left unconfirmed and that nobody means to process. */
export const DROPPED = 'dropped'

/**
 * Takes an order that waits to be processed off the bot's lists; its receipt shows that. One that is being processed, or
 * may have been, is charged: it stays.
 * @returns what placed it; undefined where it does not wait
 */
export async function dropOrder(
  db: Kysely<Schema>,
  orderId: string,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<Operation | undefined> {
  return db.transaction().execute(async (transaction) => {
    const dropped = await transaction
      .updateTable('operations')
      .set((expression) => ({ outcome: DROPPED, version: expression('version', '+', 1) }))
      .where('order_id', '=', orderId)
      .where('endpoint', '!=', 'orders.process')
      .where('state', '=', 'ended')
      .where('outcome', 'is', null)
      .where(({ not, exists }) =>
        not(
          exists(
            transaction
              .selectFrom('operations as processing')
              .select('processing.id')
              .where('processing.order_id', '=', orderId)
              .where('processing.endpoint', '=', 'orders.process')
              .where('processing.state', 'in', openStates),
          ),
        ),
      )
      .returningAll()
      .executeTakeFirst()
    if (dropped) await addStep(transaction, dropped.id, at, `<@${by}> dropped it: it is off the bot’s lists.`)
    return dropped
  })
}

/** An order that was left unconfirmed is processed: the receipt of its placing shows that it waits no more. */
export async function noteProcessed(db: Kysely<Schema>, orderId: string): Promise<void> {
  await db
    .updateTable('operations')
    .set((expression) => ({ outcome: 'processed', version: expression('version', '+', 1) }))
    .where('order_id', '=', orderId)
    .where('endpoint', '!=', 'orders.process')
    .where('state', '=', 'ended')
    .where(({ eb, or }) => or([eb('outcome', 'is', null), eb('outcome', '=', DROPPED)]))
    .execute()
}

/** Returns the request that placed an order and the name a person gave it, if the bot placed it. */
export async function placedOrder(db: Kysely<Schema>, orderId: string) {
  return db
    .selectFrom('operations')
    .select(['request', 'label'])
    .where('order_id', '=', orderId)
    .where('endpoint', 'like', 'orders.create%')
    .executeTakeFirst()
}

/** Finds operations by what CMR calls them, oldest first. */
export async function operationsNamed(
  db: Kysely<Schema>,
  ids: { readonly actionIds: readonly string[]; readonly orderIds: readonly string[] },
): Promise<Operation[]> {
  const { actionIds, orderIds } = ids
  if (actionIds.length + orderIds.length === 0) return []
  return db
    .selectFrom('operations')
    .selectAll()
    .where(({ or }) =>
      or([
        ...(actionIds.length ? [isOneOf(db, 'action_id', actionIds)] : []),
        ...(orderIds.length ? [isOneOf(db, 'order_id', orderIds)] : []),
      ]),
    )
    .orderBy('created_at')
    .execute()
}

/** The operation of a form, a click or an item of a run. */
export async function operationWithKey(
  db: Kysely<Schema>,
  submissionKey: string,
): Promise<Operation | undefined> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('submission_key', '=', submissionKey)
    .executeTakeFirst()
}
