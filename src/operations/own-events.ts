import type { Kysely } from 'kysely'
import { insertEvents, type StoredEvent } from '../events/store/events.ts'
import { insertOutbox, type Placement } from '../events/store/outbox.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { type Operation, threadOf } from './store/operations.ts'

/** Events of the bot itself about an operation. They are posted in the receipt's thread; an urgent one is also shown in the channel. */
export interface News {
  readonly event: `operation.${'ended' | 'settled' | 'disproved' | 'overdue' | 'unknown'}`
  readonly severity: StoredEvent['severity']
  /** The data of its message; see `alerts/messages/operations.ts`. */
  readonly data: Readonly<Record<string, unknown>>
  /** Tells one occasion from the next. */
  readonly occasion: string
}

/**
 * Puts what the bot has to say of an operation into the outbox, as an event of its own: it commits with what it
 * tells, and is told once. Operations of a bulk run are told by the run.
 * @param db the transaction that changes the operation
 */
export async function announceOperation(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  operation: Operation,
  news: News,
  at: Date,
): Promise<void> {
  if (operation.run_id) return
  const event: StoredEvent = {
    event_id: `${news.event}:${operation.id}:${news.occasion}`,
    event: news.event,
    severity: news.severity,
    data: JSON.stringify({ operationId: operation.id, actor: operation.actor, ...news.data }),
    received_at: at.toISOString(),
    source: 'bot',
    subject: null,
    user_id: null,
    domain: null,
    operation_id: operation.id,
  }
  const fresh = await insertEvents(db, dialect, [event])
  if (!fresh.has(event.event_id)) return
  await insertOutbox(db, dialect, [{ event, placement: placementOf(operation) }])
}

function placementOf(operation: Operation): Placement {
  const { id, channel, actor } = operation
  const place = { channel: channel ?? actor, operationId: id }
  const threadTs = threadOf(operation)
  return threadTs ? { ...place, threadTs } : { ...place, holdUntil: 'receipt' }
}
