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
      chases: 0,
      version: 0,
      shown_version: 0,
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

/** Notes where the receipt stands, so that what follows, and what has been held back for it, is told in its thread. */
export async function setReceipt(
  db: Kysely<Schema>,
  id: string,
  at: { channel: string; ts: string; now: Date },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('operations')
      .set({ channel: at.channel, receipt_ts: at.ts })
      .where('id', '=', id)
      .execute()
    await transaction
      .updateTable('outbox')
      .set({
        state: 'waiting',
        channel: at.channel,
        thread_ts: at.ts,
        not_before: at.now.toISOString(),
      })
      .where('operation_id', '=', id)
      .where('state', '=', 'held')
      .execute()
  })
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

/** One operation. */
export async function operationOf(db: Kysely<Schema>, id: string): Promise<Operation | undefined> {
  return db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Finds operations by what CMR calls them. */
export async function operationsNamed(
  db: Kysely<Schema>,
  ids: { readonly actionIds: readonly string[]; readonly orderIds: readonly string[] },
): Promise<Operation[]> {
  const { actionIds, orderIds } = ids
  if (actionIds.length + orderIds.length === 0) return []
  return db
    .selectFrom('operations')
    .selectAll()
    .where(({ or, eb }) =>
      or([
        ...(actionIds.length ? [eb('action_id', 'in', actionIds)] : []),
        ...(orderIds.length ? [eb('order_id', 'in', orderIds)] : []),
      ]),
    )
    .execute()
}
