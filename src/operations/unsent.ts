import type { Kysely } from 'kysely'
import { closeParts, type PartRow, partsOfOperations } from './store/expected-results.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

const NOT_SENT = 'Not sent: the bot stopped before. You can ask for it again.'

/**
 * Closes what an operation never sent, where its process ended between two of its requests.
 * @returns its parts as they are now
 */
export async function closeUnsent(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  operationId: string,
  at: Date,
): Promise<PartRow[]> {
  const parts = await partsOfOperations(db, [operationId])
  const unsent = parts.filter(({ state, sent_at }) => state === 'waiting' && sent_at === null)
  const closings = unsent.map(({ kind, name }) => ({
    operationId,
    kind,
    name,
    state: 'failed' as const,
    detail: NOT_SENT,
  }))
  await closeParts(db, dialect, closings, at)
  return unsent.length > 0 ? partsOfOperations(db, [operationId]) : parts
}
