import { centsOf } from '../cmr/answers/account.ts'
import type { Cmr } from '../cmr/client.ts'
import { CmrError } from '../cmr/errors.ts'
import { money } from '../cmr/money.ts'
import type { Store } from '../store/store.ts'
import { announceOperation, namesOf, progressLine, progressOf } from './conclude.ts'
import { FROZEN, withoutLooks } from './expected-results.ts'
import { type ExpectedResultRow, expectedResultsOfOperations } from './store/expected-results.ts'
import { flagOperation } from './store/open-work.ts'
import { addStep, type Operation } from './store/operations.ts'

/**
 * Tells everybody in the channel, once, and in the thread of the receipt, that an operation is past its deadline:
 * what is missing and what to do; or asks what came of it, where it is not known whether it happened.
 */
export async function flag(
  { store, cmr }: { readonly store: Store; readonly cmr: Cmr },
  operation: Operation,
  now: Date,
): Promise<void> {
  const unknown = operation.state === 'unknown'
  const parts = await expectedResultsOfOperations(store.db, [operation.id])
  const missing = withoutLooks(parts).filter(({ state }) => state === 'waiting')
  // CMR is not late with what a freeze keeps from leaving.
  const isHeld = missing.some(({ detail }) => detail === FROZEN) && missing.every(isPlanned)
  if (!unknown && isHeld) return
  const wallet = unknown ? await ownDebits(cmr, operation, parts) : undefined
  const ids = [
    operation.action_id && `actionId ${operation.action_id}`,
    operation.order_id && `orderId ${operation.order_id}`,
  ].filter(Boolean)
  await store.db.transaction().execute(async (transaction) => {
    const flagged = await flagOperation(transaction, operation, now)
    if (!flagged) return
    const step = unknown
      ? `The bot found no trace of it in time, so a person is asked.${wallet ? ` ${wallet}` : ''}`
      : `CMR’s time is up: still missing ${namesOf(missing)}.`
    await addStep(transaction, operation.id, now, step)
    await announceOperation(transaction, flagged, {
      event: unknown ? 'operation.unknown' : 'operation.overdue',
      severity: 'urgent',
      data: {
        progress: progressLine(progressOf(parts)),
        missing: namesOf(missing),
        ids: ids.join(' · '),
        wallet,
      },
      occasion: operation.deadline_at ?? now.toISOString(),
      at: now,
    })
  })
}

const isPlanned = ({ follow_up, sent_at }: ExpectedResultRow) => follow_up !== null && sent_at === null

/**
 * Returns which charges since it was sent may be its own, as a hint for the person who decides; nothing if CMR does not
 * say. Whoever reads its receipt may have a role for its customer only: no other charge is named.
 */
async function ownDebits(
  cmr: Cmr,
  operation: Operation,
  parts: readonly ExpectedResultRow[],
): Promise<string | undefined> {
  const since = Date.parse(operation.sent_at ?? operation.created_at)
  try {
    const { data } = await cmr.wallet.get({})
    const debits = data.transactions.filter(
      (one) => Date.parse(one.createdAt ?? '') >= since && one.type !== 'CREDIT',
    )
    if (debits.length === 0) return 'The wallet shows no charge since then.'
    const told = [operation.label, operation.order_id, ...parts.flatMap(({ name, label }) => [name, label])]
    const names = new Set(told.flatMap((one) => (one ? wordsIn(one) : [])))
    const lines = debits.flatMap((one) => {
      const { description = '' } = one
      const cents = Math.abs(centsOf(one) ?? 0)
      if (wordsIn(description).some((word) => names.has(word))) return `${money(cents)} ${description}`
      return cents > 0 && cents === operation.cents ? `${money(cents)}, which is its price` : []
    })
    return lines.length > 0
      ? `The wallet shows since then: ${lines.slice(0, 5).join('; ')}.`
      : 'The wallet shows no charge since then that names it or has its price. `/cmr wallet get` shows all.'
  } catch (error) {
    if (error instanceof CmrError) return undefined
    throw error
  }
}

/** Returns the names and ids in a text, in lower case: what holds a dot, or is as long as an id. */
function wordsIn(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}.@_-]+/u)
  return words.filter((word) => /\w\.\w/.test(word) || word.length >= 16)
}
