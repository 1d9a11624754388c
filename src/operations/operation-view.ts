import { progressOf } from './conclude.ts'
import { isSeparate, type RequestContent, type ResultKind, withoutLooks } from './expected-results.ts'
import { mailChecks } from './mail-checks.ts'
import type { OperationView } from './messages/operations.ts'
import type { ExpectedResultRow } from './store/expected-results.ts'
import { DROPPED, type Operation } from './store/operations.ts'

/** An operation as messages show it. */
export function viewOf(operation: Operation, parts: readonly ExpectedResultRow[]): OperationView {
  const counted = withoutLooks(parts).filter(({ kind }) => kind !== 'change')
  const inState = (wanted: ExpectedResultRow['state']) => counted.filter(({ state }) => state === wanted)
  const isPlan = counted.length > 0 && counted.every(({ follow_up }) => follow_up !== null)
  const failures = inState('failed').map(({ name, label, detail }) => ({ name: label ?? name, detail }))
  return {
    id: operation.id,
    what: operation.endpoint.replace('.', ' '),
    label: operation.label,
    actor: operation.actor,
    state: operation.state,
    outcome: operation.outcome,
    reportedBy: operation.reported_not_happened_by,
    cents: operation.cents,
    createdAt: operation.created_at,
    endedAt: operation.ended_at,
    nextLookAt: operation.poll_at,
    deadlineAt: operation.deadline_at,
    flagged: operation.flagged_at !== null,
    actionId: operation.action_id,
    orderId: operation.order_id,
    // An operation that did not happen has nothing to count and nothing to wait for.
    progress: operation.state === 'failed' && failures.length === 0 ? [] : progressOf(counted),
    waiting: operation.ended_at ? [] : inState('waiting').map(({ name, label }) => label ?? name),
    failures,
    mailChecks: mailChecks(parts),
    separate: counted
      .filter(({ kind }) => isPlan || isSeparate(kind as ResultKind))
      .map(({ name, label, state, detail, sent_at, follow_up }) => ({
        name: label ?? name,
        state,
        detail,
        isPlanned: follow_up !== null && sent_at === null,
      })),
    ...leftUnconfirmed(operation),
  }
}

/** Returns whether an operation placed an order that nobody has processed or dropped yet. */
export function waitsToBeProcessed(operation: Operation): boolean {
  return leftUnconfirmed(operation).toProcess !== undefined
}

/** An order that was left unconfirmed waits for `orders process`, until somebody has done that or dropped it. */
function leftUnconfirmed({ request, order_id, state, outcome }: Operation) {
  const none = { toProcess: undefined, processed: false, dropped: false }
  if (!request || !order_id || state !== 'ended') return none
  const { query, body } = JSON.parse(request) as RequestContent
  if (body.confirm !== false) return none
  if (outcome === DROPPED) return { ...none, dropped: true }
  if (outcome) return { ...none, processed: true }
  return { ...none, toProcess: `userId=${String(query.userId)} orderId=${order_id}` }
}
