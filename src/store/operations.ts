import { randomUUID } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Schema } from './schema.ts'

export type Operation = Selectable<Schema['operations']>

/** What is about to be asked of CMR. */
export interface Intention {
  /** Of the form or click; a second intention with the same key is refused while the first may be under way. */
  readonly submissionKey?: string | undefined
  readonly endpoint: string
  /** Slack user id. */
  readonly actor: string
  readonly channel?: string | undefined
  /** What a person calls it. */
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
      receipt_ts: null,
      state: 'intended',
      outcome: null,
      action_id: null,
      order_id: null,
      subject: '{}',
      label: intention.label,
      created_at: intention.at.toISOString(),
      ended_at: null,
    })
    .onConflict((conflict) => conflict.column('submission_key').doNothing())
    .executeTakeFirst()
  return written.numInsertedOrUpdatedRows === 0n ? 'duplicate' : id
}

/**
 * Writes down what came of it. A definite failure frees the form to be sent again; an unknown outcome does not.
 * @param result.subject CMR's ids of what it is about
 */
export async function completeOperation(
  db: Kysely<Schema>,
  id: string,
  result: {
    state: Exclude<Operation['state'], 'intended'>
    outcome?: string | undefined
    actionId?: string | undefined
    orderId?: string | undefined
    subject?: Readonly<Record<string, string>> | undefined
    at: Date
  },
): Promise<void> {
  const over = result.state === 'ended' || result.state === 'failed'
  await db
    .updateTable('operations')
    .set({
      state: result.state,
      outcome: result.outcome ?? null,
      action_id: result.actionId ?? null,
      order_id: result.orderId ?? null,
      subject: JSON.stringify(result.subject ?? {}),
      ended_at: over ? result.at.toISOString() : null,
      ...(result.state === 'failed' && { submission_key: null }),
    })
    .where('id', '=', id)
    .execute()
}

/** Notes where the receipt stands, so that what follows is told in its thread. */
export async function setReceipt(
  db: Kysely<Schema>,
  id: string,
  at: { channel: string; ts: string },
): Promise<void> {
  await db
    .updateTable('operations')
    .set({ channel: at.channel, receipt_ts: at.ts })
    .where('id', '=', id)
    .execute()
}

/** Operations that were being sent when the bot stopped: nobody knows what CMR did with them. */
export async function unfinishedOperations(db: Kysely<Schema>): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('state', '=', 'intended')
    .orderBy('created_at')
    .execute()
}

/** Where the receipt of an operation stands, so that what becomes of it is told in its thread. */
export interface Receipt {
  readonly channel: string
  readonly threadTs: string
}

/** What a webhook says about the operation that caused it. */
export interface Cause {
  readonly actionId?: string | undefined
  readonly orderId?: string | undefined
}

/**
 * Finds whose operations caused what, by actionId, else by orderId.
 * @param causes of events that have at least one of both
 * @returns a receipt for each cause, in their order; nothing where nobody here asked for it
 */
export async function receiptsOf(
  db: Kysely<Schema>,
  causes: readonly Cause[],
): Promise<(Receipt | undefined)[]> {
  const actionIds = causes.flatMap(({ actionId }) => (actionId ? [actionId] : []))
  const orderIds = causes.flatMap(({ orderId }) => (orderId ? [orderId] : []))
  if (actionIds.length + orderIds.length === 0) return causes.map(() => undefined)
  const rows = await db
    .selectFrom('operations')
    .select(['action_id', 'order_id', 'channel', 'receipt_ts'])
    .where('receipt_ts', 'is not', null)
    .where(({ or, eb }) =>
      or([
        ...(actionIds.length ? [eb('action_id', 'in', actionIds)] : []),
        ...(orderIds.length ? [eb('order_id', 'in', orderIds)] : []),
      ]),
    )
    .execute()
  return causes.map(({ actionId, orderId }) => {
    const found =
      rows.find((row) => actionId !== undefined && row.action_id === actionId) ??
      rows.find((row) => orderId !== undefined && row.order_id === orderId)
    return found?.channel && found.receipt_ts
      ? { channel: found.channel, threadTs: found.receipt_ts }
      : undefined
  })
}
