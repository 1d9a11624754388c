import type { Conversation } from './conversation.ts'
import type { Json } from './types.ts'

/**
 * What the emulator leaves out when messages are read: the window from `oldest` to `latest`, replies that were
 * also sent to the channel, and metadata only for who asks for it ("conversations.history").
 * @param answer the emulator's
 * @param broadcasts replies that stand in the channel too
 */
export function asAsked(answer: Json, body: Json, broadcasts: readonly Json[]): Json {
  const oldest = Number(body.oldest ?? 0)
  const latest = Number(body.latest ?? Number.POSITIVE_INFINITY)
  const inclusive = String(body.inclusive) === 'true'
  const wantsMetadata = String(body.include_all_metadata) === 'true'
  const listed = answer.messages as Json[]
  const stamps = listed.map(({ ts }) => Number(ts))
  const reached = Math.min(...stamps)

  const onPage = ({ ts }: Json) =>
    (!body.cursor || Number(ts) <= Math.max(...stamps)) && (answer.has_more !== true || Number(ts) >= reached)
  const inside = ({ ts }: Json) => {
    const at = Number(ts)
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest
  }
  const all = [...listed, ...broadcasts.filter(onPage)]
  if (broadcasts.length > 0) all.sort((a, b) => Number(b.ts) - Number(a.ts))
  const messages = all.filter(inside).map(({ metadata, ...message }) => {
    return wantsMetadata && metadata ? { ...message, metadata } : message
  })
  const more = answer.has_more === true && reached > oldest
  return { ...answer, messages, has_more: more, ...(!more && { response_metadata: { next_cursor: '' } }) }
}

/** The replies of a channel that were sent with `reply_broadcast`, as Slack lists them. */
export function broadcastsIn(channel: string, conversation: Conversation): Json[] {
  const { messages } = conversation.snapshot()
  return messages
    .filter((one) => one.channel === channel && one.broadcast)
    .map(({ ts, threadTs, text, blocks, metadata }) => ({
      type: 'message',
      subtype: 'thread_broadcast',
      ts,
      thread_ts: threadTs,
      text,
      blocks,
      metadata,
    }))
}
