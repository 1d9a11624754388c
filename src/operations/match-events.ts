import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { type Subject, subjectsOf } from '../cmr/webhooks.ts'
import type { Match, OwnOperation } from '../events/ingest.ts'
import { HOUR_MS, later, MINUTE_MS } from '../moments.ts'
import { foreignEvents, type StoredEvent, setCause } from '../events/store/events.ts'
import { type Closing, closeParts, partsNamed, partsOfOperations } from './store/expected-results.ts'
import {
  addStep,
  changeOperation,
  lockOperation,
  type Operation,
  operationsNamed,
} from './store/operations.ts'
import { releaseOperation } from '../events/store/outbox.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { conclude, namesOf } from './conclude.ts'
import { type Tidings, tidingsOf } from './expected-results.ts'
import { gatherUntil, happened, type Patience } from './deadlines.ts'
import { disprove } from './settle.ts'

/** Tidings of a part that was over this long ago may still be ours; later ones are somebody else's. */
const AFTERGLOW_MS = 15 * MINUTE_MS
/** CMR may tell this long of what a person said did not happen: a renewal waits 26 h for its domain. */
const DENIED_MS = 48 * HOUR_MS

interface Read {
  readonly event: StoredEvent
  readonly data: Readonly<Record<string, unknown>>
  readonly subject: Subject
  readonly tidings: Tidings
}
/** What is the same for every operation. */
interface Known {
  readonly dialect: Store['dialect']
  readonly patience: Patience
}
type Candidate = Awaited<ReturnType<typeof partsNamed>>[number]

/**
 * Finds whose operations caused events: by actionId, else by orderId, else by the names of what they wait for.
 * Closes the parts that the events tell of, and ends operations of which nothing waits any more.
 */
export function createMatch(
  parts: Known & { readonly clock: () => Date; readonly logger?: Pick<Logger, 'warn'> },
): Match {
  const { clock, logger } = parts
  return async (db, events) => {
    const now = clock()
    const all = events.map((event) => read(event, logger))
    const operations = await operationsNamed(db, {
      actionIds: all.flatMap(({ subject }) => subject.actionId ?? []),
      orderIds: all.flatMap(({ subject }) => subject.orderId ?? []),
    })
    const waited = all.flatMap(({ tidings }) => tidings.parts)
    const candidates = await partsNamed(
      db,
      { kinds: unique(waited.map(({ kind }) => kind)), names: unique(waited.map(({ name }) => name)) },
      { over: later(now, -AFTERGLOW_MS), denied: later(now, -DENIED_MS) },
    )
    const owners = all.map((one) => ownerOf(one, operations, candidates))
    const byOwner = Map.groupBy(
      all.flatMap((one, at) => (owners[at] ? [{ one, owner: owners[at] }] : [])),
      ({ owner }) => owner.id,
    )
    const ended = new Set<string>()
    // In one order for everybody: two batches that lock the same operations must not wait for each other.
    for (const id of [...byOwner.keys()].sort()) {
      const mine = byOwner.get(id) ?? []
      const [first] = mine
      if (!first || isOver(first.owner)) continue
      const after = await advance(
        db,
        parts,
        id,
        mine.map(({ one }) => one),
        now,
      )
      if (after.ended_at) ended.add(id)
    }
    return owners.map((owner, at) => owner && own(owner, all[at]?.event, ended.has(owner.id), now))
  }
}

/** What an event says; one that is not understood belongs to no operation, and is told all the same. */
function read(event: StoredEvent, logger?: Pick<Logger, 'warn'>): Read {
  try {
    const data = JSON.parse(event.data) as Record<string, unknown>
    return { event, data, subject: subjectsOf(data)[0] ?? {}, tidings: tidingsOf(event.event, data) }
  } catch (error) {
    logger?.warn(
      { err: error, event: event.event_id },
      'what an event means for operations is not understood',
    )
    return { event, data: {}, subject: {}, tidings: { effect: 'news', parts: [] } }
  }
}

function ownerOf(
  { subject, tidings }: Read,
  operations: readonly Operation[],
  candidates: readonly Candidate[],
): Operation | undefined {
  const { actionId, orderId } = subject
  const named = tidings.parts.flatMap(({ kind, name }) =>
    candidates.filter((one) => one.part_kind === kind && one.part_name === name && !conflicts(one, subject)),
  )
  return (
    operations.find((one) => actionId !== undefined && one.action_id === actionId) ??
    operations.findLast((one) => orderId !== undefined && one.order_id === orderId) ??
    named.find((one) => one.part_state === 'waiting' && !one.denied_by) ??
    // Whoever was told that it did not happen may have sent it again: that comes first.
    named.findLast((one) => one.part_state !== 'waiting') ??
    named.at(-1)
  )
}

