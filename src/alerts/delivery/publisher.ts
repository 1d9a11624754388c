import type { Kysely } from 'kysely'
import { isTrouble } from '../../cmr/events/event.ts'
import { eventsNamed } from '../../events/store/events.ts'
import type { OutboxRow } from '../../events/store/outbox.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import type { AlertLookup } from '../alert-lookup.ts'
import type { AlertEvent } from '../messages/alert-event.ts'
import type { AlertState } from '../messages/event-alert.ts'
import { clearQueue } from '../store/channel-queues.ts'
import { markPosted, nameDelivery, rowsOf } from '../store/deliveries.ts'
import { outdateMessage } from '../store/messages.ts'
import { type ThreadChange, threadsOf } from '../store/threads.ts'
import { alertMessage, begunAt, metadataOf, newDeliveryId } from './message.ts'
import { after, isOpen, openedBy } from './threads.ts'

/** Turns rows into a message that stands in Slack. */
export interface AlertPublisher {
  /** @throws what Slack answered, see `postFailure` */
  tell(channel: string, ids: readonly number[]): Promise<void>
  /** Looks whether Slack has what was begun. @returns its `ts` @throws as `tell`: then nobody knows yet */
  look(channel: string, rows: readonly OutboxRow[]): Promise<string | undefined>
  /** Finishes what was begun. @param found where it stands already @throws as `tell` */
  resume(channel: string, rows: readonly OutboxRow[], found: string | undefined): Promise<void>
}

/** A message that was begun: its rows carry its id. */
interface Begun {
  readonly rows: readonly OutboxRow[]
  readonly deliveryId: string
  readonly threadTs: string | null
}

/** @param parts.state what buttons depend on beside the event */
export function createAlertPublisher(parts: {
  readonly store: Store
  readonly messages: PostedMessages
  readonly lookUp: AlertLookup
  readonly clock: () => Date
  readonly state: AlertState
}): AlertPublisher {
  const { store, messages, lookUp, clock, state } = parts
  const { db } = store

  /** @param found where it stands already */
  async function finish(channel: string, { rows, deliveryId, threadTs }: Begun, found?: string) {
    const events = await lookUp(rows)
    const { owesFile, ...message } = alertMessage(rows, events, { ...state, deliveryId, threadTs })
    const eventIds = rows.map((row) => row.event_id)
    const broadcast = rows.some(({ severity }) => severity === 'urgent')
    const thread = threadTs ? { ts: threadTs, broadcast } : undefined
    const metadata = metadataOf(deliveryId, eventIds)
    const ts = found ?? (await messages.post({ channel, thread, message, metadata })).ts
    const threads = (transaction: Kysely<Schema>) =>
      changes(transaction, channel, rows, threadTs ? undefined : ts)
    await markPosted(db, rows, { deliveryId, channel, ts, threadTs, owesFile, at: clock(), threads })
    await clearQueue(db, channel)
    // What was done while it was on its way found no message to edit.
    if (events.some(isOpenTrouble) && isBehind(events, await lookUp(rows)))
      await outdateMessage(db, deliveryId)
  }

  /** The thread of what all rows are about, where they have one. */
  async function threadOf(channel: string, rows: readonly OutboxRow[]): Promise<string | null> {
    const [first] = rows
    if (!first?.threaded || !first.subject || first.thread_ts) return first?.thread_ts ?? null
    if (rows.some(({ subject, threaded }) => !threaded || subject !== first.subject)) return null
    const [thread] = await threadsOf(db, channel, [first.subject])
    return thread && isOpen(thread, clock()) ? thread.root_ts : null
  }

  /** What a message does to the threads of its subjects. @param rootTs where it may be the root of one */
  async function changes(
    transaction: Kysely<Schema>,
    channel: string,
    rows: readonly OutboxRow[],
    rootTs: string | undefined,
  ): Promise<ThreadChange[]> {
    const bySubject = Map.groupBy(
      rows.filter(({ threaded, operation_id, subject }) => threaded && !operation_id && subject),
      ({ subject }) => String(subject),
    )
    const threads = await threadsOf(transaction, channel, [...bySubject.keys()])
    const open = threads.filter((thread) => isOpen(thread, clock()))
    const troubles = await eventsNamed(
      transaction,
      open.flatMap(({ trouble_event_id }) => trouble_event_id ?? []),
    )
    const changed = open.map((thread) =>
      after(thread, bySubject.get(thread.subject) ?? [], troubles.get(thread.trouble_event_id ?? '')),
    )
    const [only] = rows
    const opens = rows.length === 1 && only?.threaded && !only.operation_id && open.length === 0
    if (!opens || !only.subject || !rootTs) return changed
    return [openedBy({ ...only, subject: only.subject }, rootTs, clock())]
  }

  return {
    async tell(channel, ids) {
      const rows = await rowsOf(db, ids)
      const begun = { rows, deliveryId: newDeliveryId(clock()), threadTs: await threadOf(channel, rows) }
      await nameDelivery(db, ids, begun.deliveryId, begun.threadTs)
      await finish(channel, begun)
    },
    async look(channel, rows) {
      const { deliveryId, threadTs } = begunIn(rows)
      const payload = { delivery_id: deliveryId }
      return (await messages.find({ channel, threadTs, since: begunAt(deliveryId), payload }))?.ts
    },
    resume: (channel, rows, found) => finish(channel, begunIn(rows), found),
  }
}

const isOpenTrouble = (event: AlertEvent) => isTrouble(event) && !event.handling?.ended

function isBehind(posted: readonly AlertEvent[], now: readonly AlertEvent[]): boolean {
  return now.filter(isOpenTrouble).length < posted.filter(isOpenTrouble).length
}

function begunIn(rows: readonly OutboxRow[]): Begun {
  return { rows, deliveryId: rows[0]?.delivery_id ?? '', threadTs: rows[0]?.thread_ts ?? null }
}
