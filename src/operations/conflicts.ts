import { type Kysely, sql } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { type ExpectedResult, type FollowUp, mayNotRepeat, type RequestContent } from './expected-results.ts'
import { expectedResultsOf, type OperationTraitsOf } from './operation-traits.ts'
import { type ConflictingOperation, findConflict } from './store/expected-results.ts'
import { placedOrder } from './store/operations.ts'

/** Somebody has asked for the same, and it is under way: nothing was sent. */
export class DuplicateOperationError extends Error {
  readonly conflict: ConflictingOperation

  constructor(conflict: ConflictingOperation) {
    super(`It is already under way (operation ${conflict.id.slice(0, 8)}): nothing was sent.`)
    this.conflict = conflict
  }
}

/** The results expected of a request. For the processing of an order they come from the request that placed it. */
export async function resultsExpectedOf(
  db: Kysely<Schema>,
  traitsOf: OperationTraitsOf,
  endpoint: string,
  sent: RequestContent,
): Promise<{
  readonly orderId: string | undefined
  readonly parts: readonly ExpectedResult[]
  /** Operations that still wait for one of these results. */
  readonly followUps: readonly FollowUp[]
  readonly placedAs: string | undefined
}> {
  const traits = traitsOf(endpoint)
  const orderId = traits.orderOf?.(sent)
  const placed = orderId === undefined ? undefined : await placedOrder(db, orderId)
  const placedWith = placed?.request ? (JSON.parse(placed.request) as RequestContent) : undefined
  const parts = expectedResultsOf(endpoint, traits, sent, placedWith)
  const isExpected = ({ after }: FollowUp) =>
    parts.some(({ kind, name }) => kind === after?.kind && name === after.name)
  const followUps = (placedWith?.followUps ?? sent.followUps ?? []).filter(isExpected)
  return { orderId, parts, followUps, placedAs: placed?.label }
}

/**
 * Finds who has asked for any of the same, where doing it twice is always a mistake: it is paid for twice.
 * @param besides the operation that asks
 * @param since counts what has ended since then too: when a person was shown what they confirmed
 */
export async function conflictingOperation(
  db: Kysely<Schema>,
  awaited: readonly ExpectedResult[],
  { besides, since }: { readonly besides?: string | undefined; readonly since?: Date | undefined } = {},
): Promise<ConflictingOperation | undefined> {
  return findConflict(
    db,
    awaited.filter(({ kind }) => mayNotRepeat(kind)),
    { besides, since },
  )
}

/** Until the transaction ends nobody else begins anything: of two at once, the second sees the first. */
export async function oneAtATime(db: Kysely<Schema>, dialect: Store['dialect']): Promise<void> {
  // SQLite has one transaction at a time as it is.
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(hashtext('cmr.sending'))`.execute(db)
}