/** For good: what a person denied is taken up again where CMR tells of it. */
function isOver({ ended_at, denied_by }: Operation): boolean {
  return ended_at !== null && denied_by === null
}

/** The same name, but of another order or action: somebody else's. */
function conflicts(operation: Operation, { actionId, orderId }: Subject): boolean {
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
  known: Known,
  operation: Operation,
  now: Date,
): Promise<void> {
  const { id, sent_at, action_id, order_id } = operation
  if (!sent_at || !(action_id || order_id)) return
  const mine = (await foreignEvents(db, sent_at))
    .map((event) => read(event))
    .filter(({ subject }) => {
      const { actionId, orderId } = subject
      return (action_id !== null && actionId === action_id) || (order_id !== null && orderId === order_id)
    })
  if (mine.length === 0) return
  await advance(db, known, id, mine, now)
  await setCause(
    db,
    id,
    mine.map(({ event }) => event.event_id),
  )
}

/** Writes down what events mean for one operation. */
async function advance(
  db: Kysely<Schema>,
  { dialect, patience }: Known,
  id: string,
  events: readonly Read[],
  now: Date,
): Promise<Operation> {
  const { actionId, orderId } = events[0]?.subject ?? {}
  // Locks it: of two batches at once the second sees what the first has closed.
  const owner = await lockOperation(db, id)
  if (isOver(owner)) return owner
  const { denied_by: deniedBy } = owner
  const operation = await changeOperation(db, id, {
    ...(owner.action_id === null && actionId && { action_id: actionId }),
    ...(owner.order_id === null && orderId && { order_id: orderId }),
    ...((owner.state === 'unknown' || deniedBy) && happened(patience, owner.endpoint, now)),
  })
  if (owner.state === 'unknown') await addStep(db, id, now, 'A webhook tells that it happened.')
  if (deniedBy) await disprove(db, dialect, { operation, deniedBy }, now)
  const closings = await closingsOf(db, id, events)
  await closeParts(db, dialect, closings, now)
  for (const step of stepsOf(events)) await addStep(db, id, now, step)
  if (closings.some(({ state }) => state === 'failed')) await releaseOperation(db, id, now)
  return conclude(db, dialect, operation, { at: now })
}

async function closingsOf(
  db: Kysely<Schema>,
  operationId: string,
  events: readonly Read[],
): Promise<Closing[]> {
  const told = events.flatMap(({ event, data, tidings: { effect, parts } }): Closing[] =>
    effect === 'news'
      ? []
      : parts.map(({ kind, name }) => ({
          operationId,
          kind,
          name,
          state: effect,
          detail: reasonIn(data),
          eventId: event.event_id,
        })),
  )
  const without = events.filter(({ tidings }) => tidings.without !== undefined)
  if (without.length === 0) return told
  const rows = await partsOfOperations(db, [operationId])
  const lost = without.flatMap(({ event, data, tidings }) =>
    rows
      .filter(({ kind, name }) => kind === 'mailbox' && name.endsWith(`@${tidings.without}`))
      .map(
        ({ kind, name }): Closing => ({
          operationId,
          kind,
          name,
          state: 'failed',
          detail: reasonIn(data) ?? 'Its domain was not registered.',
          eventId: event.event_id,
        }),
      ),
  )
  return [...told, ...lost]
}

function reasonIn(data: Readonly<Record<string, unknown>>): string | undefined {
  const reason = data.reason ?? data.description
  return typeof reason === 'string' && reason ? reason.slice(0, 300) : undefined
}

/** "CMR tells mailbox.created: a@acme.com, b@acme.com and 3 more" */
function stepsOf(events: readonly Read[]): string[] {
  const byName = Map.groupBy(events, ({ event }) => event.event)
  return [...byName].map(([event, all]) => {
    const parts = all.flatMap(({ tidings }) => tidings.parts)
    const reason = all.map(({ data }) => reasonIn(data)).find((one) => one !== undefined)
    return `CMR tells ${event}${parts.length > 0 ? `: ${namesOf(parts)}` : ''}${reason ? ` (${reason})` : ''}`
  })
}

function own(
  { id, actor, channel, receipt_ts, created_at, bulk_id }: Operation,
  event: StoredEvent | undefined,
  ended: boolean,
  now: Date,
): OwnOperation {
  const gathers = !ended && !bulk_id && (event?.severity === 'good' || event?.severity === 'info')
  return {
    id,
    actor,
    channel: channel ?? actor,
    receiptTs: receipt_ts ?? undefined,
    gatherUntil: gathers ? gatherUntil(created_at, now) : undefined,
  }
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
