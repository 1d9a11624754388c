import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { announceOperation, conclude } from './conclude.ts'
import { dueTimes, type OperationDeadlines } from './deadlines.ts'
import { isSeparate } from './expected-results.ts'
import { completeResults, expectedResultsOfOperations } from './store/expected-results.ts'
import { addStep, changeOperation, lockOperation, type Operation } from './store/operations.ts'

/** The outcome that a person found where the bot could not. */
export interface FoundByPerson {
  readonly happened: boolean
  /** Slack user id. */
  readonly by: string
  readonly at: Date
}

/** Ends an operation by the word of a person. @returns the operation as it is now */
export async function settle(
  store: Store,
  operation: Operation,
  decision: FoundByPerson,
): Promise<Operation> {
  const { happened, by, at } = decision
  const verdict = happened ? 'happened' : 'did not happen'
  return store.db.transaction().execute(async (transaction) => {
    const locked = await lockOperation(transaction, operation.id)
    if (locked.ended_at) return locked
    await addStep(transaction, operation.id, at, `<@${by}> recorded that it ${verdict}.`)
    const parts = await expectedResultsOfOperations(transaction, [operation.id])
    const open = parts.filter(({ state }) => state === 'waiting')
    // The bot goes on with what follows, unless that alone is left and somebody has looked for it.
    const own = open.filter(({ follow_up }) => follow_up === null)
    const waiting = own.length > 0 && happened ? own : open
    // If some of several requests are known to have happened, the decision is about the others.
    const isPartial = parts.length > waiting.length && parts.every(({ kind }) => isSeparate(kind))
    const settled = await changeOperation(
      transaction,
      operation.id,
      happened || isPartial
        ? { state: 'accepted', outcome: null, flagged_at: null }
        : {
            state: 'failed',
            outcome: 'Somebody checked and recorded that.',
            reported_not_happened_by: by,
            ended_at: at.toISOString(),
            poll_at: null,
            // An operation that did not happen may be sent again.
            submission_key: null,
          },
    )
    await announceOperation(transaction, settled, {
      event: 'operation.settled',
      severity: 'good',
      data: { by, verdict },
      occasion: at.toISOString(),
      at,
    })
    if (!happened && !isPartial) return settled
    const completions = waiting.map(({ kind, name }) => ({
      operationId: operation.id,
      kind,
      name,
      state: happened ? ('done' as const) : ('failed' as const),
      detail: happened ? 'by decision' : 'Somebody checked and recorded that it did not happen.',
    }))
    await completeResults(transaction, completions, at)
    return conclude(transaction, settled, { at, told: true })
  })
}

/** Takes a person's word back, in the transaction that stores what CMR tells: whoever was told may have sent it again. */
export async function contradict(
  db: Kysely<Schema>,
  { operation, reportedBy }: { readonly operation: Operation; readonly reportedBy: string },
  at: Date,
): Promise<void> {
  const step = `<@${reportedBy}> had recorded that it did not happen, but CMR reports it: it counts as happened.`
  await addStep(db, operation.id, at, step)
  await announceOperation(db, operation, {
    event: 'operation.disproved',
    severity: 'urgent',
    data: { by: reportedBy },
    occasion: at.toISOString(),
    at,
  })
}

/** Looks for an unknown outcome for as long again. */
export async function keepChecking(
  store: Store,
  deadlines: OperationDeadlines,
  { id, endpoint }: Operation,
  { by, at }: Omit<FoundByPerson, 'happened'>,
): Promise<Operation> {
  return store.db.transaction().execute(async (transaction) => {
    const locked = await lockOperation(transaction, id)
    if (locked.ended_at) return locked
    await addStep(transaction, id, at, `<@${by}> asked the bot to keep checking.`)
    const state = locked.state === 'unknown' ? 'unknown' : 'accepted'
    const times = dueTimes(deadlines, state, endpoint, at)
    return changeOperation(transaction, id, times)
  })
}
