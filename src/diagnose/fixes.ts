import { dashboardUrl } from '../commands/dashboard.ts'
import { quoted } from '../commands/grammar.ts'
import { longestValue } from '../slack/blocks.ts'
import { type DomainFacts, known, placeOf } from './facts.ts'
import type { FixButton } from './problem.ts'
import { utcMoment } from './words.ts'

export const addFunds: FixButton = { text: 'Add funds', actionId: 'wallet.get:dashboard', url: dashboardUrl }

/** Where CMR's webhooks are switched on: it has no endpoint for that. */
export const openWebhooks: FixButton = {
  text: 'Open CMR’s webhooks',
  actionId: 'status.show:dashboard',
  url: dashboardUrl,
}

/** The domain as commands take it that act on several. */
const domainsOf = ({ of }: DomainFacts) => `userId=${of.userId} domains=${of.domain}`

export const renewDomain = (facts: DomainFacts): FixButton => ({
  text: 'Renew domain',
  actionId: 'domains.renew',
  value: domainsOf(facts),
})

export const domainAutoRenewOn = (facts: DomainFacts): FixButton => ({
  text: 'Turn auto-renew on',
  actionId: 'domains.auto-renew',
  value: `${domainsOf(facts)} autoRenew=yes`,
})

export const orderDomain = (facts: DomainFacts, text = 'Order domain'): FixButton => ({
  text,
  actionId: 'orders.create',
  value: domainsOf(facts),
})

/** Mailboxes of the names that the domain has or had, to be looked over in the form. */
export function orderMailboxes(facts: DomainFacts): FixButton {
  const people = (known(facts.mailboxes) ?? []).flatMap(({ email = '', firstName, lastName }) =>
    firstName && lastName ? [`${email.split('@')[0]} ${firstName} ${lastName}`] : [],
  )
  const names = [...new Set(people)].join(', ')
  const value = names ? `${placeOf(facts)} mailboxes=${quoted(names)}` : placeOf(facts)
  return {
    text: 'Order mailboxes',
    actionId: 'orders.mailboxes',
    value: value.length <= longestValue ? value : placeOf(facts),
  }
}

/** Opens the report to CMR's support with what is known of a problem. */
export function reportToCmr(
  facts: Pick<DomainFacts, 'of' | 'now'>,
  message: string,
  more: { readonly orderId?: string | undefined } = {},
): FixButton {
  const said = [
    `message=${quoted(message)}`,
    `domain=${facts.of.domain}`,
    more.orderId && `orderId=${more.orderId}`,
    `context=${quoted(`Customer: ${facts.of.userId}, time: ${utcMoment(facts.now)}`)}`,
  ]
  return { text: 'Report to CMR', actionId: 'errors.send:problem', value: said.filter(Boolean).join(' ') }
}
