import type { Logger } from 'pino'
import type { Ingest } from '../events/ingest.ts'
import { eventNamed, newerEvents } from '../events/store/events.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import type { Store } from '../store/store.ts'
import { threadsOpenSince } from './delivery/threads.ts'
import { alertOf } from './messages/alert-event.ts'
import { reminderEvent } from './own-events.ts'
import { outdateAlerts } from './store/messages.ts'
import { dueSnoozes, markSnoozed, type SnoozeRow } from './store/routes.ts'

const LOOK_MS = 5000

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
