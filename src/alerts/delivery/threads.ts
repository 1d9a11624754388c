import type { Kysely } from 'kysely'
import { isTrouble, severityRank } from '../../cmr/events/event.ts'
import { declarationOf } from '../../cmr/events/index.ts'
import type { Follow } from '../../events/ingest.ts'
import { eventsNamed, type StoredEvent } from '../../events/store/events.ts'
import { scheduleQueues } from '../../events/store/outbox.ts'
import { addMilliseconds, millisecondsInDay } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'
import { ownTroublesEndedBy } from '../own-events.ts'
import { outdateAlerts } from '../store/messages.ts'
import { keepThread, type Thread, type ThreadChange, threadsAbout } from '../store/threads.ts'

/** An event, as far as threads need it. */
type Event = Pick<StoredEvent, 'event_id' | 'event' | 'severity' | 'received_at' | 'domain'>

type TroubleEvent = Pick<Event, 'event' | 'severity' | 'domain'>

/** After this nobody scrolls back to the root. */
const OLD_MS = 7 * millisecondsInDay
/** What is over that long is another story when it begins again. */
const OVER_MS = millisecondsInDay

/** Returns whether an event may end what was wrong with its subject. */
export function isResolving(event: string): boolean {
  return declarationOf(event)?.resolves !== undefined || ownTroublesEndedBy(event).length > 0
}

/** Returns the moment before which a thread was opened that takes nothing more. */
export function threadsOpenSince(now: Date): Date {
  return addMilliseconds(now, -OLD_MS)
}

/** Returns whether what happens next belongs into a thread, or opens another. */
export function isOpen(thread: Thread, now: Date): boolean {
  if (thread.opened_at < threadsOpenSince(now).toISOString()) return false
  return thread.resolved_at === null || thread.resolved_at > addMilliseconds(now, -OVER_MS).toISOString()
}

/** The thread that a message opens by being its root. */
export function openedBy(
  row: Pick<Event, 'event_id' | 'received_at' | 'severity'> & { channel: string; subject: string },
  rootTs: string,
  now: Date,
): ThreadChange {
  const thread: Thread = {
    channel: row.channel,
    subject: row.subject,
    root_ts: rootTs,
    opened_at: now.toISOString(),
    last_event_id: row.event_id,
    resolved_at: null,
    acknowledged_by: null,
    acknowledged_at: null,
    events: 1,
    version: 0,
    shown_version: 0,
    ...(isTrouble(row)
      ? { trouble_at: row.received_at, trouble_event_id: row.event_id }
      : { trouble_at: null, trouble_event_id: null }),
  }
  return { thread, opened: true, reopened: false }
}

/**
 * Returns the state of a thread after events were told of it. Of several troubles the most severe is the open one,
 * whichever came last.
 * @param trouble the event of `trouble_event_id`
 */
export function after(
  thread: Thread,
  rows: readonly Event[],
  trouble: TroubleEvent | undefined,
): ThreadChange {
  let next = thread
  let open = trouble
  let reopened = false
  for (const row of rows) {
    next = { ...next, events: next.events + 1 }
    // Told late: meanwhile it was ended by what somebody did through the bot.
    if (next.resolved_at !== null && row.received_at < next.resolved_at) continue
    next = { ...next, last_event_id: row.event_id }
    if (isTrouble(row)) {
      if (open && next.resolved_at === null && isLess(row, open)) continue
      reopened ||= next.resolved_at !== null
      const since = next.resolved_at === null ? next.trouble_at : null
      next = {
        ...next,
        trouble_at: since ?? row.received_at,
        trouble_event_id: row.event_id,
        resolved_at: null,
      }
      open = row
    } else if (open && next.resolved_at === null && endsTrouble(row, open)) {
      next = { ...next, resolved_at: row.received_at }
    }
  }
  return { thread: next, opened: false, reopened }
}

/** Returns what finds the trouble that is open, or was resolved last, in one of these threads. */
export async function troublesOf(
  db: Kysely<Schema>,
  threads: readonly Thread[],
): Promise<(thread: Thread) => StoredEvent | undefined> {
  const ids = threads.flatMap(({ trouble_event_id }) => trouble_event_id ?? [])
  const events = await eventsNamed(db, ids)
  return ({ trouble_event_id }) => events.get(trouble_event_id ?? '')
}

/** A lesser trouble takes the place of a greater one only where that is over with it. */
function isLess(row: Event, trouble: TroubleEvent): boolean {
  return severityRank(row.severity) > severityRank(trouble.severity) && !endsTrouble(row, trouble)
}

/** Returns whether an event ends a trouble with the same thing. */
export function endsTrouble(
  row: Pick<Event, 'event' | 'domain'>,
  trouble: Pick<TroubleEvent, 'event' | 'domain'>,
): boolean {
  // An order has several domains: that one of them succeeds says nothing of another.
  const same = !row.domain || !trouble.domain || row.domain === trouble.domain
  const ended = [...(declarationOf(row.event)?.resolves ?? []), ...ownTroublesEndedBy(row.event)]
  return same && ended.includes(trouble.event)
}

/**
 * Brings roots up to date with what somebody did through the bot: it is told in the thread of their receipt, and
 * the alert that made them do it says that it is over. Messages of many, and what was shown in the channel, are edited
 * with whatever ends what they tell of.
 */
export function createFollow(parts: { readonly clock: () => Date }): Follow {
  return async (db, events, own) => {
    const now = parts.clock()
    const ending = events.filter(({ event, source }) => isResolving(event) && source !== 'test')
    const things = {
      subjects: ending.flatMap(({ subject }) => subject ?? []),
      domains: ending.flatMap(({ domain }) => domain ?? []),
    }
    await outdateAlerts(db, things, { since: threadsOpenSince(now), at: now })
    if (own.length === 0) return
    const bySubject = Map.groupBy(
      own.filter(({ subject }) => subject !== null),
      ({ subject }) => String(subject),
    )
    const threads = (await threadsAbout(db, ...bySubject.keys())).filter((thread) => isOpen(thread, now))
    const troubleOf = await troublesOf(db, threads)
    for (const thread of threads) {
      const change = after(thread, bySubject.get(thread.subject) ?? [], troubleOf(thread))
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
