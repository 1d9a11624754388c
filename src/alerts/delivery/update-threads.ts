import type { Follow } from '../../events/ingest.ts'
import { eventsNamed, type StoredEvent } from '../../events/store/events.ts'
import { scheduleQueues } from '../../events/store/outbox.ts'
import { type OutdatedThings, outdateAlerts } from '../store/messages.ts'
import { keepThread, threadsAbout } from '../store/threads.ts'
import { after, isOpen, isResolving, threadsOpenSince } from './thread.ts'

/**
 * Brings roots up to date with what somebody did through the bot: it is told in the thread of their receipt, and
 * the alert that made them do it says that it is over. Messages of many, and what was shown in the channel, are edited
 * with whatever ends what they tell of.
 */
export function createFollow(parts: { readonly clock: () => Date }): Follow {
  return async (db, events, own) => {
    const now = parts.clock()
    const ending = events.filter(({ event, source }) => isResolving(event) && source !== 'test')
    await outdateAlerts(db, thingsOf(ending), { since: threadsOpenSince(now), at: now })
    if (own.length === 0) return
    const bySubject = Map.groupBy(
      own.filter(({ subject }) => subject !== null),
      ({ subject }) => String(subject),
    )
    const threads = (await threadsAbout(db, ...bySubject.keys())).filter((thread) => isOpen(thread, now))
    const troubles = await eventsNamed(
      db,
      threads.flatMap(({ trouble_event_id }) => trouble_event_id ?? []),
    )
    for (const thread of threads) {
      const trouble = troubles.get(thread.trouble_event_id ?? '')
      const change = after(thread, bySubject.get(thread.subject) ?? [], trouble)
      // It stands in another thread.
      await keepThread(db, { ...change, thread: { ...change.thread, events: thread.events } })
    }
    await scheduleQueues(
      db,
      threads.map(({ channel }) => channel),
      now.toISOString(),
    )
  }
}

function thingsOf(events: readonly StoredEvent[]): OutdatedThings {
  return {
    subjects: events.flatMap(({ subject }) => subject ?? []),
    domains: events.flatMap(({ domain }) => domain ?? []),
  }
}
