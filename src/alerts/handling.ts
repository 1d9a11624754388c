import type { Kysely } from 'kysely'
import { webhookEvents } from '../cmr/events/index.ts'
import type { StoredEvent } from '../events/store/events.ts'
import type { Schema } from '../store/schema.ts'
import { isOneOf } from '../store/sql.ts'
import { endsTrouble, isResolving, isTrouble } from './delivery/thread.ts'
import type { AlertHandling } from './messages/details.ts'
import { reminderEvents } from './own-events.ts'
import { type MuteRow, muteRows, pendingSnoozes } from './store/routes.ts'
import { threadsAbout } from './store/threads.ts'

/** An event, as far as what was done about it depends on it. */
type HandledEvent = Pick<
  StoredEvent,
  'event_id' | 'event' | 'severity' | 'received_at' | 'subject' | 'domain' | 'user_id'
>

type EndingEvent = Pick<StoredEvent, 'event' | 'received_at' | 'subject' | 'domain' | 'severity'>

/** Returns what has been done about events since they came, by their ids; nothing was done about those that are missing. */
export async function handlingOf(
  db: Kysely<Schema>,
  events: readonly HandledEvent[],
  now: Date,
): Promise<ReadonlyMap<string, AlertHandling>> {
  const troubles = events.filter(isTrouble)
  const endings = await endingsSince(db, troubles)
  const subjects = [...new Set(events.flatMap(({ subject }) => subject ?? []))]
  const threads = subjects.length > 0 ? await threadsAbout(db, ...subjects) : []
  const taken = new Map(threads.filter((one) => one.acknowledged_by).map((one) => [one.subject, one]))
  const mutes = await muteRows(db, now)
  const ids = events.map(({ event_id }) => event_id)
  const snoozes = Map.groupBy(await pendingSnoozes(db, ids), ({ event_id }) => event_id)
  return new Map(
    events.map((event) => {
      const ended = endings.find((one) => isEndOf(one, event))
      const thread = taken.get(event.subject ?? '')
      const isTaken = thread?.acknowledged_by && (thread.acknowledged_at ?? '') >= event.received_at
      return [
        event.event_id,
        {
          ended: ended && { event: ended.event, at: ended.received_at },
          acknowledged:
            isTaken && thread.acknowledged_by
              ? { by: thread.acknowledged_by, at: thread.acknowledged_at ?? event.received_at }
              : undefined,
          mute: muteOf(mutes, event),
          snoozes: snoozes
            .get(event.event_id)
            ?.map(({ created_by, due_at }) => ({ by: created_by, at: due_at })),
        },
      ]
    }),
  )
}

const endingNames = [...Object.keys(webhookEvents), ...Object.keys(reminderEvents)].filter(isResolving)

/** What has come since the first of these events and ends trouble with any of their things, the oldest first. */
async function endingsSince(db: Kysely<Schema>, troubles: readonly HandledEvent[]): Promise<EndingEvent[]> {
  const of = (column: 'subject' | 'domain') => [...new Set(troubles.flatMap((one) => one[column] ?? []))]
  const [subjects, domains] = [of('subject'), of('domain')]
  const [first] = troubles.map(({ received_at }) => received_at).toSorted()
  if (!first || subjects.length + domains.length === 0) return []
  return db
    .selectFrom('events')
    .select(['event', 'received_at', 'subject', 'domain', 'severity'])
    .where('event', 'in', endingNames)
    .where('received_at', '>', first)
    .where('source', '!=', 'test')
    .where(({ or }) => or([isOneOf(db, 'subject', subjects), isOneOf(db, 'domain', domains)]))
    .orderBy('received_at')
    .execute()
}

/** Returns whether one event ends the trouble of another: of the same thing, and later. */
export function isEndOf(ending: EndingEvent, trouble: HandledEvent): boolean {
  if (!isTrouble(trouble) || ending.received_at <= trouble.received_at) return false
  const { subject, domain } = trouble
  const areSubscriptions = [subject, ending.subject].every((one) => one?.startsWith('subscription:'))
  const isSame =
    (subject !== null && subject === ending.subject) ||
    // Of two subscriptions on one domain each is renewed by itself.
    (domain !== null && domain === ending.domain && !areSubscriptions)
  return isSame && endsTrouble(ending, trouble)
}

function muteOf(mutes: readonly MuteRow[], { subject, domain, user_id }: HandledEvent) {
  const names = [subject, domain && `domain:${domain}`, user_id && `user:${user_id}`]
  const found = mutes.find((mute) => names.includes(mute.subject))
  return (
    found && { subject: found.subject, until: found.until ? new Date(found.until) : null, by: found.muted_by }
  )
}
