import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { type Attempt, type Audit, SENT } from '../access/audit/audit.ts'
import { readPolicy } from '../access/policy.ts'
import type { Cmr } from '../cmr/client.ts'
import type { Endpoint } from '../cmr/endpoint.ts'
import { allEndpoints } from '../cmr/endpoints/index.ts'
import { CmrError, traceOf } from '../cmr/errors.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { millisecondsInMinute, subMilliseconds } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { conclude } from './conclude.ts'
import { dueTimes, type OperationDeadlines } from './deadlines.ts'
import { endsWithAnswer, type FollowUp, FROZEN, type OperationTraitsOf } from './expected-results.ts'
import { isGeneral, MOST_UNANSWERED } from './separate-requests.ts'
import { completeResults, describePart, type ExpectedResultRow } from './store/expected-results.ts'
import {
  claimFollowUp,
  type DueFollowUp,
  dueFollowUps,
  noteFinding,
  unclaimFollowUp,
} from './store/follow-ups.ts'
import { addStep, changeOperation, lockOperation } from './store/operations.ts'

const LOOK_MS = 1000
const BACK_OFF = { firstMs: 5000, longestMs: 5 * millisecondsInMinute }
/** No request of CMR's takes longer: whoever was sending it has died. */
const STALE_MS = 2 * millisecondsInMinute
/** Follow-ups that a round looks at. */
const MOST = 200

type PlannedRequest = Pick<FollowUp, 'endpoint' | 'request'>

/** Adds one request to the audit: that it leaves, or how it ended. */
type RecordRequest = (
  row: Pick<Attempt, 'outcome' | 'detail' | 'actionId'>,
  transaction?: Kysely<Schema>,
) => Promise<unknown>

const isCharge = ({ effect }: Endpoint) => effect === 'charge' || effect === 'destroy'

function endpointOf({ followUp }: DueFollowUp): Endpoint {
  const planned = JSON.parse(followUp) as PlannedRequest
  const endpoint = allEndpoints.find(({ id }) => id === planned.endpoint)
  if (!endpoint) throw new Error(`${planned.endpoint} is no endpoint`)
  return endpoint
}

/** A switch may be set twice, and CMR asked twice. A record that is added twice is there twice. */
function isRepeatable({ effect }: Endpoint, { kind }: Pick<ExpectedResultRow, 'kind'>): boolean {
  return effect === 'read' || (effect === 'write' && endsWithAnswer(kind))
}

/** Of what must not happen twice only what CMR has certainly not acted on, for a reason that passes. */
function isSentAgain(endpoint: Endpoint, part: ExpectedResultRow, error: CmrError): boolean {
  if (endpoint.effect === 'read') return error.kind === 'rate-limited'
  if (isRepeatable(endpoint, part)) return error.mayHaveBeenAccepted || isGeneral(error)
  return !error.mayHaveBeenAccepted && (error.kind === 'rate-limited' || error.kind === 'unavailable')
}

/**
 * Sends what follows upon results that have come about: auto-renew of a domain once it is registered, the renewal of a
 * subscription once its domain is renewed. That one leaves is written down before it does. A charge whose answer never
 * came is never sent again; a switch that is set once more does no harm, so it is.
 */
