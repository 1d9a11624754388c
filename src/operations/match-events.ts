import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { effectOf } from '../cmr/events/index.ts'
import { type EventReference, referencesIn } from '../cmr/events/references.ts'
import type { Match, OwnOperation } from '../events/ingest.ts'
import { foreignEvents, type StoredEvent, setCause, setDomain } from '../events/store/events.ts'
import { releaseOperation } from '../events/store/outbox.ts'
import { addMilliseconds, millisecondsInHour, millisecondsInMinute } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import { conclude, isOneEvent } from './conclude.ts'
import { gatherUntil, happened, type OperationDeadlines } from './deadlines.ts'
import { completionsOf, domainOfParts, type ReadEvent, stepsOf, withNamesOf } from './event-results.ts'
import type { RequestContent } from './expected-results.ts'
import { contradict } from './settle.ts'
import {
  completeResults,
  expectedResultsNamed,
  expectedResultsOfOperations,
} from './store/expected-results.ts'
import {
  addStep,
  changeOperation,
  lockOperation,
  type Operation,
  operationsNamed,
  threadOf,
} from './store/operations.ts'

/** An event may still belong to a result that was completed this long ago; after that it is somebody else's. */
const RECENTLY_COMPLETED_MS = 15 * millisecondsInMinute
/** CMR may tell this long of what a person said did not happen: a renewal waits 26 h for its domain. */
const CONTRADICTION_MS = 48 * millisecondsInHour

type MatchCandidate = Awaited<ReturnType<typeof expectedResultsNamed>>[number]

/**
 * Finds whose operations caused events: by actionId, else by orderId, else by the names of what they wait for.
 * Closes the parts that the events tell of, and ends operations of which nothing waits any more.
 */
export function createMatch(parts: {
  readonly deadlines: OperationDeadlines
  readonly clock: () => Date
  readonly logger?: Pick<Logger, 'warn'>
}): Match {
  const { deadlines, clock, logger } = parts
  return async (db, events) => {
    const now = clock()
    const all = events.map((event) => read(event, logger))
    const operations = await operationsNamed(db, {
      actionIds: all.flatMap(({ reference }) => reference.actionId ?? []),
      orderIds: all.flatMap(({ reference }) => reference.orderId ?? []),
    })
    const waited = all.flatMap(({ eventEffect }) => eventEffect.parts)
    const candidates = await expectedResultsNamed(
      db,
      { kinds: unique(waited.map(({ kind }) => kind)), names: unique(waited.map(({ name }) => name)) },
      {
        over: addMilliseconds(now, -RECENTLY_COMPLETED_MS),
        contradicted: addMilliseconds(now, -CONTRADICTION_MS),
      },
    )
    const owners = all.map((one) => ownerOf(one, operations, candidates))
    const byOwner = Map.groupBy(
      all.flatMap((one, at) => (owners[at] ? [{ one, owner: owners[at] }] : [])),
      ({ owner }) => owner.id,
    )
    const ended = new Map<string, { readonly byOneEvent: boolean }>()
    // In one order for everybody: two batches that lock the same operations must not wait for each other.
    for (const id of [...byOwner.keys()].sort()) {
      const mine = byOwner.get(id) ?? []
      const [first] = mine
      if (!first || isOver(first.owner)) continue
      const after = await advance(
        db,
        deadlines,
        id,
        mine.map(({ one }) => one),
        now,
        { byEvent: true },
      )
      if (!after.ended_at) continue
      ended.set(id, { byOneEvent: isOneEvent(await expectedResultsOfOperations(db, [id])) })
    }
    return owners.map((owner, at) => owner && own(owner, all[at]?.event, ended.get(owner.id), now))
  }
}

/** Reads an event. One that cannot be read belongs to no operation and is alerted anyway. */
function read(event: StoredEvent, logger?: Pick<Logger, 'warn'>): ReadEvent {
  try {
    const data = JSON.parse(event.data) as Record<string, unknown>
    return { event, data, reference: referencesIn(data)[0] ?? {}, eventEffect: effectOf(event.event, data) }
  } catch (error) {
    logger?.warn(
      { err: error, event: event.event_id },
      'the effect of an event on operations could not be read',
    )
    return { event, data: {}, reference: {}, eventEffect: { effect: 'news', parts: [] } }
  }
}

function ownerOf(
  { reference, eventEffect }: ReadEvent,
  operations: readonly Operation[],
  candidates: readonly MatchCandidate[],
): Operation | undefined {
  const { actionId, orderId } = reference
  const named = eventEffect.parts.flatMap(({ kind, name }) =>
    candidates.filter(
      (one) => one.result_kind === kind && one.result_name === name && !conflicts(one, reference),
    ),
  )
  return (
    operations.find((one) => actionId !== undefined && one.action_id === actionId) ??
    operations.findLast((one) => orderId !== undefined && one.order_id === orderId) ??
    named.find((one) => one.result_state === 'waiting' && !one.reported_not_happened_by) ??
    // Whoever was told that it did not happen may have sent it again: that comes first.
    named.findLast((one) => one.result_state !== 'waiting') ??
    named.at(-1)
  )
}

