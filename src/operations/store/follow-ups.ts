import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { type ExpectedResultRow, keyOfPart } from './expected-results.ts'

/** A result that the bot has yet to bring about, and the one that it waits for. */
export interface DueFollowUp {
  readonly part: ExpectedResultRow
  readonly followUp: string
  /** Slack user id of whoever asked for it. */
  readonly actor: string
  /** Its turn among the requests of a plan. */
  readonly place: number
  /** Returns whether the result it waits for is done, or it waits for none. */
  readonly mayBeSent: boolean
  readonly after: Pick<ExpectedResultRow, 'name' | 'detail'> | undefined
}

interface PlannedTurn {
  readonly after?: { readonly kind: string; readonly name: string }
  readonly place?: number
}

/** Returns the follow-ups whose time has come: what they wait for is over, and nobody has sent them. */
export async function dueFollowUps(db: Kysely<Schema>, staleBefore: Date): Promise<DueFollowUp[]> {
  const rows = await db
    .selectFrom('expected_results as part')
    .innerJoin('operations as operation', 'operation.id', 'part.operation_id')
    .selectAll('part')
    .select('operation.actor')
    .where('part.state', '=', sql.lit('waiting' as const))
    .where('part.follow_up', 'is not', null)
    .where(({ or, eb }) =>
      or([eb('part.sent_at', 'is', null), eb('part.sent_at', '<', staleBefore.toISOString())]),
    )
    .where('operation.ended_at', 'is', null)
    .where('operation.state', 'in', ['accepted', 'unknown'])
    .orderBy('operation.created_at')
    .execute()
  const ids = [...new Set(rows.map(({ operation_id }) => operation_id))]
  if (ids.length === 0) return []
  const others = await db
    .selectFrom('expected_results')
    .select(['operation_id', 'kind', 'name', 'state', 'detail'])
    .where('operation_id', 'in', ids)
    .execute()
  const byKey = new Map(others.map((one) => [`${one.operation_id} ${one.kind} ${one.name}`, one]))
  return rows
    .flatMap(({ actor, ...part }): DueFollowUp[] => {
      const { operation_id, follow_up } = part
      if (!follow_up) return []
      const { after, place = 0 } = JSON.parse(follow_up) as PlannedTurn
      const other = after && byKey.get(`${operation_id} ${after.kind} ${after.name}`)
      if (other?.state === 'waiting') return []
      const mayBeSent = !after || other?.state === 'done'
      return [{ part, followUp: follow_up, actor, place, mayBeSent, after: other }]
    })
    .sort((a, b) => a.place - b.place)
}

/**
 * Takes a follow-up to send it.
 * @returns whether it is the caller's: nobody else has sent it, or will
 */
export async function claimFollowUp(db: Kysely<Schema>, part: ExpectedResultRow, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('expected_results')
    .set({ sent_at: at.toISOString(), detail: null })
    .where(({ and }) => and({ ...keyOfPart(part), state: 'waiting' }))
    .where('sent_at', part.sent_at === null ? 'is' : '=', part.sent_at)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Gives a follow-up back that CMR has certainly not acted on: it is sent later. */
export async function unclaimFollowUp(db: Kysely<Schema>, part: ExpectedResultRow): Promise<void> {
  await db
    .updateTable('expected_results')
    .set({ sent_at: null })
    .where(({ and }) => and({ ...keyOfPart(part), state: 'waiting' }))
    .execute()
}

/**
 * Writes down what a look has found in every operation that has looked at the same before, and has their receipts show
 * it.
 */
export async function noteFinding(
  db: Kysely<Schema>,
  { operation_id, kind, name }: ExpectedResultRow,
  found: string | undefined,
): Promise<void> {
  const detail = found ?? null
  const others = await db
    .updateTable('expected_results')
    .set({ detail })
    .where('operation_id', '!=', operation_id)
    .where(({ and }) => and({ kind, name, state: 'done' }))
    .returning('operation_id')
    .execute()
  for (const { operation_id: id } of others)
    await db
      .updateTable('operations')
      .set(({ eb }) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .execute()
}
