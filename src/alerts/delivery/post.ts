import { randomUUID } from 'node:crypto'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Message } from '../../slack/blocks.ts'
import { withBlocksOrText } from '../../slack/blocks-or-text.ts'
import { findPosted } from '../../slack/find-posted.ts'
import { inside } from '../../slack/joining-channel.ts'
import { metadataOf } from './metadata.ts'
import type { Turn } from './pace.ts'

/** A message of the bot's with what other apps, and the bot itself after a crash, know it by. */
export interface Outgoing extends Message {
  readonly deliveryId: string
  readonly eventIds: readonly string[]
  readonly channel: string
  readonly threadTs: string | null
  /** Shown in the channel too, where it is a reply. */
  readonly broadcast: boolean
}

/** Slack, as far as deliveries need it. */
export interface Poster {
  /** @returns its `ts` @throws what Slack answered, see `postFailure` */
  post(message: Outgoing): Promise<string>
  /** @returns the `ts` of a delivery's message, if Slack has it: in the channel, or in the thread it went to */
  find(deliveryId: string, channel: string, threadTs: string | null): Promise<string | undefined>
  edit(message: Message & { readonly channel: string; readonly ts: string }): Promise<void>
  /** Does something in a channel; one that is public lets the bot in first, where it is not yet. */
  inside<T>(channel: string, work: () => Promise<T>): Promise<T>
}

/**
 * @param slack a client without retries of its own: it cannot know what was posted
 * @param turn the pace of the whole workspace
 */
export function createPoster(slack: WebClient, turn: Turn, logger: Logger): Poster {
  async function send(message: Outgoing): Promise<string> {
    const { channel, text, blocks, threadTs, broadcast, deliveryId, eventIds } = message
    const metadata = metadataOf(deliveryId, eventIds)
    const thread = threadTs ? { thread_ts: threadTs, reply_broadcast: broadcast } : {}
    const common = { channel, text, metadata, ...thread, unfurl_links: false, unfurl_media: false }
    await turn()
    const { ts } = await slack.chat.postMessage(blocks.length ? { ...common, blocks } : common)
    return String(ts)
  }

  return {
    inside: (channel, work) => inside(slack, channel, work),
    post: (message) =>
      inside(slack, message.channel, () =>
        withBlocksOrText(logger, message, (content) => send({ ...message, ...content })),
      ),

    async find(deliveryId, channel, threadTs) {
      const isMeant = (payload: { delivery_id?: unknown }) => payload.delivery_id === deliveryId
      return findPosted(slack, { channel, thread: threadTs }, begunAt(deliveryId), isMeant)
    },

    async edit({ channel, ts, text, blocks }) {
      // Metadata that is not sent is kept ("chat.update").
      await slack.chat.update({ channel, ts, text, blocks })
    },
  }
}

/** Holds the time it was made, so that the search for it knows where to begin. */
export function newDeliveryId(now: Date): string {
  return `${now.getTime().toString(36)}-${randomUUID()}`
}

/** When a delivery was begun. */
export function begunAt(deliveryId: string): Date {
  return new Date(Number.parseInt(deliveryId.split('-')[0] ?? '', 36) || 0)
}
