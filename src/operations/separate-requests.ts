import type { Cmr } from '../cmr/client.ts'
import type { Endpoint } from '../cmr/endpoint.ts'
import { CmrError, type CmrErrorKind } from '../cmr/errors.ts'
import type { RequestOutcome, SeparateRequest } from '../commands/context.ts'
import type { Store } from '../store/store.ts'
import { dueTimes, type OperationDeadlines } from './deadlines.ts'
import { type ExpectedResult, endsWithAnswer } from './expected-results.ts'
import type { Gate } from './gate.ts'
import {
  completeResults,
  describePart,
  type ExpectedResultRow,
  expectedResultsOfOperations,
  isUnheard,
  markPartSent,
} from './store/expected-results.ts'
import { addStep, changeOperation, lockOperation } from './store/operations.ts'

/** A request, and the result that it is expected to have. */
interface RequestStep extends SeparateRequest {
  readonly part: ExpectedResult
}

/** Failures that say nothing of the one thing: the next request would meet the same. */
const general: ReadonlySet<CmrErrorKind> = new Set([
  'unauthorized',
  'wallet',
  'rate-limited',
  'unavailable',
  'not-set-up',
])
/** Returns whether the next request would fail in the same way, whatever it is about. */
export function isGeneral({ kind }: CmrError): boolean {
  return general.has(kind)
}

/** After so many requests in a row without an answer, CMR is not asked for more. */
export const MOST_UNANSWERED = 3

/**
 * Sends the requests of one operation one after the other, in the turns that people leave ("5 requests/s per key").
 * That a request leaves is written down before it does, and what became of it before the next one: after a crash
 * none is sent twice.
 * @throws CmrError with `mayHaveBeenAccepted` where the outcome of a request could not be written down
 */
export async function sendOneByOne(
  parts: {
    readonly cmr: Cmr
    readonly store: Store
    readonly clock: () => Date
    readonly deadlines: OperationDeadlines
    readonly operationId: string
    readonly gate: Pick<Gate, 'isFrozen'>
  },
  endpoint: Endpoint,
  steps: readonly RequestStep[],
): Promise<readonly RequestOutcome[]> {
  const { cmr, store, clock, deadlines, operationId, gate } = parts
  let unanswered = 0
  let why: string | undefined
  try {
    for (const step of steps) {
      if (why) await close(step, 'failed', `Not sent: ${why}`)
      else why = await send(step)
    }
    return await finish()
  } catch (error) {
    if (error instanceof CmrError) throw error
    const sentence = 'The bot could not store the outcome.'
    const details = { kind: 'unknown-outcome', endpoint: endpoint.id, mayHaveBeenAccepted: true } as const
    throw new CmrError(sentence, details, error)
  }

  /** @returns why no more is to be sent */
  async function send(step: RequestStep): Promise<string | undefined> {
    // The turn comes first: what a crash leaves unknown has really left.
    const client = await cmr.reserve('bulk')
    const stopped = await leaves(step)
    if (stopped) {
      await close(step, 'failed', `Not sent: ${stopped}`)
      return stopped
    }
    try {
      await client.call(endpoint, step.request)
    } catch (error) {
      if (!(error instanceof CmrError)) throw error
      if (error.mayHaveBeenAccepted) {
        await note(`No answer for ${step.label}: ${error.message}`)
        unanswered++
        return unanswered >= MOST_UNANSWERED ? 'CMR had stopped answering.' : undefined
      }
      await close(step, 'failed', error.cmrMessage ?? error.message)
      return isGeneral(error) ? error.message : undefined
    }
    unanswered = 0
    if (endsWithAnswer(step.part.kind)) await close(step, 'done')
    else await take(step)
    return undefined
  }

  /** @returns why nothing leaves any more: another process has given the operation up, or all of it is frozen by now */
  async function leaves({ part }: RequestStep): Promise<string | undefined> {
    const now = clock()
    return store.db.transaction().execute(async (transaction) => {
      const { state } = await lockOperation(transaction, operationId)
      if (state !== 'intended') return 'the bot had been stopped meanwhile.'
      if (await gate.isFrozen(transaction))
        return 'meanwhile an admin has frozen everything that charges or cannot be undone.'
      await changeOperation(transaction, operationId, { sent_at: now.toISOString() })
      await markPartSent(transaction, { operation_id: operationId, ...part }, now)
      return undefined
    })
  }

  async function close({ part, label }: RequestStep, state: 'done' | 'failed', detail?: string) {
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      await completeResults(transaction, [{ operationId, ...part, state, detail }], now)
      const step = state === 'done' ? `CMR has accepted it: ${label}.` : `${label}: ${detail}`
      await addStep(transaction, operationId, now, step)
    })
  }

  async function take({ part, label }: RequestStep) {
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      await describePart(transaction, { operation_id: operationId, ...part }, 'CMR has taken it.')
      await addStep(transaction, operationId, now, `CMR has taken it: ${label}.`)
    })
  }

  async function note(step: string) {
    await addStep(store.db, operationId, clock(), step)
  }

  async function finish(): Promise<readonly RequestOutcome[]> {
    const now = clock()
    return store.db.transaction().execute(async (transaction) => {
      const { state } = await lockOperation(transaction, operationId)
      const rows = await expectedResultsOfOperations(transaction, [operationId])
      const unknown = rows.filter(isUnheard)
      if (state === 'intended') {
        const next = unknown.length > 0 ? 'unknown' : 'accepted'
        const outcome =
          unknown.length > 0 ? `CMR did not answer for ${unknown.length} of ${rows.length}.` : null
        await changeOperation(transaction, operationId, {
          ...dueTimes(deadlines, next, endpoint.id, now),
          outcome,
        })
      }
      return rows.map((row) => ({ label: row.label ?? row.name, state: stateOf(row), detail: row.detail }))
    })
  }
}

function stateOf(row: ExpectedResultRow): RequestOutcome['state'] {
  return row.state === 'waiting' && !isUnheard(row) ? 'taken' : row.state
}
