import type { ThreadKey } from '../cmr/events/event.ts'
import { declarationOf, familyOf } from '../cmr/events/index.ts'
import { type EventReference, referencesIn } from '../cmr/events/references.ts'
import { unreadable, type Webhook } from '../cmr/webhooks.ts'
import type { StoredEvent } from './store/events.ts'

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

/** Returns the subject of an event, such as `domain:acme.com`. Events with the same subject share a thread. */
export function subjectOf(event: string, data: Readonly<Record<string, unknown>>): string | null {
  const [first, ...others] = referencesIn(data)
  if (!first) return null
  // An event about several things goes to the thread of their order, not to a thread of one of them.
  if (others.length > 0) return first.orderId ? `order:${first.orderId}` : null
  const domain = domainOf(first)
  const subjects: Record<ThreadKey, string | undefined | null> = {
    subscription: first.subscriptionId && `subscription:${first.subscriptionId}`,
    domain: domain && `domain:${domain}`,
    order: first.orderId && `order:${first.orderId}`,
  }
  const threadBy = declarationOf(event)?.threadBy ?? familyOf(event).threadBy
  return threadBy.flatMap((key) => subjects[key] || [])[0] ?? null
}

/** Returns the domain in lower case, taken from the email address if the event has no domain of its own. */
export function domainOf({ domain, email }: EventReference): string | null {
  const name = domain ?? email?.split('@')[1]
  return name ? name.toLowerCase() : null
}
