import type { Kysely } from 'kysely'
import { insertEvents, type StoredEvent } from '../events/store/events.ts'
import { insertOutbox, type Placement, releaseOperation } from '../events/store/outbox.ts'
import type { Schema } from '../store/schema.ts'
import {
  addable,
  isAbleToSend,
  isLook,
  mailChecks,
  type ResultKind,
  resultKinds,
  withoutLooks,
} from './expected-results.ts'
import {
  completeResults,
  type ExpectedResultRow,
  expectedResultsOfOperations,
} from './store/expected-results.ts'
import { addStep, changeOperation, noteProcessed, type Operation, threadOf } from './store/operations.ts'

/** Counts of one kind of expected results. */
export interface KindProgress {
  readonly kind: ResultKind
  /** "mailboxes". */
  readonly label: string
  readonly done: number
  readonly failed: number
  readonly total: number
}

/** Parts counted by kind, in the order in which kinds are declared. */
export function progressOf(parts: readonly ExpectedResultRow[]): KindProgress[] {
  return (Object.keys(resultKinds) as ResultKind[])
    .filter((kind) => !isLook(kind))
    .flatMap((kind) => {
      const all = parts.filter((part) => part.kind === kind)
      const count = (state: ExpectedResultRow['state']) => all.filter((part) => part.state === state).length
      return all.length
        ? [
            {
              kind,
              label: resultKinds[kind].plural,
              done: count('done'),
              failed: count('failed'),
              total: all.length,
            },
          ]
        : []
    })
}

/** "domains 5/5 · mailboxes 12/15" */
export function progressLine(progress: readonly KindProgress[]): string {
  return progress
    .filter(({ kind }) => kind !== 'change')
    .map(({ label, done, total }) => `${label} ${done}/${total}`)
    .join(' · ')
}

/** Returns what the domains of an operation lack for mail, as its news has it. */
function mailNews(parts: readonly ExpectedResultRow[]): Readonly<Record<string, unknown>> {
  const checks = mailChecks(parts)
  const missing = [...new Set(checks.flatMap(addable))]
  if (missing.length > 0) return { missingForMail: missing.join(', ') }
  return checks.every(isAbleToSend) ? {} : { isUncheckedForMail: true }
}

/** Returns whether one event tells all that became of an operation. */
export function isOneEvent(parts: readonly ExpectedResultRow[]): boolean {
  return parts.length === 1 && parts[0]?.event_id !== null
}

/** "a.com, b.com and 3 more" */
export function namesOf(
  parts: readonly { readonly name: string; readonly label?: string | null }[],
  most = 5,
): string {
  const names = parts.slice(0, most).map(({ name, label }) => label ?? name)
  return names.join(', ') + (parts.length > most ? ` and ${parts.length - most} more` : '')
}

/**
 * Ends an operation of which nothing waits any more, in the transaction that closed its last part.
 * @param how.told whether the person reads it anyway, because CMR's answer ended it
 * @param how.byEvent whether what ended it is an event that is posted in the receipt's thread: of a single thing that
 * event says how it ended
 * @returns the operation as it is now
 */
export async function conclude(
  db: Kysely<Schema>,
  operation: Operation,
  how: { readonly at: Date; readonly told?: boolean; readonly byEvent?: boolean },
): Promise<Operation> {
  // While it is being sent, whoever sends it writes down how that went.
  if (operation.state !== 'accepted' && operation.state !== 'unknown') return operation
  const { state, endpoint, order_id } = operation
  // From when CMR has accepted it: the order's first receipt must not offer it again.
  if (state === 'accepted' && endpoint === 'orders.process' && order_id) await noteProcessed(db, order_id)
  const parts = await expectedResultsOfOperations(db, [operation.id])
  if (parts.some((part) => part.state === 'waiting')) return operation
  const results = withoutLooks(parts)
  const failed = results.filter((part) => part.state === 'failed')
  const line = progressLine(progressOf(parts))
  const ended = await changeOperation(db, operation.id, {
    state: failed.length > 0 && failed.length === results.length ? 'failed' : 'ended',
    outcome: line || null,
    ended_at: how.at.toISOString(),
    poll_at: null,
  })
  await addStep(db, operation.id, how.at, line ? `It is finished: ${line}.` : 'It is finished.')
  await releaseOperation(db, operation.id, how.at)
  if (!how.told && !(how.byEvent && isOneEvent(parts))) {
    await announceOperation(db, ended, {
      event: 'operation.ended',
      severity: failed.length > 0 ? 'bad' : 'good',
      data: { progress: line, failed: namesOf(failed), ...mailNews(parts) },
      occasion: '1',
      at: how.at,
    })
  }
  return ended
}

/** Events of the bot itself about an operation. They are posted in the receipt's thread; an urgent one is also shown in the channel. */
interface News {
  readonly event: `operation.${'ended' | 'settled' | 'disproved' | 'overdue' | 'unknown'}`
  readonly severity: StoredEvent['severity']
  /** What its message says beyond what was asked for. */
  readonly data: Readonly<Record<string, unknown>>
  /** Tells one occasion from the next. */
  readonly occasion: string
  readonly at: Date
}

/**
 * Puts what the bot has to say of an operation into the outbox, as an event of its own: it commits with what it
 * tells, and is told once. Operations of a bulk run are told by the run.
 * @param db the transaction that changes the operation
 */
export async function announceOperation(
  db: Kysely<Schema>,
  operation: Operation,
  { event: name, severity, data, occasion, at }: News,
): Promise<void> {
  const { id, actor, endpoint, label } = operation
  if (operation.run_id) return
  const event: StoredEvent = {
    event_id: `${name}:${id}:${occasion}`,
    event: name,
    severity,
    data: JSON.stringify({ operationId: id, actor, what: endpoint.replace('.', ' '), label, ...data }),
    received_at: at.toISOString(),
    source: 'bot',
    subject: null,
    user_id: null,
    domain: null,
    operation_id: id,
  }
  const fresh = await insertEvents(db, [event])
  if (!fresh.has(event.event_id)) return
  await insertOutbox(db, [{ event, placement: placementOf(operation) }])
}

function placementOf(operation: Operation): Placement {
  const { id, channel, actor } = operation
  const place = { channel: channel ?? actor, operationId: id }
  const threadTs = threadOf(operation)
  return threadTs ? { ...place, threadTs } : { ...place, holdUntil: 'receipt' }
}

const NOT_SENT = 'Not sent, because the bot stopped before. You can run it again.'

/**
 * Closes what an operation never sent, where its process ended between two of its requests. Follow-ups are sent later.
 * @returns its parts as they are now
 */
export async function closeUnsent(
  db: Kysely<Schema>,
  operationId: string,
  at: Date,
): Promise<ExpectedResultRow[]> {
  const parts = await expectedResultsOfOperations(db, [operationId])
  const unsent = parts.filter(
    ({ state, sent_at, follow_up }) => state === 'waiting' && sent_at === null && follow_up === null,
  )
  const completions = unsent.map(({ kind, name }) => ({
    operationId,
    kind,
    name,
    state: 'failed' as const,
    detail: NOT_SENT,
  }))
  await completeResults(db, completions, at)
  return unsent.length > 0 ? expectedResultsOfOperations(db, [operationId]) : parts
}
