import type { KnownBlock } from '@slack/types'
import { money } from '../cmr/money.ts'
import type { Command } from '../commands/command.ts'
import { fieldsOf } from '../commands/field.ts'
import { readBack } from '../commands/read-back.ts'
import { spokenIds } from '../directory/names/called.ts'
import { entryKindOf } from '../directory/names/named.ts'
import { domainHoldings } from '../directory/store/holdings.ts'
import { walletBalance } from '../directory/store/wallet.ts'
import { formatDistanceStrict } from '../process/dates.ts'
import { escapeText, listed, section } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'

/** Characters of a section ("Block Kit reference: section"), with room for a headline. */
const LONGEST = 2950

/**
 * Returns what the bot knows without CMR of what somebody asks for: what was given, with names in place of ids, and of
 * a charge the renewal prices and the balance that CMR told last, with their age.
 */
export async function knownBlocks(
  { store, clock }: Pick<AppContext, 'store' | 'clock'>,
  command: Command,
  values: Readonly<Record<string, unknown>>,
): Promise<KnownBlock[]> {
  const shown = fieldsOf(command.input).filter(({ kind, hidden }) => kind !== 'file' && !hidden)
  const lists = shown.map(({ name }) => ({ name, list: [values[name] ?? []].flat() }))
  const names = await spokenIds(
    store,
    lists.flatMap(({ list }) => list.map(String)),
  )
  const spoken = lists
    .filter(({ list }) => list.length > 0)
    .map(({ name, list }) => [name, list.map((one) => names.get(String(one)) ?? one)])
  const given = readBack(command.input, Object.fromEntries(spoken))
  const ago = (when: string | Date) => `${formatDistanceStrict(when, clock())} ago`
  const lines: string[] = []
  if (command.effect === 'charge') {
    const named = shown
      .filter((field) => entryKindOf(field) === 'domain')
      .map(({ name }) => values[name] ?? [])
    const domains = named.flat().map((one) => String(one).toLowerCase())
    const held = domains.length > 0 ? await domainHoldings(store.db, { domains }) : []
    for (const { name, renewalCents, pricedAt } of held)
      if (renewalCents !== undefined && pricedAt)
        lines.push(`${escapeText(name)}: a year was *${money(renewalCents)}* ${ago(pricedAt)}`)
    const wallet = await walletBalance(store.db)
    if (wallet) lines.push(`The wallet held *${money(wallet.cents)}* ${ago(wallet.seenAt)}`)
  }
  const known = listed([given, ...lines].filter(Boolean), LONGEST, '\n')
  return known ? [section(`*What is known without CMR*\n${known}`)] : []
}
