import type { KnownBlock } from '@slack/types'
import type { Message } from './blocks.ts'
import { withoutCharts } from './chart.ts'
import { postFailure } from './errors.ts'
import { withoutDataTables, withoutTables } from './table.ts'

/**
 * Sends a message. A workspace that lacks one of Slack's newer blocks refuses a message as a whole: then it is sent in
 * plainer blocks, and at last as its text alone, so that nobody is left without it.
 * @param onRefused takes why Slack refused blocks
 * @throws what `send` throws, unless Slack refused the content
 */
export async function sendPlainest<Sent>(
  message: Message,
  send: (message: Message) => Promise<Sent>,
  onRefused: (error: string) => void = () => undefined,
): Promise<Sent> {
  for (const blocks of richestFirst(message.blocks)) {
    try {
      return await send({ ...message, blocks })
    } catch (error) {
      const failure = postFailure(error)
      if (failure.kind !== 'content') throw error
      onRefused(failure.error)
    }
  }
  return send({ ...message, blocks: [] })
}

/** Makes plainer blocks only where they are asked for: nearly every message is taken as it is. */
function* richestFirst(blocks: KnownBlock[]): Generator<KnownBlock[]> {
  yield blocks
  yield* plainerBlocks(blocks)
}

/**
 * Returns the same blocks for workspaces that lack Slack's newer ones, which refuse a message as a whole: without
 * charts, without data tables, without both, and without any table. Those that change nothing are left out.
 */
export function plainerBlocks(blocks: readonly KnownBlock[]): KnownBlock[][] {
  const plainer = [withoutCharts(blocks), withoutDataTables(blocks)]
  const both = withoutDataTables(withoutCharts(blocks))
  const seen = new Set([JSON.stringify(blocks)])
  return [...plainer, both, allText(blocks)].filter((some) => {
    const text = JSON.stringify(some)
    return !seen.has(text) && seen.add(text)
  })
}

/** The same blocks with every chart and table as lines of text: modals take neither. */
export function allText(blocks: readonly KnownBlock[]): KnownBlock[] {
  return withoutTables(withoutCharts(blocks))
}
