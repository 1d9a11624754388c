import type { RefusedItem } from '../cmr/endpoint.ts'
import { refusalOf, refusalSentence } from '../cmr/items.ts'
import type { ItemAnswer } from '../commands/command.ts'

/**
 * What CMR's answer says of one row, by what the row is about. "In bulk each item has its own success or 'Rate limit
 * exceeded' inside a 200" ("Update mailbox details"). A row that CMR did not refuse was taken.
 */
export function itemAnswer(refused: readonly RefusedItem[], name: string): ItemAnswer {
  const reason = refusalOf(refused, name)
  if (reason === undefined) return { ok: true }
  return { ok: false, said: refusalSentence(reason), later: /rate limit/i.test(reason) }
}
