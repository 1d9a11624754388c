import { rivalMessage } from '../messages/rival.ts'
import type { Sent } from '../operations/parts.ts'
import { awaitedParts, sameUnderWay } from '../operations/twice.ts'
import type { Confirmation } from './command.ts'
import type { CommandContext } from './context.ts'

/**
 * What a person reads in place of a confirmation, where somebody has asked for the same and it is under way.
 * @param endpoint `orders.create`…
 */
export async function askedAlready(
  { store: { db } }: CommandContext,
  endpoint: string,
  { query = {}, body = {} }: Partial<Sent>,
): Promise<Confirmation | undefined> {
  const { parts } = await awaitedParts(db, { id: endpoint }, { query, body })
  const rival = await sameUnderWay(db, parts)
  if (!rival) return undefined
  const { text, blocks } = rivalMessage(rival)
  return { text, blocks: blocks.slice(1), refused: true }
}
