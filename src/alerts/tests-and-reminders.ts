import { randomUUID } from 'node:crypto'
import type { StoredEvent } from '../events/store/events.ts'
import type { Placement } from '../events/store/outbox.ts'
import type { AlertEvent } from './messages/index.ts'

const TEST = /^test:(r\d+):/
const REMINDER = 'alert.reminder'

/**
 * A sample that is told by one route and by nobody else.
 * @param sample an event as CMR documents it
 */
export function testEvent(
  routeId: string,
  sample: Pick<StoredEvent, 'event' | 'severity'>,
  data: Readonly<Record<string, unknown>>,
  at: Date,
): StoredEvent {
  return {
    event_id: `test:${routeId}:${randomUUID()}`,
    event: sample.event,
    severity: sample.severity,
    data: JSON.stringify(data),
    received_at: at.toISOString(),
    source: 'test',
    subject: null,
    user_id: null,
    domain: null,
    operation_id: null,
  }
}

/** The route that a test is for; nothing where the event is none. */
export function testedRoute({ source, event_id }: StoredEvent): string | undefined {
  return source === 'test' ? TEST.exec(event_id)?.[1] : undefined
}

/** What a reminder is made from. */
export interface Reminder {
  /** Of the snooze: it is told once. */
  readonly id: string
  readonly channel: string
  readonly threadTs: string
  readonly askedBy: string
  /** What was snoozed, where it is still stored. */
  readonly about: AlertEvent | undefined
  /** What came of it meanwhile. */
  readonly since: AlertEvent | undefined
}

/** A reminder travels as every event does: stored, told once, tried again where Slack is away. */
export function reminderEvent(reminder: Reminder, at: Date): StoredEvent {
  return {
    event_id: `reminder:${reminder.id}`,
    event: REMINDER,
    severity: 'bad',
    data: JSON.stringify(reminder),
    received_at: at.toISOString(),
    source: 'bot',
    subject: null,
    user_id: null,
    domain: null,
    operation_id: null,
  }
}

/** Where a reminder belongs; nothing where the event is none. */
export function reminderPlacement({ source, event, data }: StoredEvent): Placement | undefined {
  if (source !== 'bot' || event !== REMINDER) return undefined
  const { channel, threadTs } = JSON.parse(data) as Reminder
  return { channel, threadTs, threaded: false }
}
