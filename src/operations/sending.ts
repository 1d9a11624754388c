import type { Kysely } from 'kysely'
import { apiOf, type Cmr, type CmrApi } from '../cmr/client.ts'
import type { Answer, Endpoint, RequestOf } from '../cmr/endpoint.ts'
import { CmrError } from '../cmr/errors.ts'
import { refusalSentence } from '../cmr/items.ts'
import { dropCredentials } from '../cmr/redact.ts'
import type { SendEach, SendPlanned } from '../commands/context.ts'
import { spokenIds } from '../directory/names/called.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { dueTimes, type OperationDeadlines } from './deadlines.ts'
import {
  type ExpectedResult,
  endsWithAnswer,
  expectedResultsOf,
  type FollowUp,
  type OperationTraitsOf,
  type RequestContent,
  reasonFor,
} from './expected-results.ts'
import {
  conflictingOperation,
  DuplicateOperationError,
  type Gate,
  oneAtATime,
  resultsExpectedOf,
} from './gate.ts'
import { doneMeanwhileSentence, recentCharges } from './recent-charges.ts'
import { sendOneByOne } from './separate-requests.ts'
import {
  type Completion,
  completeResults,
  expectedResultsOfOperations,
  insertExpectedResults,
} from './store/expected-results.ts'
import { addStep, changeOperation, lockOperation } from './store/operations.ts'

const TOO_LATE = 'This could not be sent for minutes, so it was not sent at all. Run the command again.'
const unsent = { mayHaveBeenAccepted: false } as const

/** The requests that one operation sends to CMR. */
export interface TrackedCmr {
  /** Writes down every change before it leaves, and every answer before anybody works with it. */
  readonly cmr: CmrApi
  readonly sendEach: SendEach
  readonly followWith: (followUps: readonly FollowUp[]) => void
  readonly sendPlanned: SendPlanned
  /** The outcome of the operation's one change. */
  state(): 'nothing' | 'sent' | 'answered'
}

/**
 * Returns CMR for one operation. Reads pass; of a write the request and all that must come about are on
 * disk before it leaves. So after a crash an operation without a request is known to have changed nothing.
 */
