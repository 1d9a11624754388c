import type { PlacementReport } from '../cmr/answers/account.ts'
import type { Domain } from '../cmr/answers/domains.ts'
import type { Login } from '../cmr/answers/exports.ts'
import { isOnDomain, type Mailbox, warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import type { ListPrices } from '../cmr/money.ts'
import { emptySeatsOf } from '../directory/store/holdings.ts'
import { ended } from '../directory/store/rows.ts'
import type { Finding, MailProvider } from '../resources/dns/mail.ts'
import type { DnsRecord } from '../resources/dns/records.ts'
import { ageAt, ageOf, type RenewalAmount, timeOf } from '../resources/renewal-amount.ts'
import { renewalOf } from '../resources/renewal-price.ts'

/** What CMR said to one question, or why the answer is not known. */
export type Fact<Value> = { readonly value: Value } | { readonly unchecked: string }

/** Returns what is known of a fact, or undefined where it was not checked. */
export function known<Value>(fact: Fact<Value>): Value | undefined {
  return 'value' in fact ? fact.value : undefined
}

/** A domain and whose it is, as buttons carry them. */
export interface DomainPlace {
  readonly userId: string
  readonly domain: string
}

/** What CMR says of a domain's DNS. */
export interface DnsFacts {
  readonly provider: MailProvider
  readonly records: readonly DnsRecord[]
  readonly findings: readonly Finding[]
}

/** Nameservers of a domain, and those that other domains at CMR have, where that can be told. */
export interface NameserverFacts {
  readonly own: readonly string[]
  readonly usual: readonly string[] | undefined
}

/** Everything that the mail of one domain depends on, as CMR reported it when it was asked. */
export interface DomainFacts {
  readonly of: DomainPlace
  readonly now: Date
  readonly prices: ListPrices
  /** The mailbox that was asked about: an address or an id; without it all of the domain's are looked at. */
  readonly mailbox?: string | undefined
  /** The subscription that was asked about. */
  readonly subscriptionId?: string | undefined
  /** Undefined where CMR does not know the customer. */
  readonly customer: Fact<{ readonly name: string; readonly status: string | undefined } | undefined>
  /** Undefined where CMR has no such domain of this customer. */
  readonly domain: Fact<Domain | undefined>
  readonly nameservers: Fact<NameserverFacts>
  readonly dns: Fact<DnsFacts>
  /** All on the domain. */
  readonly mailboxes: Fact<readonly Mailbox[]>
  readonly subscriptions: Fact<readonly Subscription[]>
  /** True if the provider has a workspace on it; undefined where that was not asked, since none is expected. */
  readonly workspace: Fact<boolean | undefined>
  /** The newest order that the bot knows of it; undefined where it knows none. */
  readonly order: Fact<OrderFacts | undefined>
  readonly logins: Fact<readonly Login[]>
  /** The newest report of each of its mailboxes. */
  readonly placement: Fact<readonly PlacementReport[]>
  /** Cents; undefined where CMR's answer holds no balance that can be read. */
  readonly balance: Fact<number | undefined>
  /** True for whoever sees some customers only: the wallet pays for all, so no amount of it is told. */
  readonly isWalletPrivate: boolean
  /** Cents; undefined where its renewal is not near. */
  readonly domainRenewal: Fact<number | undefined>
  readonly lastWebhookAt: Date | undefined
  /** Changes of the last day that were found by asking CMR, where no webhook came of any. */
  readonly missedWebhooks: number
}

/** Returns the subscription that counts: the one asked about, else of several the one that is not over. */
export function subscriptionIn({ subscriptions, subscriptionId }: DomainFacts): Subscription | undefined {
  const all = known(subscriptions) ?? []
  const asked = all.find((one) => one.subscriptionId === subscriptionId)
  const live = all.filter(isLive)
  return asked ?? live.find((one) => one.subscriptionStatus === 'PAST_DUE') ?? live[0] ?? newest(all)
}

export const isLive = ({ subscriptionStatus }: Subscription) => !ended(subscriptionStatus)

function newest(all: readonly Subscription[]): Subscription | undefined {
  return [...all].sort((a, b) => (b.periodEnd ?? '').localeCompare(a.periodEnd ?? ''))[0]
}

/** Returns the mailboxes that count: those of the subscription, or the one that was asked about. */
export function mailboxesIn(facts: DomainFacts): readonly Mailbox[] | undefined {
  const all = known(facts.mailboxes)
  if (!all) return undefined
  if (facts.mailbox) return all.filter((one) => isCalled(one, facts.mailbox ?? ''))
  return onSubscription(facts, all)
}

function onSubscription(facts: DomainFacts, all: readonly Mailbox[]): readonly Mailbox[] {
  const { subscriptionId } = subscriptionIn(facts) ?? {}
  const others = new Set(
    (known(facts.subscriptions) ?? []).map((one) => one.subscriptionId).filter((id) => id !== subscriptionId),
  )
  return all.filter((one) => !one.subscriptionId || !others.has(one.subscriptionId))
}

/** Returns whether a mailbox goes by an address or an id. */
export function isCalled({ mailboxId, email }: Mailbox, name: string): boolean {
  return mailboxId === name || email?.toLowerCase() === name.toLowerCase()
}

export const isActive = ({ status }: Mailbox) => status === 'ACTIVE'

/** Returns the active warm-ups of the subscription: only those are billed at its renewal ("Money"). */
function warmingIn(facts: DomainFacts): number | undefined {
  const all = known(facts.mailboxes)
  return all && onSubscription(facts, all).filter((one) => warmupStatusOf(one) === 'ACTIVE').length
}

/** Returns the mailboxes of a customer that are on a domain. */
export function mailboxesOn(all: readonly Mailbox[], domain: string): readonly Mailbox[] {
  return all.filter((one) => isOnDomain(one, domain))
}

/** What buttons say of the domain. */
export const placeOf = ({ of }: Pick<DomainFacts, 'of'>) => `userId=${of.userId} domain=${of.domain}`

/** One domain or mailbox of an order, as CMR tells it. */
export interface OrderItem {
  readonly name: string
  readonly kind: 'domain' | 'mailbox'
  readonly status: string
  /** CMR's own words for a failure. */
  readonly reason: string | undefined
}

/** An order as CMR tells it. */
export interface OrderFacts {
  readonly orderId: string
  readonly userId: string
  readonly status: string | undefined
  /** When it was placed; undefined where neither CMR nor the bot knows it. */
  readonly placedAt: Date | undefined
  /** The domains that it is about. */
  readonly domains: readonly string[]
  readonly items: readonly OrderItem[]
  /** True if its domains come with mailboxes that are warmed up. */
  readonly isPreWarmed?: boolean
}

/** Returns the items of an order that are on a domain, or all of them. */
export function itemsOn({ items }: OrderFacts, domain?: string): readonly OrderItem[] {
  if (!domain) return items
  return items.filter(({ name }) => name === domain || name.endsWith(`@${domain}`))
}

/** An order that was put down without being confirmed: nothing of it begins until somebody processes it. */
export const isParked = ({ status = '' }: OrderFacts) => /unconfirmed|awaiting|draft/i.test(status)

/** An order that CMR works on. */
export const isUnderWay = ({ status = '' }: OrderFacts) => /process|queue|progress|pending/i.test(status)

/** An order, or a part of one, that will not come about. */
export const isFailed = ({ status = '' }: { readonly status?: string | undefined }) =>
  /fail|reject|cancel|declin|refund|expired|error/i.test(status)

const unknownAmount: RenewalAmount = { cents: undefined, atMostCents: undefined, isEstimate: false }

/** Returns what the next renewal of the subscription costs, as everywhere in the bot. */
export function renewalAmount(facts: DomainFacts): RenewalAmount {
  const subscription = subscriptionIn(facts)
  const activeWarmups = warmingIn(facts)
  if (!subscription || activeWarmups === undefined) return unknownAmount
  const at = Math.max(facts.now.getTime(), timeOf(subscription.periodEnd) ?? 0)
  const domain = known(facts.domain)
  const age = ageAt(ageOf(domain ?? {}), domain?.autoRenew, at)
  const mailboxes = (known(facts.mailboxes) ?? []).filter(
    ({ subscriptionId }) => subscriptionId === subscription.subscriptionId,
  )
  const emptySeats = emptySeatsOf(subscription.totalMailboxQuantity, mailboxes.length)
  return renewalOf(subscription, { activeWarmups, emptySeats, age }, facts.prices, at)
}
