import type { MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Message } from './blocks.ts'
import { directMessage, isChannelId } from './channels.ts'
import { isNotPosted, postFailure } from './errors.ts'
import { sendPlainest } from './plainer.ts'

/** The bot's clock may have been an hour off when it posted, or be so now; Slack's never is. */
const CLOCK_MS = 2 * 60 * 60_000

/** The place of a message. */
export interface PostedMessage {
  readonly channel: string
  readonly ts: string
}

/** A thread of a channel. */
export interface ThreadPlace {
  readonly channel: string
  readonly threadTs: string
}

export interface NewMessage {
  /** Id of a channel, or of a person for a direct message. */
  readonly channel: string
  /** The root to reply to, and whether the reply is shown in the channel too. */
  readonly thread?: { readonly ts: string; readonly broadcast: boolean } | undefined
  readonly message: Message
  readonly metadata?: MessageMetadata | undefined
}

/**
 * Posts messages exactly once and keeps them up to date. `chat.postMessage` has no idempotency key: callers write
 * down an id before they post, put it into the metadata, and search for it after an unknown outcome.
 */
export interface PostedMessages {
  /** Joins a public channel where needed; posts plainer blocks, at last text alone, where Slack refuses them. @throws see `postFailure` */
  post(message: NewMessage): Promise<PostedMessage>
  /** Leaves the metadata as it is. @throws see `postFailure` */
  edit(posted: PostedMessage, message: Message): Promise<void>
  /**
   * Returns the message with these values in its metadata, if Slack has it.
   * @param search.since it was not posted before
   */
  find(search: {
    readonly channel: string
    readonly threadTs?: string | null | undefined
    readonly since: Date
    readonly payload: MessageMetadata['event_payload']
  }): Promise<PostedMessage | undefined>
  /**
   * Posts in the first place that Slack lets the bot write to: a channel, a person, or a thread.
   * @param triedAt when it was tried before with an unknown outcome: each place is searched before it is posted to
   * @returns whether it was there already; it may then show an older state
   */
  postOnce(
    places: readonly (string | ThreadPlace | null)[],
    message: Message,
    metadata: MessageMetadata,
    triedAt: string | null,
  ): Promise<{
    readonly posted: PostedMessage
    readonly found: boolean
    /** The thread that it was posted in. */
    readonly threadTs?: string | undefined
  }>
  /** Does something in a channel; where that is public and the bot no member, it joins first. */
  joining<T>(channel: string, work: () => Promise<T>): Promise<T>
}

/**
 * @param parts.slack a client without retries of its own: it cannot know what was posted
 * @param parts.turn waits until the workspace may be posted to again
 */
export function createPostedMessages(parts: {
  readonly slack: WebClient
  readonly logger: Logger
  readonly turn?: () => Promise<void>
}): PostedMessages {
  const { slack, logger, turn = async () => undefined } = parts

  async function joining<T>(channel: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (postFailure(error).error !== 'not_in_channel' || !(await join(channel))) throw error
      return work()
    }
  }

  const join = (channel: string) =>
    slack.conversations.join({ channel }).then(
      () => true,
      () => false,
    )

  const plainly = <Sent>(message: Message, send: (content: Message) => Promise<Sent>): Promise<Sent> =>
    sendPlainest(message, send, (error) => logger.warn({ error }, 'Slack refuses the blocks of a message'))

  async function send({ channel, thread, message, metadata }: NewMessage): Promise<PostedMessage> {
    const { text, blocks } = message
    const reply = thread ? { thread_ts: thread.ts, reply_broadcast: thread.broadcast } : {}
    const quiet = { unfurl_links: false, unfurl_media: false }
    const content = { channel, text, blocks, ...reply, ...quiet, ...(metadata && { metadata }) }
    await turn()
    const answer = await slack.chat.postMessage(content)
    return { channel: String(answer.channel ?? channel), ts: String(answer.ts) }
  }

  const post: PostedMessages['post'] = (message) =>
    joining(message.channel, () =>
      plainly(message.message, (content) => send({ ...message, message: content })),
    )

  const find: PostedMessages['find'] = async ({ channel, threadTs, since, payload }) => {
    const id = isChannelId(channel) ? channel : await directMessage(slack, channel)
    // A public channel may be posted to from outside (`chat:write.public`), but is read by its members only.
    const ts = await joining(id, () => search(slack, id, threadTs, since, payload))
    return ts ? { channel: id, ts } : undefined
  }

  return {
    joining,
    post,
    find,
    async edit(posted, message) {
      await plainly(message, ({ text, blocks }) => slack.chat.update({ ...posted, text, blocks }))
    },
    async postOnce(places, message, metadata, triedAt) {
      const known = places.filter((place) => place !== null)
      for (const place of known) {
        const { channel, threadTs }: Partial<ThreadPlace> & { channel: string } =
          typeof place === 'string' ? { channel: place } : place
        try {
          const payload = metadata.event_payload
          const found = triedAt && (await find({ channel, threadTs, since: new Date(triedAt), payload }))
          if (found) return { posted: found, found: true, threadTs }
          const thread = threadTs ? { ts: threadTs, broadcast: false } : undefined
          return { posted: await post({ channel, thread, message, metadata }), found: false, threadTs }
        } catch (error) {
          if (place === known.at(-1) || !isNotPosted(postFailure(error))) throw error
          logger.warn({ err: error, channel }, 'a message could not be posted here; the next place is tried')
        }
      }
      throw new Error('There is no place to post to')
    },
  }
}

async function search(
  slack: WebClient,
  channel: string,
  threadTs: string | null | undefined,
  since: Date,
  payload: MessageMetadata['event_payload'],
): Promise<string | undefined> {
  const oldest = String((Math.min(since.getTime(), Date.now()) - CLOCK_MS) / 1000)
  const window = { channel, oldest, include_all_metadata: true, limit: 200 }
  let cursor: string | undefined
  do {
    const options = { ...window, ...(cursor && { cursor }) }
    const page = threadTs
      ? await slack.conversations.replies({ ...options, ts: threadTs })
      : await slack.conversations.history(options)
    for (const { ts, metadata } of page.messages ?? []) {
      const seen = (metadata?.event_payload ?? {}) as Readonly<Record<string, unknown>>
      if (Object.entries(payload).every(([name, value]) => seen[name] === value)) return ts
    }
    cursor = page.response_metadata?.next_cursor || undefined
  } while (cursor)
  return undefined
}
