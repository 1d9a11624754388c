import { yearsLater } from '../../cmr/billing.ts'
import { spokenOf } from '../../commands/grammar.ts'
import { namesUpTo } from '../../directory/find/labels.ts'
import { type DomainHolding, domainHoldings } from '../../directory/store/holdings.ts'
import { button, date, escapeText, longestValue } from '../../slack/blocks.ts'
import type { Store } from '../../store/store.ts'

/** Names that a sentence spells out. */
const NAMED = 5

/** What ends unless somebody acts: a sentence in mrkdwn, and the button that prevents it. */
export interface EndNotice {
  readonly sentence: string
  readonly button?: ReturnType<typeof button>
}

/** When a domain ends, and whether it renews by itself, as far as the directory knows. */
export type DomainEnd = Pick<DomainHolding, 'name' | 'expiresAt' | 'autoRenew'>

/** Returns what the directory knows of domains. */
export function heldDomains({ db }: Pick<Store, 'db'>, names: readonly string[]): Promise<DomainHolding[]> {
  return domainHoldings(db, { domains: names.map((name) => name.toLowerCase()) })
}

/**
 * Says when domains end unless somebody acts, as far as the directory knows; undefined where all of them renew by
 * themselves.
 * @param held as they were before: a webhook that tells of the renewal may come before CMR's answer
 * @param of.years for which they are being renewed; 0 where they are not
 * @param of.isOff whether their auto-renew has just been switched off
 */
export function endNoticeOf(
  held: readonly DomainEnd[],
  of: { readonly userId?: string | undefined; readonly years: number; readonly isOff?: boolean },
): EndNotice | undefined {
  const ending = held.flatMap(({ name, expiresAt, autoRenew }) =>
    expiresAt && (of.isOff || autoRenew === false)
      ? [{ name, at: yearsLater(Date.parse(expiresAt), of.years) }]
      : [],
  )
  const [first] = ending.toSorted((a, b) => a.at - b.at)
  if (!first) return undefined
  const escaped = ending.map(({ name }) => escapeText(name))
  const [subject, ends] =
    ending.length === 1
      ? [`*${escaped[0]}* ends`, `on *${date(first.at)}*`]
      : [`*${namesUpTo(escaped, NAMED)}* end`, `from *${date(first.at)}* on`]
  const again = of.years > 0 ? ' again' : ''
  const value = spokenOf({ userId: of.userId, domains: ending.map(({ name }) => name), autoRenew: 'yes' })
  const offers = of.years > 0 && value.length <= longestValue
  return {
    sentence: `:warning: Auto-renew is off: ${subject}${again} ${ends} unless somebody renews ${ending.length === 1 ? 'it' : 'them'}. The bot reminds you before.`,
    ...(offers && { button: button({ text: 'Turn auto-renew on', actionId: 'domains.auto-renew', value }) }),
  }
}
