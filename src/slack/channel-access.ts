import type { MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { withTimeout } from '../process/clock.ts'
import type { Message } from './blocks.ts'
import { type Channels, isChannelId } from './channels.ts'
import { postFailure } from './errors.ts'
import { type OutsideReaders, outsidersIn } from './outside-readers.ts'
import type { PostedMessages } from './posted-message.ts'

/** A channel that the bot may post in; or a sentence in plain text that says why not, and what to do. */
export type EnteredChannel =
  | { readonly ok: true; readonly id: string; readonly name: string }
  | { readonly ok: false; readonly sentence: string }

/** What stands there now, or why Slack does not take it. */
export type PostResult =
  | { readonly ok: true; readonly ts: string }
  | { readonly ok: false; readonly sentence: string }

/** Finds out beforehand whether messages will reach a channel, and who would read them. */
export interface ChannelAccess {
  /** Joins a public channel. @param channel id or #name */
  enter(channel: string): Promise<EnteredChannel>
  /**
   * Returns who reads a channel beside members of the workspace, in mrkdwn; nothing where nobody does, or Slack does not
   * tell. Joins nothing.
   * @param channel id or #name
   */
  outsiders(channel: string): Promise<string | undefined>
  /** The same as it was some minutes ago at most, of several channels, by id; within two seconds. */
  knownOutsiders(channels: readonly string[]): Promise<ReadonlyMap<string, string>>
  say(channel: string, message: Message, metadata?: MessageMetadata): Promise<PostResult>
  /** Where people find a message; nothing where Slack does not say. */
  permalink(channel: string, ts: string): Promise<string | undefined>
}

/** How long somebody who looks at a list waits for who reads there. */
const KNOWN_MS = 1500

const INVITE = 'run `/invite @cmr` in that channel, then run this command again.'

const ONE_PERSON = 'This goes to a channel, not to one person. Name a channel.'

/** What Slack's refusals mean here ("conversations.join: errors", "chat.postMessage: errors"). */
const sentences = {
  channel_not_found: `The bot cannot see that channel. If it is private, ${INVITE}`,
  not_in_channel: `The bot is not in that channel. To invite it, ${INVITE}`,
  method_not_supported_for_channel_type: `The bot is not in that channel. To invite it, ${INVITE}`,
  is_archived: 'That channel is archived. Unarchive it first, or name another channel.',
  restricted_action:
    'Only some people may post in that channel. Ask a Slack admin to let the bot post there, or name another channel.',
}

/** @param slack the bot's own client */
export function createChannelAccess(
  slack: WebClient,
  channels: Channels,
  messages: Pick<PostedMessages, 'post'>,
  readers: OutsideReaders,
): ChannelAccess {
  return {
    async outsiders(named) {
      const found = await channels.idOf(placeCalled(named)).then(readers.look, () => undefined)
      return found && outsidersIn(found)
    },
    async knownOutsiders(ids) {
      const found = await Promise.all(
        [...new Set(ids)]
          .filter(isChannelId)
          .map(async (id) => [id, await withTimeout(readers.recent(id), KNOWN_MS)] as const),
      )
      return new Map(
        found.flatMap(([id, one]) => {
          const who = one && outsidersIn(one)
          return who ? [[id, who] as const] : []
        }),
      )
    },
    async enter(named) {
      try {
        const id = await channels.idOf(placeCalled(named))
        const { channel } = await slack.conversations.info({ channel: id })
        if (channel?.is_archived) return { ok: false, sentence: sentences.is_archived }
        if (channel?.is_im) return { ok: false, sentence: ONE_PERSON }
        if (!channel?.is_member) {
          if (channel?.is_private) return { ok: false, sentence: sentences.not_in_channel }
          await slack.conversations.join({ channel: id })
        }
        return { ok: true, id, name: channel?.name ?? named.replace(/^#/, '') }
      } catch (error) {
        return { ok: false, sentence: sentence(error) }
      }
    },
    async say(channel, message, metadata) {
      try {
        const { ts } = await messages.post({ channel, message, metadata })
        return { ok: true, ts }
      } catch (error) {
        return { ok: false, sentence: sentence(error) }
      }
    },
    async permalink(channel, ts) {
      try {
        const { permalink } = await slack.chat.getPermalink({ channel, message_ts: ts })
        return permalink
      } catch {
        // A message that is gone, or a channel that the bot has left: the log is of use without.
        return undefined
      }
    },
  }
}

/**
 * Looks whether the bot may post in a channel.
 * @param id the channel's
 * @param otherwise what to do in place of unarchiving it: "set CMR_ALERTS_CHANNEL"
 * @returns a sentence on what it saw
 * @throws an Error that says what to do
 */
export async function checkChannel(slack: WebClient, id: string, otherwise: string): Promise<string> {
  const { channel: found } = await slack.conversations.info({ channel: id })
  const name = `#${found?.name ?? id}`
  if (found?.is_archived) throw new Error(`${name} is archived: unarchive it, or ${otherwise}`)
  if (!found?.is_member) throw new Error(`the bot is not in ${name}: run /invite @cmr there`)
  return `the bot is in ${name}`
}

/** `billing` is #billing: only ids are in capitals. */
function placeCalled(named: string): string {
  return /^(#|[CDGUW][A-Z0-9]+$)/.test(named) ? named : `#${named.toLowerCase()}`
}

function sentence(error: unknown): string {
  const { kind, error: said } = postFailure(error)
  if (kind === 'paced') return 'Slack is busy. Try again in a minute.'
  if (kind === 'unknown') return 'Slack does not answer. Try again in a minute.'
  return Object.hasOwn(sentences, said)
    ? sentences[said as keyof typeof sentences]
    : `Slack does not let the bot post there (${said}).`
}
