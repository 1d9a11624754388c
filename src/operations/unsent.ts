import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import {
  completeResults,
  type ExpectedResultRow,
  expectedResultsOfOperations,
} from './store/expected-results.ts'

const NOT_SENT = 'Not sent, because the bot stopped before. You can run it again.'

/**
 * Closes what an operation never sent, where its process ended between two of its requests. Follow-ups are sent later.
 * @returns its parts as they are now
 */
export async function closeUnsent(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
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
  await completeResults(db, dialect, completions, at)
  return unsent.length > 0 ? expectedResultsOfOperations(db, [operationId]) : parts
}
