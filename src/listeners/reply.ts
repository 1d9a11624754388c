import type { Caller } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { scrubDeep } from '../process/seen-secrets.ts'
import type { Message } from '../slack/blocks.ts'
import { mayNotWrite, postFailure } from '../slack/errors.ts'
import { identifiers } from '../slack/scrubbing-client.ts'
import { withoutTables } from '../slack/table.ts'
import type { AppContext } from './app-context.ts'

/** Answers the person who asked; only they see it. Never throws: a reply that cannot be sent is logged. */
export type Reply = (message: Message, options?: { readonly replace?: boolean }) => Promise<void>

const notShown =
  ':lock: Slack did not let the bot show you the answer where only you see it, and it does not send a login as a message. Run the command again in a channel that the bot is in.'

/**
 * Through the response_url first, which works in every channel; where there is none (a form), or it is used up,
 * through the Web API; where there is no channel (App Home), or the bot may not write in it, as a direct message.
 * A confidential answer never becomes a message that stays: what cannot be shown ephemerally is not shown.
 */
export function replyTo(app: AppContext, caller: Caller, responseUrl: string | undefined): Reply {
  async function give(message: Message, replace: boolean): Promise<void> {
    const { text, blocks } = message.confidential ? message : scrubDeep(message, identifiers)
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
        await app.slack.chat.postEphemeral({ channel, user, text, blocks })
        return
      } catch (error) {
        if (!mayNotWrite(postFailure(error))) throw error
        app.logger.info({ err: error, channel }, 'an answer could not be shown here')
      }
    }
    const kept = message.confidential ? notice(notShown) : { text, blocks }
    await app.slack.chat.postMessage({ channel: user, text: kept.text, blocks: kept.blocks })
  }

  return async (message, { replace = false } = {}) => {
    try {
      await give(message, replace).catch((error: unknown) => {
        // A workspace that has no tables yet refuses the message as a whole ("Table block").
        if (postFailure(error).kind !== 'content') throw error
        return give({ ...message, blocks: withoutTables(message.blocks) }, replace)
      })
    } catch (error) {
      app.logger.error({ err: error, user: caller.userId }, 'an answer could not be shown')
    }
  }
}
