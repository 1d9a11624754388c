import type { Message } from '../messages/blocks.ts'
import { type AlertEvent, type AlertState, eventMessage, eventPile } from '../messages/events/index.ts'
import type { StoredEvent } from '../store/events.ts'
import type { Waiting } from '../store/outbox.ts'

/**
 * How rows of the outbox that share a message read.
 * @param state what its buttons depend on
 */
export function alertMessage(rows: readonly Waiting[], state: AlertState = {}): Message {
  const events = rows.map(alertOf)
  const [only] = events
  return only && events.length === 1 ? eventMessage(only, state) : eventPile(events)
}

/** A stored event as an alert tells it. */
export function alertOf(stored: Pick<StoredEvent, 'event' | 'event_id' | 'severity' | 'data'>): AlertEvent {
  return {
    event: stored.event,
    eventId: stored.event_id,
    severity: stored.severity as AlertEvent['severity'],
    data: JSON.parse(stored.data) as Record<string, unknown>,
  }
}
