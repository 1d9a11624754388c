import type { Cmr } from '../cmr/client.ts'
import { CmrError } from '../cmr/errors.ts'
import { money, toCents } from '../cmr/money.ts'
import type { Store } from '../store/store.ts'
import { announceOperation, namesOf, progressLine, progressOf } from './conclude.ts'
import { withoutLooks } from './expected-results.ts'
import { expectedResultsOfOperations } from './store/expected-results.ts'
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
  const wallet = unknown
    ? await debitsSince(cmr, new Date(operation.sent_at ?? operation.created_at))
    : undefined
  const parts = await expectedResultsOfOperations(store.db, [operation.id])
  const missing = withoutLooks(parts).filter(({ state }) => state === 'waiting')
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

/** Returns the charges since then as a hint for the person who decides, or nothing if CMR does not say. */
async function debitsSince(cmr: Cmr, since: Date): Promise<string | undefined> {
  try {
    const { data } = await cmr.wallet.get({})
    const debits = data.transactions.filter(
      (one) => Date.parse(one.createdAt ?? '') >= since.getTime() && one.type !== 'CREDIT',
    )
    if (debits.length === 0) return 'The wallet shows no charge since then.'
    const lines = debits.slice(0, 5).map((one) => {
      const cents = toCents(one.amount)
      return `${cents === undefined ? (one.amount ?? '') : money(cents)} ${one.description ?? ''}`
    })
    return `The wallet shows since then: ${lines.join('; ')}.`
  } catch (error) {
    if (error instanceof CmrError) return undefined
    throw error
  }
}
