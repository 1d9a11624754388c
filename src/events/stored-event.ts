import { referencesIn } from '../cmr/events/references.ts'
import { unreadable, type Webhook } from '../cmr/webhooks.ts'
import type { StoredEvent } from './store/events.ts'
import { domainOf, subjectOf } from './subject.ts'

/** Converts a webhook to the row that the store keeps. Columns that cannot be read from its data are null. */
export function storedEvent(
  { event, eventId, severity, data }: Webhook,
  receivedAt: string,
  source: StoredEvent['source'] = 'webhook',
): StoredEvent {
  return {
    event_id: eventId,
    event,
    severity,
    data: JSON.stringify(data),
    received_at: receivedAt,
    source,
    ...aboutOf(event, data),
    operation_id: null,
  }
}

function aboutOf(event: string, data: Webhook['data']): Pick<StoredEvent, 'subject' | 'user_id' | 'domain'> {
  try {
    const [first] = referencesIn(data)
    return {
      subject: subjectOf(event, data),
      user_id: first?.userId ?? null,
      domain: first ? domainOf(first) : null,
    }
  } catch {
    return { subject: null, user_id: null, domain: null }
  }
}

/** Replaces the data of an event that the database refuses: its name, its id and a note on where to look it up remain. */
export function withoutData(event: StoredEvent): StoredEvent {
  return { ...event, data: JSON.stringify(unreadable(event.event_id)) }
}
