import type { OutboxRow } from '../../events/store/outbox.ts'
import { stillToCome } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import { type Channels, isChannelId } from '../../slack/channels.ts'
import type { Store } from '../../store/store.ts'
import { type ChannelQueue, joinQueues } from '../store/channel-queues.ts'
import { begunDelivery, queuedRows, recentMessages, rowsOf } from '../store/deliveries.ts'
import type { Afterwards } from './afterwards.ts'
import { earlier } from './afterwards.ts'
import { type Failures, LONGEST_WAIT_MS, SETTLE_MS, tryAgainAt } from './failures.ts'
import { begunAt, newDeliveryId, roomForIds } from './message.ts'
import { type NextMessage, nextMessage, RECENT_MS } from './next-message.ts'
import type { AlertPublisher } from './publisher.ts'

/** The result of one step in a channel queue. */
export type ChannelStep =
  /** A message went out: the next one has to keep its distance. */
  | { readonly kind: 'posted' }
  /** There is something to do again then, or as soon as more comes in. */
  | { readonly kind: 'rest'; readonly until: Date | undefined }

/**
 * Does the next thing in a channel queue that is held: finishes what was begun, posts what is next, brings roots up to date.
 */
export function createStep(parts: {
  readonly store: Store
  readonly channels: Channels
  readonly publisher: AlertPublisher
  readonly failures: Failures
  readonly afterwards: Afterwards
  readonly clock: () => Date
  readonly paceMs: number
}): (channelQueue: ChannelQueue) => Promise<ChannelStep> {
  const { store, channels, publisher, failures, afterwards, clock, paceMs } = parts
  const { db } = store
  let planned: Promise<unknown> = Promise.resolve()

  async function attempt(
    channelQueue: ChannelQueue,
    ids: readonly number[],
    post: () => Promise<void>,
  ): Promise<ChannelStep> {
    try {
      await post()
    } catch (error) {
      return { kind: 'rest', until: await failures.handle(channelQueue, await rowsOf(db, ids), error) }
    }
    failures.well()
    return { kind: 'posted' }
  }

  async function finish(channelQueue: ChannelQueue, begun: readonly OutboxRow[]): Promise<ChannelStep> {
    const { channel } = channelQueue
    const looked = await publisher.look(channel, begun).then(
      (found) => ({ found }),
      (error: unknown) => ({ error }),
    )
    if ('error' in looked)
      return { kind: 'rest', until: await failures.unseen(channelQueue, begun, looked.error) }
    const ids = begun.map(({ id }) => id)
    return attempt(channelQueue, ids, () => publisher.resume(channel, begun, looked.found))
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

  /** People say `#name`, and write to persons; messages stand in channels. */
  async function resolved(channelQueue: ChannelQueue): Promise<ChannelStep> {
    try {
      const id = await channels.idOf(channelQueue.channel)
      failures.nameFound(channelQueue)
      await joinQueues(db, channelQueue.channel, id, clock())
      return { kind: 'rest', until: undefined }
    } catch (error) {
      return { kind: 'rest', until: await failures.nameUnknown(channelQueue, error) }
    }
  }

  return async (channelQueue) => {
    const { channel } = channelQueue
    const now = clock()
    const paced = stillToCome(channelQueue.paced_until, now, LONGEST_WAIT_MS)
    if (paced) return { kind: 'rest', until: paced }
    if (tryAgainAt(channelQueue, now)) return { kind: 'rest', until: await failures.detour(channelQueue) }
    if (!isChannelId(channel)) return resolved(channelQueue)

    const begun = await begunDelivery(db, channel)
    const begunId = begun[0]?.delivery_id
    if (begunId) {
      const settled = stillToCome(addMilliseconds(begunAt(begunId), SETTLE_MS).toISOString(), now, SETTLE_MS)
      if (settled) return { kind: 'rest', until: settled }
      return finish(channelQueue, begun)
    }

    const next = await inTurn(() => plan(channel, now))
    if (next.kind === 'message') {
      const ids = next.rows.map(({ id }) => id)
      return attempt(channelQueue, ids, () => publisher.tell(channel, ids))
    }
    const chore = await afterwards.next(channel)
    return { kind: 'rest', until: earlier(chore, next.kind === 'later' ? next.at : undefined) }
  }
}
