import type { Outcome } from '../commands/command.ts'
import type { Store } from '../store/store.ts'
import { closeUnsent, conclude } from './conclude.ts'
import { dueTimes, happened, type OperationDeadlines } from './deadlines.ts'
import { isSeparate, withoutLooks } from './expected-results.ts'
import { rematch } from './match-events.ts'
import { markShown } from './receipts.ts'
import { expectedResultsOfOperations } from './store/expected-results.ts'
import { addStep, changeOperation, operationOf } from './store/operations.ts'

/** Writes into an operation what came of its request. */
export interface OutcomeRecorder {
  /**
   * CMR has answered: the operation is over, or waits for what follows.
   * @returns why CMR refused all of it, if it did
   */
  answer(operationId: string, outcome: Outcome): Promise<string | undefined>
  /** CMR may have acted on it: the bot checks, and never sends it again. */
  unknown(
    operationId: string,
    endpoint: string,
    about: { readonly why: string; readonly actionId: string | undefined },
  ): Promise<void>
  /** A definite failure frees the form to be sent again. The person reads it there: it has no receipt. */
  refusal(operationId: string, why: string): Promise<void>
}

export function recorderOf({
  store,
  clock,
  deadlines,
}: {
  readonly store: Store
  readonly clock: () => Date
  readonly deadlines: OperationDeadlines
}): OutcomeRecorder {
  const { db } = store
  return {
    answer: (operationId, { message, actionId, orderId, subject = {} }) =>
      db.transaction().execute(async (transaction) => {
        const operation = await changeOperation(transaction, operationId, {
          head: JSON.stringify(message),
          subject: JSON.stringify(subject),
          ...(actionId && { action_id: actionId }),
          ...(orderId && { order_id: orderId }),
        })
        await rematch(transaction, deadlines, operation, clock())
        // A command that asked CMR for no change is over now.
        const accepted =
          operation.state === 'intended'
            ? await changeOperation(transaction, operationId, { state: 'accepted' })
            : await operationOf(transaction, operationId)
        if (accepted) await conclude(transaction, accepted, { at: clock(), told: true })
        const parts = withoutLooks(await expectedResultsOfOperations(transaction, [operationId]))
        const isRefused = parts.length > 0 && parts.every(({ state }) => state === 'failed')
        return isRefused ? (parts[0]?.detail ?? 'CMR refused all of it.') : undefined
      }),
    unknown: (operationId, endpoint, { why, actionId }) =>
      db.transaction().execute(async (transaction) => {
        const now = clock()
        const operation = await changeOperation(transaction, operationId, {
          ...dueTimes(deadlines, 'unknown', endpoint, now),
          outcome: why,
          ...(actionId && { action_id: actionId }),
        })
        await addStep(transaction, operationId, now, `${why} The bot checks whether it happened.`)
        await rematch(transaction, deadlines, operation, now)
        const parts = await expectedResultsOfOperations(transaction, [operationId])
        const after = await operationOf(transaction, operationId)
        await closeUnsent(transaction, operationId, now)
        // A webhook was faster than the failure.
        const isHeard = parts.some(({ kind, state }) => state !== 'waiting' && !isSeparate(kind))
        if (after?.state !== 'unknown' || !isHeard) return
        const change = happened(deadlines, operation.endpoint, now)
        const accepted = await changeOperation(transaction, operationId, change)
        await conclude(transaction, accepted, { at: now })
      }),
    async refusal(operationId, why) {
      await changeOperation(db, operationId, {
        state: 'failed',
        outcome: why,
        ended_at: clock().toISOString(),
        submission_key: null,
        // The order goes on without it: its webhooks are not told under a receipt that never comes.
        order_id: null,
      })
      await markShown(db, operationId)
    },
  }
}
