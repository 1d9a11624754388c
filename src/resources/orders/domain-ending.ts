import { type FollowUp, nameOf } from '../../operations/expected-results.ts'
import { addYears } from '../../process/dates.ts'
import { date } from '../../slack/blocks.ts'
import type { OrderInput } from './input.ts'

/** Returns what becomes of the domains of an order after their years, before anybody is surprised by it; mrkdwn. */
export function domainEnding(
  { domainAutoRenew, domains, years = 1 }: Pick<OrderInput, 'domainAutoRenew' | 'domains' | 'years'>,
  now: Date,
): string {
  const end = date(addYears(now, years))
  const one = domains.length === 1
  if (domainAutoRenew)
    return `:repeat: ${one ? 'The domain *renews by itself* from' : 'The domains *renew by themselves* from'} ${end} on, as long as the wallet covers it. The bot turns auto-renew on as soon as ${one ? 'it' : 'each'} is registered.`
  return `:warning: ${one ? 'The domain does *not* renew by itself: it ends' : 'The domains do *not* renew by themselves: each ends'} on *${end}* unless somebody renews it, and its mailboxes stop with it. The bot reminds you before; \`/cmr domains auto-renew\` turns it on.`
}

/** Returns what the bot sends for each domain of an order once it is registered: CMR's orders cannot ask for it. */
export function turningAutoRenewOn(userId: string, domains: readonly string[]): FollowUp[] {
  return domains.map((domain) => ({
    part: { kind: 'auto-renew', name: nameOf(domain) },
    after: { kind: 'domain', name: nameOf(domain) },
    endpoint: 'domains.auto-renew',
    request: { query: {}, body: { userId, domains: [domain], autoRenew: true } },
    label: domain,
  }))
}
