import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { escapeText, section } from '../messages/blocks.ts'
import { completeOperation, unfinishedOperations } from '../store/operations.ts'
import type { Store } from '../store/store.ts'

/**
 * After a crash: what was being sent may have reached CMR. Whoever asked for it is told to look, and it is never
 * sent again by itself.
 */
export async function tellUnfinished(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly clock: () => Date
  readonly logger: Logger
}): Promise<void> {
  const { store, slack, clock, logger } = parts
  try {
    for (const operation of await unfinishedOperations(store.db)) {
      const outcome = 'The bot stopped while this was being sent.'
      await completeOperation(store.db, operation.id, { state: 'unknown', outcome, at: clock() })
      const what = operation.endpoint.replace('.', ' ')
      const text = `:grey_question: *${escapeText(what)}* for ${escapeText(operation.label)}: the bot stopped while this was being sent, so it *may have happened*. Look before you send it again.`
      await slack.chat.postMessage({ channel: operation.actor, text, blocks: [section(text)] })
    }
  } catch (error) {
    logger.error({ err: error }, 'operations of before the last stop could not all be told')
  }
}
