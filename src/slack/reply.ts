import type { Caller } from '../commands/context.ts'
import type { Message } from '../messages/blocks.ts'
import { withoutTables } from '../messages/table.ts'
import type { House } from './house.ts'
import { mayNotWrite, postFailure } from './web-api/errors.ts'

/** Answers the person who asked; only they see it. Never throws: a reply that cannot be sent is logged. */
export type Reply = (message: Message, options?: { readonly replace?: boolean }) => Promise<void>

/**
 * Through the response_url first, which works in every channel; where there is none (a form), or it is used up,
 * through the Web API; where there is no channel (App Home), or the bot may not write in it, as a direct message.
 */
export function replyTo(house: House, caller: Caller, responseUrl: string | undefined): Reply {
  async function give({ text, blocks }: Message, replace: boolean): Promise<void> {
    if (responseUrl) {
      const answer = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: replace, text, blocks }),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined)
      await answer?.body?.cancel()
      if (answer?.ok) return
    }
    const { channelId: channel, userId: user } = caller
    if (channel) {
      try {
        await house.slack.chat.postEphemeral({ channel, user, text, blocks })
        return
      } catch (error) {
        if (!mayNotWrite(postFailure(error))) throw error
        house.logger.info({ err: error, channel }, 'an answer could not be shown here')
      }
    }
    await house.slack.chat.postMessage({ channel: user, text, blocks })
  }

  return async (message, { replace = false } = {}) => {
    try {
      await give(message, replace).catch((error: unknown) => {
        // A workspace that has no tables yet refuses the message as a whole ("Table block").
        if (postFailure(error).kind !== 'content') throw error
        return give({ ...message, blocks: withoutTables(message.blocks) }, replace)
      })
    } catch (error) {
      house.logger.error({ err: error, user: caller.userId }, 'an answer could not be shown')
    }
  }
}
