import type { Caller } from '../commands/context.ts'
import type { Message } from '../messages/blocks.ts'
import { withoutTables } from '../messages/table.ts'
import type { House } from './house.ts'
import { postFailure } from './web-api/errors.ts'

/** Answers the person who asked; only they see it. Never throws: a reply that cannot be sent is logged. */
export type Reply = (message: Message, options?: { readonly replace?: boolean }) => Promise<void>

/**
 * Through the response_url first, which works in every channel; where that fails or is used up, through the Web
 * API; where there is no channel (App Home), as a direct message.
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
    if (caller.channelId) {
      await house.slack.chat.postEphemeral({ channel: caller.channelId, user: caller.userId, text, blocks })
    } else await house.slack.chat.postMessage({ channel: caller.userId, text, blocks })
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