/** Returns whether an operation is closed. One that a person recorded as not happened reopens when CMR reports it. */
function isOver({ ended_at, reported_not_happened_by }: Operation): boolean {
  return ended_at !== null && reported_not_happened_by === null
}

/** The same name, but of another order or action: somebody else's. */
function conflicts(operation: Operation, { actionId, orderId }: EventReference): boolean {
  const other = (known: string | null, given: string | undefined) =>
    known !== null && given !== undefined && known !== given
  return other(operation.order_id, orderId) || other(operation.action_id, actionId)
}

/**
 * Matches webhooks that came before CMR's answer, and that only its ids tell to be ours.
 * @param operation whose ids have just become known
 */
export async function rematch(
  db: Kysely<Schema>,
  deadlines: OperationDeadlines,
  operation: Operation,
  now: Date,
): Promise<void> {
  const { id, sent_at, action_id, order_id } = operation
  if (!sent_at || !(action_id || order_id)) return
  const mine = (await foreignEvents(db, sent_at))
    .map((event) => read(event))
    .filter(({ reference }) => {
      const { actionId, orderId } = reference
      return (action_id !== null && actionId === action_id) || (order_id !== null && orderId === order_id)
    })
  if (mine.length === 0) return
  await advance(db, deadlines, id, mine, now)
  await setCause(
    db,
    id,
    mine.map(({ event }) => event.event_id),
  )
}

/** Writes down what events mean for one operation. */
async function advance(
  db: Kysely<Schema>,
  deadlines: OperationDeadlines,
  id: string,
  events: readonly ReadEvent[],
  now: Date,
  how: { readonly byEvent?: boolean } = {},
): Promise<Operation> {
  const { actionId, orderId } = events[0]?.reference ?? {}
  // Locks it: of two batches at once the second sees what the first has closed.
  const owner = await lockOperation(db, id)
  if (isOver(owner)) return owner
  const { reported_not_happened_by: reportedBy } = owner
  const operation = await changeOperation(db, id, {
    ...(owner.action_id === null && actionId && !isPlan(owner) && { action_id: actionId }),
    ...(owner.order_id === null && orderId && { order_id: orderId }),
    ...((owner.state === 'unknown' || reportedBy) && happened(deadlines, owner.endpoint, now)),
  })
  if (owner.state === 'unknown') await addStep(db, id, now, 'CMR reports that it happened.')
  if (reportedBy) await contradict(db, { operation, reportedBy }, now)
  const results = await expectedResultsOfOperations(db, [id])
  const named = withNamesOf(results, events)
  const completions = completionsOf(id, results, named)
  await completeResults(db, completions, now)
  for (const { event, eventEffect } of named) {
    const domain = event.domain === null && eventEffect.unnamed && domainOfParts(eventEffect.parts)
    if (domain) await setDomain(db, event.event_id, domain)
  }
  for (const step of stepsOf(named)) await addStep(db, id, now, step)
  if (completions.some(({ state }) => state === 'failed')) await releaseOperation(db, id, now)
  // CMR has reported something of it, and only CMR knows what.
  const isUnclear = named.some(({ eventEffect: { unnamed, parts, effect } }) => {
    return unnamed !== undefined && parts.length === 0 && effect !== 'news'
  })
  const isPlanned = operation.poll_at !== null && operation.poll_at > now.toISOString()
  const due = isUnclear && isPlanned ? { poll_at: now.toISOString() } : undefined
  return conclude(db, due ? await changeOperation(db, id, due) : operation, { at: now, ...how })
}

/** Returns whether each of its requests has its own actionId, so that none of them is the operation's. */
function isPlan({ request }: Operation): boolean {
  return request !== null && (JSON.parse(request) as RequestContent).isPlan === true
}

function own(
  operation: Operation,
  event: StoredEvent | undefined,
  ended: { readonly byOneEvent: boolean } | undefined,
  now: Date,
): OwnOperation {
  const { id, actor, channel, created_at, run_id } = operation
  const gathers = !ended && !run_id && (event?.severity === 'good' || event?.severity === 'info')
  return {
    id,
    actor,
    channel: channel ?? actor,
    receiptTs: threadOf(operation),
    isEnd: ended?.byOneEvent === true,
    gatherUntil: gathers ? gatherUntil(created_at, now) : undefined,
  }
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
