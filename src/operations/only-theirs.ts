import type { Outcome } from '../commands/command.ts'
import { userNames } from '../directory/store/rows.ts'
import { context, escapeText, listed } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'

/** "Block Kit": blocks of a message. */
const MOST_BLOCKS = 50

/**
 * Returns an answer that says whose things it shows: there may be more that a role for some customers does not show.
 * @param customers CMR's userIds
 */
export async function onlyTheirs(
  store: Pick<Store, 'db' | 'dialect'>,
  outcome: Outcome,
  customers: readonly string[],
): Promise<Outcome> {
  const note = context(await onlyTheirsNote(store, customers))
  const { blocks } = outcome.message
  return {
    ...outcome,
    message: { ...outcome.message, blocks: [...blocks.slice(0, MOST_BLOCKS - 1), note] },
  }
}

/** Returns the sentence that says whose things alone are shown; mrkdwn. */
export async function onlyTheirsNote(
  store: Pick<Store, 'db' | 'dialect'>,
  customers: readonly string[],
): Promise<string> {
  const names = await userNames(store, customers)
  const spoken = listed(
    customers.map((id) => escapeText(names.get(id) ?? id)),
    500,
  )
  return `Only your customers are shown: ${spoken}.`
}
