import type { Confirmation } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { section } from '../slack/blocks.ts'
import { conflictingOperation, resultsExpectedOf } from './conflicts.ts'
import type { ExpectedResult, RequestContent } from './expected-results.ts'
import { conflictMessage } from './messages/conflict.ts'
import { recentChargesText } from './messages/recent-charges.ts'
import { recentCharges } from './recent-charges.ts'

/** The word that is typed where nothing else has to be. */
const DELIBERATE = 'yes'

/**
 * Returns what a person is asked before something that costs money or cannot be undone. Where somebody has asked for
 * the same and it is under way, they read that instead; where it was done a short while ago, they read that too and
 * have to type a word.
 * @param endpoint `orders.create`…
 * @param ask the confirmation as it is otherwise
 */
export async function askOnce(
  context: CommandContext,
  endpoint: string,
  { query = {}, body = {} }: Partial<RequestContent>,
  ask: () => Promise<Confirmation>,
): Promise<Confirmation> {
  const { db } = context.store
  const { parts } = await resultsExpectedOf(db, context.traitsOf, endpoint, { query, body })
  const conflict = await conflictingOperation(db, parts)
  if (conflict) {
    const { text, blocks } = conflictMessage(conflict)
    return { text, blocks: blocks.slice(1), refused: true }
  }
  return askAgain(context, parts, await ask())
}

/** Adds to a confirmation what of it was done a short while ago, and asks for a deliberate yes. */
export async function askAgain(
  { store, clock }: Pick<CommandContext, 'store' | 'clock'>,
  parts: readonly ExpectedResult[],
  confirmation: Confirmation,
): Promise<Confirmation> {
  if (confirmation.refused) return confirmation
  const now = clock()
  const recent = await recentCharges(store.db, parts, now)
  if (recent.length === 0) return confirmation
  return {
    ...confirmation,
    typed: confirmation.typed ?? DELIBERATE,
    blocks: [section(recentChargesText(recent, now)), ...(confirmation.blocks ?? [])],
  }
}
