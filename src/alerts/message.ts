import type { Message } from '../messages/blocks.ts'
import { type AlertEvent, eventMessage, eventPile } from '../messages/events/index.ts'
import type { Waiting } from '../store/outbox.ts'

/** How rows of the outbox that share a message read. */
export function alertMessage(rows: readonly Waiting[]): Message {
  const events = rows.map(alertEvent)
  const [only] = events
  return only && events.length === 1 ? eventMessage(only) : eventPile(events)
}

function alertEvent(row: Waiting): AlertEvent {
  return {
    event: row.event,
    eventId: row.event_id,
    severity: row.severity as AlertEvent['severity'],
    data: JSON.parse(row.data) as Record<string, unknown>,
  }
}
