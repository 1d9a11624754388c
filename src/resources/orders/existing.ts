import type { CommandContext } from '../../commands/context.ts'
import { ended } from '../../directory/store/search.ts'
import type { NewMailbox } from './addresses.ts'

/** Those of the addresses that the customer has already, and would pay for again. Throws CmrError. */
export async function existingAddresses(
  { cmr }: CommandContext,
  userId: string,
  byDomain: Readonly<Record<string, readonly NewMailbox[]>>,
): Promise<string[]> {
  const { data } = await cmr.mailboxes.list({ query: { userId } })
  const alive = data.rows.filter(({ status }) => !ended(status ?? null))
  const there = new Set(alive.map(({ email }) => email?.toLowerCase()))
  return Object.entries(byDomain)
    .flatMap(([domain, people]) => people.map(({ username }) => `${username}@${domain}`))
    .filter((address) => there.has(address.toLowerCase()))
}
