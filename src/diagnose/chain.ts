import { platformNames } from '../cmr/answers/exports.ts'
import { warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import { money } from '../cmr/money.ts'
import { amountText } from '../resources/renewal-amount.ts'
import { counted, date, escapeText, moment } from '../slack/blocks.ts'
import {
  type DomainFacts,
  type Fact,
  isActive,
  known,
  mailboxesIn,
  renewalAmount,
  subscriptionIn,
} from './facts.ts'
import { type DetectedProblem, domainLost, type LinkName } from './problem.ts'

/** How a link of the chain stands. */
export interface ChainLink {
  readonly name: LinkName
  readonly state: DetectedProblem['level'] | 'good' | 'unchecked' | 'none'
  /** A few words; mrkdwn. */
  readonly text: string
}

/** What a link stands on, and what is said of it where nothing is wrong. */
interface LinkDeclaration {
  readonly name: LinkName
  readonly facts: (facts: DomainFacts) => readonly Fact<unknown>[]
  /** Returns nothing where the link is not worth a line. */
  readonly good: (facts: DomainFacts) => string | undefined
}

const links: readonly LinkDeclaration[] = [
  { name: 'Customer', facts: ({ customer }) => [customer], good: () => undefined },
  {
    name: 'Order',
    facts: ({ order }) => [order],
    good: ({ order }) => escapeText(known(order)?.status ?? ''),
  },
  { name: 'Domain', facts: ({ domain }) => [domain], good: domainText },
  {
    name: 'DNS',
    facts: ({ dns, nameservers }) => [dns, nameservers],
    good: ({ dns }) => known(dns) && 'MX, SPF, DKIM and DMARC are there',
  },
  { name: 'Mailboxes', facts: ({ mailboxes }) => [mailboxes], good: mailboxText },
  {
    name: 'Subscription',
    facts: ({ subscriptions, workspace }) => [subscriptions, workspace],
    good: subscriptionText,
  },
  { name: 'Warm-up', facts: ({ mailboxes }) => [mailboxes], good: warmupText },
  {
    name: 'Wallet',
    facts: ({ balance, domainRenewal }) => [balanceRead(balance), domainRenewal],
    good: walletText,
  },
  { name: 'Exports', facts: ({ logins }) => [logins], good: exportText },
  { name: 'Placement', facts: ({ placement }) => [placement], good: placementText },
  {
    name: 'Webhooks',
    facts: () => [],
    good: ({ lastWebhookAt }) => `the last one came ${lastWebhookAt ? moment(lastWebhookAt) : 'never'}`,
  },
]

/** Returns the chain from the order to the webhooks, each link as it stands. */
export function chainOf(facts: DomainFacts, problems: readonly DetectedProblem[]): ChainLink[] {
  const isLost = problems.some(({ id }) => domainLost.includes(id))
  return links.flatMap(({ name, facts: factsOf, good }): ChainLink[] => {
    const found = problems.filter(({ link }) => link === name)
    const [worst] = [...found].sort((a, b) => Number(Boolean(a.because)) - Number(Boolean(b.because)))
    if (worst) {
      // What follows from something else on the same link is said with that.
      const own = found.filter(({ because }) => because === undefined)
      const told = own.length > 0 ? own : found
      const text = [...new Set(told.map(({ short }) => short))].join(', ')
      return [{ name, state: worst.level, text }]
    }
    const unchecked = factsOf(facts).find((fact) => 'unchecked' in fact)
    if (unchecked && 'unchecked' in unchecked) {
      if (isLost) return [{ name, state: 'none', text: 'nothing left to check' }]
      const besides = factsOf(facts).every((fact) => fact === unchecked) ? undefined : good(facts)
      const why = `not checked: ${escapeText(unchecked.unchecked)}`
      return [{ name, state: 'unchecked', text: besides ? `${besides}; the rest ${why}` : why }]
    }
    const text = good(facts)
    return text ? [{ name, state: 'good', text }] : []
  })
}

function domainText({ domain }: DomainFacts): string | undefined {
  const { status, expiryDate, autoRenew } = known(domain) ?? {}
  if (!status) return undefined
  if (status === 'RENEWING') return 'being renewed'
  const end = expiryDate ? ` until ${date(expiryDate)}` : ''
  const then = {
    true: ', renews by itself',
    false: '; auto-renew is off, so it ends then unless somebody renews it',
  }
  return `${escapeText(status)}${end}${autoRenew === undefined ? '' : then[`${autoRenew}`]}`
}

function mailboxText(facts: DomainFacts): string | undefined {
  const all = mailboxesIn(facts) ?? []
  return all.length > 0 ? `${all.filter(isActive).length} ACTIVE` : undefined
}

function subscriptionText(facts: DomainFacts): string | undefined {
  const found = subscriptionIn(facts)
  if (!found) return undefined
  const { subscriptionStatus, periodEnd, autoRenew } = found
  if (subscriptionStatus === 'RENEWING') return 'being renewed'
  const amount = amountText(renewalAmount(facts))
  const price = amount ? ` for ${amount}` : ''
  const then = autoRenew === false ? '; auto-renew is off: it ends then' : `, renews by itself${price}`
  return `${escapeText(subscriptionStatus)} until ${date(periodEnd)}${then}`
}

function warmupText(facts: DomainFacts): string | undefined {
  const all = (mailboxesIn(facts) ?? []).filter(isActive)
  const warm = all.filter((one) => warmupStatusOf(one) === 'ACTIVE').length
  const begins = all.filter((one) => warmupStatusOf(one) === 'PENDING').length
  if (all.length === 0) return undefined
  const parts = [warm && `${warm} warming up`, begins && `${begins} about to begin`].filter(Boolean)
  return parts.join(', ') || 'none at CMR'
}

/** An answer without a balance checks nothing. */
function balanceRead(balance: DomainFacts['balance']): Fact<number> {
  if (!('value' in balance)) return balance
  return balance.value === undefined ? { unchecked: 'CMR reports no balance' } : { value: balance.value }
}

function walletText({ balance, isWalletPrivate }: DomainFacts): string | undefined {
  const cents = known(balance)
  if (cents !== undefined && isWalletPrivate) return 'covers what renews soon'
  return cents === undefined ? undefined : money(cents)
}

function exportText({ logins }: DomainFacts): string | undefined {
  const names = [...new Set((known(logins) ?? []).map(({ platform }) => platformNames[platform]))]
  return names.length > 0 ? `${names.join(', ')} connected` : undefined
}

function placementText(facts: DomainFacts): string | undefined {
  const reports = known(facts.placement) ?? []
  const mine = new Set(mailboxesIn(facts)?.flatMap(({ mailboxId, email }) => [mailboxId, email]))
  const shares = reports
    .filter(({ mailboxId, email }) => mine.has(mailboxId) || mine.has(email))
    .flatMap(({ inbox }) => inbox ?? [])
  if (shares.length === 0) return undefined
  return `${Math.min(...shares)}% in the inbox by the last ${counted(shares.length, 'test')}`
}