export function createFollowUps(parts: {
  readonly store: Store
  readonly cmr: Cmr
  readonly audit: Audit
  readonly clock: () => Date
  readonly deadlines: OperationDeadlines
  readonly traitsOf: OperationTraitsOf
  readonly logger: Logger
}): Worker {
  const { store, cmr, audit, clock, deadlines, traitsOf, logger } = parts
  /** Requests in a row without an answer, by operation. */
  const unanswered = new Map<string, number>()
  const loop = createBackgroundLoop({
    name: 'Follow-ups',
    serves: 'changes',
    everyMs: LOOK_MS,
    backOff: BACK_OFF,
    async round() {
      const due = await dueFollowUps(store.db, subMilliseconds(clock(), STALE_MS))
      for (const one of (await movable(due)).slice(0, MOST)) {
        if (loop.signal.aborted) return
        await advance(one)
      }
    },
    onError: 'what follows upon an operation could not be sent; tries again',
    logger,
  })

  /** Returns those that something can be done about: however many wait for a freeze to end, they hold up nothing else. */
  async function movable(due: readonly DueFollowUp[]): Promise<readonly DueFollowUp[]> {
    const { frozen } = (await readPolicy(store.db)).policy
    const held = due.filter((one) => frozen && one.mayBeSent && isCharge(endpointOf(one)))
    for (const { part } of held) if (part.sent_at === null && part.detail !== FROZEN) await hold(part)
    // Whoever was sending a charge has died: it is looked for, and never sent again.
    return due.filter(
      (one) =>
        !held.includes(one) &&
        (!one.mayBeSent || one.part.sent_at === null || isRepeatable(endpointOf(one), one.part)),
    )
  }

  /** Has the receipt say why it waits. */
  async function hold(part: ExpectedResultRow) {
    await store.db.transaction().execute(async (transaction) => {
      await describePart(transaction, part, FROZEN)
      await changeOperation(transaction, part.operation_id, {})
    })
  }

  async function advance(due: DueFollowUp) {
    const { part, followUp, mayBeSent, after, actor } = due
    if (!mayBeSent) {
      const why = after
        ? `${after.name}: ${after.detail || 'it did not happen'}`
        : 'what it waits for is gone'
      return close(part, 'failed', `Not sent. ${why}`)
    }
    if ((unanswered.get(part.operation_id) ?? 0) >= MOST_UNANSWERED)
      return close(part, 'failed', 'Not sent, because CMR had stopped answering. You can run it again.')
    const planned = JSON.parse(followUp) as PlannedRequest
    const endpoint = endpointOf(due)
    const client = await cmr.reserve('bulk', loop.signal)
    const record: RecordRequest = (row, transaction) => {
      const { query, body } = planned.request
      const about = { actor, command: endpoint.id, arguments: { ...query, ...body } }
      return audit.record({ at: clock(), ...about, operationId: part.operation_id, ...row }, transaction)
    }
    if (endpoint.effect === 'read') return look(client, endpoint, planned.request, part)
    if (await claim(part, endpoint, record)) await send(client, endpoint, planned.request, part, record)
  }

  /** What CMR does not say is not known, and nothing fails for it. */
  async function look(
    client: Cmr,
    endpoint: Endpoint,
    request: PlannedRequest['request'],
    part: ExpectedResultRow,
  ) {
    const name = part.label ?? part.name
    try {
      const { data } = await client.call(endpoint, { query: request.query })
      const found = traitsOf(endpoint.id).finds?.(data)
      await noteFinding(store.db, part, found)
      await close(part, 'done', found, `Looked at ${name}: ${found} missing.`)
    } catch (error) {
      if (!(error instanceof CmrError) || isSentAgain(endpoint, part, error)) throw error
      await close(part, 'done', undefined, `Could not look at ${name}: ${error.message}`)
    }
  }

  /** @returns false where somebody else has it, the operation is over, or charging was frozen before its turn came */
  async function claim(part: ExpectedResultRow, endpoint: Endpoint, record: RecordRequest): Promise<boolean> {
    return store.db.transaction().execute(async (transaction) => {
      if (isCharge(endpoint) && (await readPolicy(transaction)).policy.frozen) return false
      const { ended_at } = await lockOperation(transaction, part.operation_id)
      if (ended_at !== null || !(await claimFollowUp(transaction, part, clock()))) return false
      await record({ outcome: 'pending', detail: SENT }, transaction)
      return true
    })
  }

  async function send(
    client: Cmr,
    endpoint: Endpoint,
    request: PlannedRequest['request'],
    part: ExpectedResultRow,
    record: RecordRequest,
  ) {
    const name = part.label ?? part.name
    try {
      const { actionId } = await client.call(endpoint, request)
      unanswered.delete(part.operation_id)
      await taken(endpoint, part, name)
      await record({ outcome: 'ok', actionId })
    } catch (error) {
      if (!(error instanceof CmrError)) throw error
      if (isSentAgain(endpoint, part, error)) {
        await unclaimFollowUp(store.db, part)
        throw error
      }
      const detail = error.cmrMessage ?? error.message
      if (error.mayHaveBeenAccepted) await unanswer(part, `No answer for ${name}: ${error.message}`)
      else await close(part, 'failed', detail)
      await record({ outcome: error.mayHaveBeenAccepted ? 'unknown' : 'failed', detail: traceOf(error) })
    }
  }

  /** CMR has accepted it; what ends with a webhook has its own time from now on. */
  async function taken(endpoint: Endpoint, part: ExpectedResultRow, name: string) {
    const step = `CMR has accepted it: ${endpoint.id.replace('.', ' ')} for ${name}.`
    if (endsWithAnswer(part.kind)) return close(part, 'done', undefined, step)
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      const { state } = await lockOperation(transaction, part.operation_id)
      await addStep(transaction, part.operation_id, now, step)
      if (state === 'accepted')
        await changeOperation(
          transaction,
          part.operation_id,
          dueTimes(deadlines, 'accepted', endpoint.id, now),
        )
    })
  }

  /** CMR may have acted on it: the bot checks, and never sends it again. */
  async function unanswer(part: ExpectedResultRow, step: string) {
    const { operation_id } = part
    unanswered.set(operation_id, (unanswered.get(operation_id) ?? 0) + 1)
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      await describePart(transaction, part, 'CMR did not answer: the bot looks whether it happened')
      await addStep(transaction, operation_id, now, step)
      await changeOperation(transaction, operation_id, {})
    })
  }

  async function close(
    part: ExpectedResultRow,
    state: 'done' | 'failed',
    detail?: string,
    step = `${part.label ?? part.name}: ${detail}`,
  ) {
    const { operation_id: operationId, kind, name } = part
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      await lockOperation(transaction, operationId)
      await completeResults(transaction, [{ operationId, kind, name, state, detail }], now)
      await addStep(transaction, operationId, now, step)
      const operation = await changeOperation(transaction, operationId, {})
      await conclude(transaction, operation, { at: now })
    })
  }

  return loop
}
