import type { MessageMetadata } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { Message } from '../slack/blocks.ts'
import type { Channels } from '../slack/channels.ts'
import { postFailure } from '../slack/errors.ts'
import type { PostedMessages } from '../slack/posted-message.ts'

/** A channel that the bot may post in; or a sentence in plain text that says why not, and what to do. */
export type EnteredChannel =
  | { readonly ok: true; readonly id: string; readonly name: string }
  | { readonly ok: false; readonly sentence: string }

/** What stands there now, or why Slack does not take it. */
export type PostResult =
  | { readonly ok: true; readonly ts: string }
  | { readonly ok: false; readonly sentence: string }

/** Finds out beforehand whether alerts will reach a channel. */
export interface ChannelAccess {
  /** Joins a public channel. @param channel id or #name */
  enter(channel: string): Promise<EnteredChannel>
  say(channel: string, message: Message, metadata?: MessageMetadata): Promise<PostResult>
  /** Where people find a message; nothing where Slack does not say. */
  permalink(channel: string, ts: string): Promise<string | undefined>
}

/** What the log and the status say without `CMR_ALERTS_CHANNEL`. */
export const NO_ALERTS_CHANNEL =
  'CMR_ALERTS_CHANNEL is not set: events that no route takes are stored, but posted nowhere'

const INVITE = 'run `/invite @cmr` in that channel, then run this command again.'

const ONE_PERSON =
  'Alerts go to channels, not to one person. Name a channel; --mention mentions somebody there.'

/** What Slack's refusals mean here ("conversations.join: errors", "chat.postMessage: errors"). */
const sentences = {
  channel_not_found: `The bot does not see that channel. If it is private: ${INVITE}`,
  not_in_channel: `The bot is not in that channel: ${INVITE}`,
  method_not_supported_for_channel_type: `The bot is not in that channel: ${INVITE}`,
  is_archived: 'That channel is archived. Unarchive it first, or name another.',
  restricted_action:
    'Only some people may post in that channel. Ask an admin of Slack to let the bot, or name another.',
}

/** @param slack the bot's own client */
export function createChannelAccess(
  slack: WebClient,
  channels: Channels,
  messages: Pick<PostedMessages, 'post'>,
): ChannelAccess {
  return {
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
 * Looks whether alerts that no route takes will reach their channel (`CMR_ALERTS_CHANNEL`).
 * @param channel id or #name
 * @returns a sentence on what it saw
 * @throws an Error that says what to do
 */
export async function checkAlertsChannel(
  slack: WebClient,
  channels: Pick<Channels, 'idOf'>,
  channel: string | undefined,
): Promise<string> {
  if (!channel) throw new Error(NO_ALERTS_CHANNEL)
  const { channel: found } = await slack.conversations.info({ channel: await channels.idOf(channel) })
  const name = `#${found?.name ?? channel}`
  if (found?.is_archived) throw new Error(`${name} is archived: unarchive it, or set CMR_ALERTS_CHANNEL`)
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
