import { randomBytes } from 'node:crypto'
import { isObject } from '../cmr/json.ts'
import { type Conversation, newTs } from './conversation.ts'
import type { Json, ShownMessage } from './types.ts'
import type { Workspace } from './workspace.ts'

/** A response_url takes five answers within thirty minutes. */
const USES = 5
const LIFETIME_MS = 30 * 60 * 1000

export interface Replies {
  /** Makes a token for a response_url. `source` is the message whose button was clicked. */
  issue(person: string, channel: string, source?: ShownMessage): string
  /** Takes what was posted to the response_url of that token. @returns HTTP status and Slack's text */
  take(token: string, body: Json): Promise<{ status: number; text: string }>
  /** Shows an answer, as an acknowledgement of a command carries it. */
  show(person: string, channel: string, body: Json, source?: ShownMessage): Promise<void>
}

export function createReplies(conversation: Conversation, workspace: Workspace): Replies {
  const issued = new Map<
    string,
    {
      person: string
      channel: string
      source: ShownMessage | undefined
      /** What was shown last, which a command's next answer may replace. Slack itself may show that below it. */
      last?: ShownMessage
      left: number
      until: number
    }
  >()

  /** @returns what only this person sees of it, where it is new */
  async function show(
    person: string,
    channel: string,
    body: Json,
    source?: ShownMessage,
  ): Promise<ShownMessage | undefined> {
    if (body.delete_original === true && source) return drop(source)
    const blocks = Array.isArray(body.blocks) ? body.blocks.filter(isObject) : []
    const text = typeof body.text === 'string' ? body.text : ''
    if (!text && blocks.length === 0) return undefined
    if (body.replace_original === true && source) return replace(source, text, blocks)
    const threadTs = typeof body.thread_ts === 'string' ? body.thread_ts : undefined
    if (body.response_type !== 'in_channel') {
      const shown: ShownMessage = {
        channel,
        ts: newTs(),
        author: 'bot',
        text,
        blocks,
        threadTs,
        ephemeralFor: person,
      }
      conversation.put(shown)
      return shown
    }
    const posted = await workspace.call('chat.postMessage', {
      channel,
      text,
      blocks,
      ...(threadTs && { thread_ts: threadTs }),
    })
    conversation.put({ channel, ts: String(posted.ts), author: 'bot', text, blocks, threadTs })
    return undefined
  }

  async function replace(source: ShownMessage, text: string, blocks: Json[]): Promise<undefined> {
    if (!source.ephemeralFor) {
      await workspace.call('chat.update', { channel: source.channel, ts: source.ts, text, blocks })
    }
    const edited = !source.ephemeralFor && blocks.length === 0
    conversation.put({ ...source, text, blocks, edited })
    return undefined
  }

  async function drop(source: ShownMessage): Promise<undefined> {
    if (!source.ephemeralFor) await workspace.call('chat.delete', { channel: source.channel, ts: source.ts })
    conversation.remove(source.channel, source.ts)
    return undefined
  }

  return {
    async show(person, channel, body, source) {
      await show(person, channel, body, source)
    },
    issue(person, channel, source) {
      for (const [old, { until }] of issued) if (until < Date.now()) issued.delete(old)
      const token = randomBytes(12).toString('hex')
      issued.set(token, { person, channel, source, left: USES, until: Date.now() + LIFETIME_MS })
      return token
    },
    async take(token, body) {
      const reply = issued.get(token)
      if (!reply || reply.until < Date.now()) return { status: 404, text: 'expired_url' }
      if (reply.left-- <= 0) return { status: 404, text: 'used_url' }
      const shown = await show(reply.person, reply.channel, body, reply.source ?? reply.last)
      if (shown) reply.last = shown
      return { status: 200, text: 'ok' }
    },
  }
}
