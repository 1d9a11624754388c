import type { Logger } from 'pino'
import type { Message } from './blocks.ts'
import { postFailure } from './errors.ts'

/** Says a message; one that Slack refuses for how it looks is said in words alone. */
export async function withBlocksOrText<T>(
  logger: Logger,
  { text, blocks }: Message,
  say: (content: Message) => Promise<T>,
): Promise<T> {
  try {
    return await say({ text, blocks })
  } catch (error) {
    const failure = postFailure(error)
    if (failure.kind !== 'content') throw error
    logger.warn({ error: failure.error }, 'Slack refuses the blocks of a message')
    return say({ text, blocks: [] })
  }
}
