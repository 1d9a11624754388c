import type { Kysely } from 'kysely'
import { isTrouble } from '../../cmr/events/event.ts'
import type { OutboxRow } from '../../events/store/outbox.ts'
import { stillToCome } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import { type Channels, isChannelId } from '../../slack/channels.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import type { AlertLookup } from '../alert-lookup.ts'
import type { AlertEvent } from '../messages/alert-event.ts'
import { alertMessage, begunAt, metadataOf, newDeliveryId, roomForIds } from '../messages/alert-message.ts'
import type { AlertState } from '../messages/event-parts.ts'
import { type ChannelQueue, clearQueue, joinQueues } from '../store/channel-queues.ts'
import {
  begunDelivery,
  markPosted,
  nameDelivery,
  queuedRows,
  recentMessages,
  rowsOf,
} from '../store/deliveries.ts'
import { outdateMessage } from '../store/messages.ts'
import { type ThreadChange, threadsOf } from '../store/threads.ts'
import { type Afterwards, earlier } from './afterwards.ts'
import { type Failures, LONGEST_WAIT_MS, SETTLE_MS, tryAgainAt } from './failures.ts'
import { type NextMessage, nextMessage, RECENT_MS } from './next-message.ts'
import { after, isOpen, openedBy, troublesOf } from './threads.ts'

/** The result of one step in a channel queue. */
type ChannelStep =
  /** A message went out: the next one has to keep its distance. */
  | 'posted'
  /** There is something to do again then, or as soon as more comes in. */
  | { readonly restUntil: Date | undefined }

/** A message that was begun: its rows carry its id. */
interface Begun {
  readonly rows: readonly OutboxRow[]
  readonly deliveryId: string
  readonly threadTs: string | null
}

/**
 * Does the next thing in a channel queue that is held: finishes what was begun, posts what is next, brings roots up to date.
 * @param parts.state what buttons depend on beside the event
 */
export function createStep(parts: {
  readonly store: Store
  readonly channels: Channels
  readonly messages: PostedMessages
  readonly lookUp: AlertLookup
  readonly failures: Failures
  readonly afterwards: Afterwards
  readonly state: AlertState
  readonly clock: () => Date
  readonly paceMs: number
}): (channelQueue: ChannelQueue) => Promise<ChannelStep> {
  const { store, channels, messages, lookUp, failures, afterwards, state, clock, paceMs } = parts
  const { db } = store
  let planned: Promise<unknown> = Promise.resolve()

  /** People say `#name`, and write to persons; messages stand in channels. */
  async function resolved(channelQueue: ChannelQueue): Promise<ChannelStep> {
    try {
      const id = await channels.idOf(channelQueue.channel)
      failures.nameFound(channelQueue)
      await joinQueues(db, channelQueue.channel, id, clock())
      return { restUntil: undefined }
    } catch (error) {
      return { restUntil: await failures.nameUnknown(channelQueue, error) }
    }
  }

  /** When Slack lets go of many channels at once, whoever brings an event does not wait behind all their plans. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = planned.then(work, work)
    planned = mine
    return mine
  }

  async function plan(channel: string, now: Date): Promise<NextMessage> {
    const queue = await queuedRows(db, channel)
    const recent = await recentMessages(db, channel, addMilliseconds(now, -RECENT_MS))
    return nextMessage(queue, recent, roomForIds(newDeliveryId(now)), { now, paceMs })
  }

  async function attempt(
    channelQueue: ChannelQueue,
    ids: readonly number[],
    post: () => Promise<void>,
  ): Promise<ChannelStep> {
    try {
      await post()
    } catch (error) {
      return { restUntil: await failures.handle(channelQueue, await rowsOf(db, ids), error) }
    }
    failures.well()
    return 'posted'
  }

  async function begin(channel: string, ids: readonly number[]): Promise<void> {
    const rows = await rowsOf(db, ids)
    const begun = { rows, deliveryId: newDeliveryId(clock()), threadTs: await threadOf(channel, rows) }
    await nameDelivery(db, ids, begun.deliveryId, begun.threadTs)
    await finish(channel, begun)
  }

  /** Looks whether Slack has what was begun, and finishes it. */
  async function resume(channelQueue: ChannelQueue, begun: Begun): Promise<ChannelStep> {
    const { channel } = channelQueue
    const { rows, deliveryId, threadTs } = begun
    let found: string | undefined
    try {
      const payload = { delivery_id: deliveryId }
      found = (await messages.find({ channel, threadTs, since: begunAt(deliveryId), payload }))?.ts
    } catch (error) {
      return { restUntil: await failures.unseen(channelQueue, rows, error) }
    }
    const ids = rows.map(({ id }) => id)
    return attempt(channelQueue, ids, () => finish(channel, begun, found))
  }

  /** @param found where it stands already @throws what Slack answered, see `postFailure` */
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
    const troubleOf = await troublesOf(transaction, open)
    const changed = open.map((thread) =>
      after(thread, bySubject.get(thread.subject) ?? [], troubleOf(thread)),
    )
    const [only] = rows
    const opens = rows.length === 1 && only?.threaded && !only.operation_id && open.length === 0
    if (!opens || !only.subject || !rootTs) return changed
    return [openedBy({ ...only, subject: only.subject }, rootTs, clock())]
  }

  return async (channelQueue) => {
    const { channel } = channelQueue
    const now = clock()
    const paced = stillToCome(channelQueue.paced_until, now, LONGEST_WAIT_MS)
    if (paced) return { restUntil: paced }
    if (tryAgainAt(channelQueue, now)) return { restUntil: await failures.detour(channelQueue) }
    if (!isChannelId(channel)) return resolved(channelQueue)

    const rows = await begunDelivery(db, channel)
    const { delivery_id: deliveryId, thread_ts: threadTs } = rows[0] ?? {}
    if (deliveryId) {
      const settled = stillToCome(
        addMilliseconds(begunAt(deliveryId), SETTLE_MS).toISOString(),
        now,
        SETTLE_MS,
      )
      if (settled) return { restUntil: settled }
      return resume(channelQueue, { rows, deliveryId, threadTs: threadTs ?? null })
    }

    const next = await inTurn(() => plan(channel, now))
    if (next.kind === 'message') {
      const ids = next.rows.map(({ id }) => id)
      return attempt(channelQueue, ids, () => begin(channel, ids))
    }
    const chore = await afterwards.next(channel)
    return { restUntil: earlier(chore, next.kind === 'later' ? next.at : undefined) }
  }
}

const isOpenTrouble = (event: AlertEvent) => isTrouble(event) && !event.handling?.ended

function isBehind(posted: readonly AlertEvent[], now: readonly AlertEvent[]): boolean {
  return now.filter(isOpenTrouble).length < posted.filter(isOpenTrouble).length
}
