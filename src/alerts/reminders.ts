import type { Logger } from 'pino'
import type { Ingest } from '../events/ingest.ts'
import type { StoredEvent } from '../events/store/events.ts'
import { eventNamed, newerEvents } from '../events/store/events.ts'
import type { Placement } from '../events/store/outbox.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import type { Store } from '../store/store.ts'
import { threadsOpenSince } from './delivery/threads.ts'
import type { AlertEvent } from './messages/alert-event.ts'
import { alertOf } from './messages/alert-event.ts'
import { outdateAlerts } from './store/messages.ts'
import { dueSnoozes, markSnoozed, type SnoozeRow } from './store/routes.ts'

const LOOK_MS = 5000
const REMINDER = 'alert.reminder'

/**
 * Reminds of snoozed alerts when their time has come. A reminder is an event with an id of its own: however often
 * it is put in, it is told once.
 */
export function createReminders(parts: {
  readonly store: Store
  readonly ingest: Ingest
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { store, ingest, clock, logger } = parts

  async function remindAllDue() {
    for (const snooze of await dueSnoozes(store.db, clock())) {
      await ingest([reminderEvent(await reminderOf(snooze), clock())])
      await markSnoozed(store.db, snooze.id, clock())
      await showOver(snooze)
    }
  }

  /** The alert no longer says that somebody is to be reminded. */
  async function showOver({ event_id }: SnoozeRow) {
    const event = await eventNamed(store.db, event_id)
    if (!event?.subject) return
    const now = clock()
    const which = { since: threadsOpenSince(now), at: now, withRoots: true } as const
    await outdateAlerts(store.db, { subjects: [event.subject] }, which)
  }

  async function reminderOf({ id, event_id, channel, thread_ts, created_by }: SnoozeRow) {
    const event = await eventNamed(store.db, event_id)
    const [latest] = event ? await newerEvents(store.db, event) : []
    return {
      id,
      channel,
      threadTs: thread_ts,
      askedBy: created_by,
      about: event && alertOf(event),
      since: latest && alertOf(latest),
    }
  }

  return createBackgroundLoop({
    name: 'Reminders',
    serves: 'alerts',
    everyMs: LOOK_MS,
    round: remindAllDue,
    onError: 'reminders could not be posted; tries again',
    logger,
  })
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
