import { later, stillToCome } from '../../moments.ts'
import { type Channels, isChannelId } from '../../slack/channels.ts'
import { begunDelivery, queuedRows, recentMessages, rowsOf } from '../store/deliveries.ts'
import { joinLanes, type Lane } from '../store/channel-queues.ts'
import type { Waiting } from '../../events/store/outbox.ts'
import type { Store } from '../../store/store.ts'
import type { Afterwards } from './afterwards.ts'
import { type Failures, LONGEST_WAIT_MS, SETTLE_MS, tryAgainAt } from './failures.ts'
import { roomForIds } from './metadata.ts'
import { type Next, nextMessage, RECENT_MS } from './next-message.ts'
import { earlier } from './pace.ts'
import { begunAt, newDeliveryId } from './post.ts'
import type { Teller } from './publisher.ts'

/** What one look at a lane came to. */
export type Step =
  /** A message went out: the next one has to keep its distance. */
  | { readonly kind: 'posted' }
  /** There is something to do again then, or as soon as more comes in. */
  | { readonly kind: 'rest'; readonly until: Date | undefined }

/**
 * Does the next thing in a lane that is held: finishes what was begun, posts what is next, brings roots up to date.
 */
export function createStep(parts: {
  readonly store: Store
  readonly channels: Channels
  readonly teller: Teller
  readonly failures: Failures
  readonly afterwards: Afterwards
  readonly clock: () => Date
  readonly paceMs: number
}): (lane: Lane) => Promise<Step> {
  const { store, channels, teller, failures, afterwards, clock, paceMs } = parts
  const { db } = store
  let planned: Promise<unknown> = Promise.resolve()

  async function attempt(lane: Lane, ids: readonly number[], post: () => Promise<void>): Promise<Step> {
    try {
      await post()
    } catch (error) {
      return { kind: 'rest', until: await failures.handle(lane, await rowsOf(db, ids), error) }
    }
    failures.well()
    return { kind: 'posted' }
  }

  async function finish(lane: Lane, begun: readonly Waiting[]): Promise<Step> {
    const { channel } = lane
    const looked = await teller.look(channel, begun).then(
      (found) => ({ found }),
      (error: unknown) => ({ error }),
    )
    if ('error' in looked) return { kind: 'rest', until: await failures.unseen(lane, begun, looked.error) }
    const ids = begun.map(({ id }) => id)
    return attempt(lane, ids, () => teller.resume(channel, begun, looked.found))
  }

  /** When Slack lets go of many channels at once, whoever brings an event does not wait behind all their plans. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = planned.then(work, work)
    planned = mine
    return mine
  }

  async function plan(channel: string, now: Date): Promise<Next> {
    const queue = await queuedRows(db, channel)
    const recent = await recentMessages(db, channel, later(now, -RECENT_MS))
    return nextMessage(queue, recent, roomForIds(newDeliveryId(now)), { now, paceMs })
  }

  /** People say `#name`, and write to persons; messages stand in channels. */
  async function resolved(lane: Lane): Promise<Step> {
    try {
      const id = await channels.idOf(lane.channel)
      failures.nameFound(lane)
      await joinLanes(db, lane.channel, id, clock())
      return { kind: 'rest', until: undefined }
    } catch (error) {
      return { kind: 'rest', until: await failures.nameUnknown(lane, error) }
    }
  }

  return async (lane) => {
    const { channel } = lane
    const now = clock()
    const paced = stillToCome(lane.paced_until, now, LONGEST_WAIT_MS)
    if (paced) return { kind: 'rest', until: paced }
    if (tryAgainAt(lane, now)) return { kind: 'rest', until: await failures.detour(lane) }
    if (!isChannelId(channel)) return resolved(lane)

    const begun = await begunDelivery(db, channel)
    const begunId = begun[0]?.delivery_id
    if (begunId) {
      const settled = stillToCome(later(begunAt(begunId), SETTLE_MS).toISOString(), now, SETTLE_MS)
      if (settled) return { kind: 'rest', until: settled }
      return finish(lane, begun)
    }

    const next = await inTurn(() => plan(channel, now))
    if (next.kind === 'message') {
      const ids = next.rows.map(({ id }) => id)
      return attempt(lane, ids, () => teller.tell(channel, ids))
    }
    const chore = await afterwards.next(channel)
    return { kind: 'rest', until: earlier(chore, next.kind === 'later' ? next.at : undefined) }
  }
}