export function trackedCmr(parts: {
  readonly cmr: Cmr
  readonly store: Store
  readonly clock: () => Date
  readonly deadlines: OperationDeadlines
  readonly traitsOf: OperationTraitsOf
  readonly operationId: string
  /** When a person was shown what they have confirmed. */
  readonly shownAt?: Date | undefined
  readonly gate: Gate
  /** Adds the attempt to the audit, in the transaction without which nothing is sent. */
  readonly onLeaving: (transaction: Kysely<Schema>) => Promise<unknown>
}): TrackedCmr {
  const { cmr, store, clock, deadlines, traitsOf, operationId, shownAt, gate, onLeaving } = parts
  let state: ReturnType<TrackedCmr['state']> = 'nothing'
  let followUps: readonly FollowUp[] = []

  const watched: Cmr['call'] = async (endpoint, request, options) => {
    if (endpoint.effect === 'read') return cmr.call(endpoint, request, options)
    return sendOne(endpoint, request, options)
  }

  async function sendOne(
    endpoint: Endpoint,
    request: RequestOf<Endpoint>,
    options?: Parameters<Cmr['call']>[2],
    how: Pick<How, 'labels' | 'check'> = {},
  ) {
    await intend(endpoint, sentOf(request), { leaves: 'now', ...how })
    state = 'sent'
    const answer = await cmr.call(endpoint, request, options)
    state = 'answered'
    await accept(endpoint, answer)
    return answer
  }

  const sendEach: SendEach = async (endpoint, requests, check) => {
    const steps = requests.flatMap(({ request, label }) => {
      const sent = sentOf(request)
      return expectedResultsOf(endpoint.id, traitsOf(endpoint.id), sent).map((part) => ({
        request,
        label,
        sent,
        part,
      }))
    })
    const labels = new Map(steps.map(({ part, label }) => [part.name, label]))
    const [only, ...more] = steps
    if (only && more.length === 0) {
      await sendOne(endpoint, only.request, undefined, { labels, check })
      return [{ label: only.label, state: endsWithAnswer(only.part.kind) ? 'done' : 'taken', detail: null }]
    }
    await intend(endpoint, together(steps.map(({ sent }) => sent)), { leaves: 'one by one', labels, check })
    state = 'sent'
    const outcomes = await sendOneByOne({ cmr, store, clock, deadlines, operationId, gate }, endpoint, steps)
    state = 'answered'
    return outcomes
  }

  async function intend(endpoint: Endpoint, request: RequestContent, { leaves, labels, check }: How) {
    // A refusal after a success could not be told from a request that did nothing.
    if (state !== 'nothing') throw new Error(`${endpoint.id} would be a second change in one operation`)
    const sent = followUps.length > 0 ? { ...request, followUps } : request
    const expected = await resultsExpectedOf(store.db, traitsOf, endpoint.id, sent)
    const { orderId, parts: awaited, followUps: following, placedAs } = expected
    // Where only a change tells that it came about, what is there now has to be known. Not known, it can still
    // be told by a webhook.
    const before = await traitsOf(endpoint.id)
      .remember?.(cmr, sent)
      .catch(() => undefined)
    // Results go by CMR's ids, in lower case; people read the names.
    const ids = awaited.map(({ name }) => name.toUpperCase())
    const spoken = await spokenIds(store, ids)
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      await oneAtATime(transaction)
      await refuseTwice(transaction, endpoint.id, [...awaited, ...following.map(({ part }) => part)])
      await check?.(transaction)
      await gate.admit(transaction)
      const { ended_at } = await changeOperation(transaction, operationId, {
        request: JSON.stringify(sent, withoutFiles),
        sent_at: now.toISOString(),
        cents: gate.cents ?? null,
        ...(orderId && { order_id: orderId }),
        ...(placedAs && { label: placedAs }),
      })
      // Somebody was told that nothing was sent, and may have done it again.
      if (ended_at) throw new CmrError(TOO_LATE, { kind: 'unavailable', endpoint: endpoint.id, ...unsent })
      await insertExpectedResults(transaction, operationId, [
        ...awaited.map((part) => ({
          ...part,
          before: before?.get(part.name),
          label: labels?.get(part.name) ?? spoken.get(part.name.toUpperCase()) ?? part.label,
          sentAt: leaves === 'now' ? now : undefined,
        })),
        ...following.map(laterResult),
      ])
      await addStep(transaction, operationId, now, `Sent to CMR: ${endpoint.id.replace('.', ' ')}.`)
      await onLeaving(transaction)
    })
  }

  const sendPlanned: SendPlanned = async (plan) => {
    if (state !== 'nothing') throw new Error('A plan would be a second change in one operation')
    const now = clock()
    const content: RequestContent = { query: {}, body: {}, followUps: plan, isPlan: true }
    await store.db.transaction().execute(async (transaction) => {
      await oneAtATime(transaction)
      const { endpoint } = await lockOperation(transaction, operationId)
      await refuseTwice(
        transaction,
        endpoint,
        plan.map(({ part }) => part),
      )
      await gate.admit(transaction)
      const { ended_at } = await changeOperation(transaction, operationId, {
        ...dueTimes(deadlines, 'accepted', endpoint, now),
        request: JSON.stringify(content),
        sent_at: now.toISOString(),
        cents: gate.cents ?? null,
      })
      if (ended_at) throw new CmrError(TOO_LATE, { kind: 'unavailable', endpoint, ...unsent })
      await insertExpectedResults(transaction, operationId, plan.map(laterResult))
      await addStep(transaction, operationId, now, `Planned: ${plan.length} requests, one after the other.`)
      await onLeaving(transaction)
    })
    state = 'answered'
  }

  /** Somebody has asked for one of these since the person was asked, or it came about. */
  async function refuseTwice(db: Kysely<Schema>, endpoint: string, awaited: readonly ExpectedResult[]) {
    const conflict = await conflictingOperation(db, awaited, { besides: operationId, since: shownAt })
    if (conflict) throw new DuplicateOperationError(conflict)
    await refuseIfDone(db, endpoint, awaited)
  }

  /** Refuses a renewal that CMR has done by itself since the confirmation: the person would pay for it twice. */
  async function refuseIfDone(db: Kysely<Schema>, endpoint: string, awaited: readonly ExpectedResult[]) {
    if (!shownAt) return
    const [done] = await recentCharges(db, awaited, clock(), shownAt)
    const details = { kind: 'conflict', endpoint, ...unsent } as const
    if (done) throw new CmrError(doneMeanwhileSentence(done), details)
  }

  async function accept(endpoint: Endpoint, { data, actionId, refused }: Answer<unknown>) {
    const orderId = textIn(data, 'orderId')
    const now = clock()
    await store.db.transaction().execute(async (transaction) => {
      await changeOperation(transaction, operationId, {
        ...dueTimes(deadlines, 'accepted', endpoint.id, now),
        ...(actionId && { action_id: actionId }),
        ...(orderId && { order_id: orderId }),
      })
      const rows = await expectedResultsOfOperations(transaction, [operationId])
      const completions = rows.flatMap((row): Completion[] => {
        const { kind, name, follow_up } = row
        const reason = reasonFor(refused, row, rows)
        const detail = reason === undefined ? undefined : refusalSentence(reason)
        if (detail) return [{ operationId, kind, name, state: 'failed', detail }]
        return endsWithAnswer(kind) && !follow_up ? [{ operationId, kind, name, state: 'done' }] : []
      })
      await completeResults(transaction, completions, now)
      const order = orderId ? ` (orderId ${orderId})` : ''
      await addStep(transaction, operationId, now, `CMR has accepted it${order}.`)
    })
  }

  return {
    sendEach,
    sendPlanned,
    followWith: (some) => {
      followUps = some
    },
    cmr: apiOf(watched),
    state: () => state,
  }
}

/** The way in which an operation sends its requests. */
interface How {
  readonly leaves: 'now' | 'one by one'
  /** The names that people gave to expected results, by `name`. */
  readonly labels?: ReadonlyMap<string, string> | undefined
  readonly check?: ((db: Kysely<Schema>) => Promise<void>) | undefined
}

/** A result whose request the bot sends later. */
function laterResult({ part, label, before, ...followUp }: FollowUp, place: number) {
  return { ...part, label: label ?? part.label, before, followUp: JSON.stringify({ ...followUp, place }) }
}

/** Several requests as one: the fields that differ hold a list. */
function together(requests: readonly RequestContent[]): RequestContent {
  const joined = (from: 'query' | 'body') => {
    const names = new Set(requests.flatMap((one) => Object.keys(one[from])))
    return Object.fromEntries(
      [...names].map((name) => {
        const values = [...new Set(requests.map((one) => one[from][name]))]
        return [name, values.length === 1 ? values[0] : values]
      }),
    )
  }
  return { query: joined('query'), body: joined('body') }
}

function sentOf({ query = {}, body = {} }: RequestOf<Endpoint>): RequestContent {
  return dropCredentials({ query, body }) as RequestContent
}

/** The stored request is only used for checks, and a picture in it may have megabytes. */
function withoutFiles(_: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('data:') ? 'data:' : value
}

function textIn(data: unknown, name: string): string | undefined {
  const value =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : undefined
}
