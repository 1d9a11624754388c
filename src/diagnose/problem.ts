import type { Mailbox } from '../cmr/answers/mailboxes.ts'
import { dashboardUrl } from '../commands/dashboard.ts'
import { quoted } from '../commands/grammar.ts'
import { counted, escapeText, longestValue } from '../slack/blocks.ts'
import { type DomainFacts, known, placeOf } from './facts.ts'

/** A link of the chain that mail depends on, as people read it. */
export type LinkName =
  | 'Customer'
  | 'Order'
  | 'Domain'
  | 'DNS'
  | 'Mailboxes'
  | 'Subscription'
  | 'Warm-up'
  | 'Wallet'
  | 'Exports'
  | 'Placement'
  | 'Webhooks'

/**
 * What a problem does to the mail: it stops it, will stop it within days, keeps it from arriving well, is not ready
 * yet, or is only worth knowing.
 */
export type ProblemLevel = 'stops' | 'soon' | 'harms' | 'waits' | 'advice'

/** A button that fixes a problem, by the form and the confirmation of its command. */
export interface FixButton {
  readonly text: string
  /** `noun.verb`, or of a link to CMR's dashboard what is shown beside it. */
  readonly actionId: string
  readonly value?: string | undefined
  readonly url?: string | undefined
}

/** What was found wrong; texts are mrkdwn. */
export interface FoundProblem {
  /** A few words for the chain: "expired", "2 paused". */
  readonly short: string
  /** What has happened and what it means, in whole sentences. */
  readonly sentence: string
  /** What to do, in a whole sentence. */
  readonly todo?: string | undefined
  /** True if it is only about some of the mailboxes: the others can send. */
  readonly isPartial?: boolean | undefined
  /** The first one mends it, where anything can. */
  readonly buttons: readonly FixButton[]
}

/** One thing that may be wrong. Where it stands among the others says how much it matters (`problems/index.ts`). */
export interface ProblemCheck {
  readonly id: string
  readonly link: LinkName
  readonly level: ProblemLevel
  /** Problems that bring this one about: beside one of them it needs no mending of its own. */
  readonly follows?: readonly string[]
  /** Returns nothing where it is not so, or where that was not checked. */
  find(facts: DomainFacts): FoundProblem | undefined
}

/** A problem of a domain, with what is declared of it. */
export interface DetectedProblem extends FoundProblem, Omit<ProblemCheck, 'find' | 'follows'> {
  /** The id of the problem that it follows from. */
  readonly because?: string | undefined
}

/** Problems that leave nothing of a domain to look at, by their ids. */
export const domainLost = ['customer-gone', 'domain-unknown', 'domain-lapsed', 'domain-transferred']

/** Orders that have not brought about what they were for. */
export const orderOpen = ['order-parked', 'order-failed', 'order-stuck', 'order-under-way']

/** Problems that take every mailbox along. */
export const mailboxesLost = [
  ...domainLost,
  ...orderOpen,
  'mailbox-order-failed',
  'subscription-cancelled',
  'subscription-expired',
  'subscription-none',
  'workspace-gone',
]

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

/** Returns CMR's own words as a sentence; mrkdwn. */
export function sentenceFrom(text: string): string {
  const said = escapeText(text.trim())
  return /[.!?]$/.test(said) ? said : `${said}.`
}

/** "jane@acme.com", "jane@acme.com and john@acme.com", "3 of its 5 mailboxes"; mrkdwn. */
export function mailboxNames(some: readonly Mailbox[], all: readonly Mailbox[]): string {
  const names = some.map(({ email, mailboxId }) => `*${escapeText(email ?? mailboxId)}*`)
  if (names.length <= 2) return names.join(' and ')
  if (some.length === all.length) return `All of its ${some.length} mailboxes`
  return `${some.length} of its ${all.length} mailboxes`
}

/** "its mailbox", "its 3 mailboxes". */
export function itsMailboxes(count: number | undefined): string {
  if (count === undefined || count === 0) return 'its mailboxes'
  return count === 1 ? 'its mailbox' : `its ${counted(count, 'mailbox', 'mailboxes')}`
}

/** A moment as CMR's support reads it: "2026-11-28 21:51 UTC"; as it came where it is none. */
export function utcMoment(when: Date | string | undefined): string {
  const date = when instanceof Date ? when : new Date(when ?? Number.NaN)
  if (Number.isNaN(date.getTime())) return typeof when === 'string' ? when : 'unknown'
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
