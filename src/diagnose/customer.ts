import { type Domain, readWorkspaces } from '../cmr/answers/domains.ts'
import type { Mailbox } from '../cmr/answers/mailboxes.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { mailProviderOf } from '../resources/dns/mail.ts'
import type { DnsRecord } from '../resources/dns/records.ts'
import { type Asking, createAsking, type DiagnosisContext, mapFact } from './asking.ts'
import { dnsIn, factsOfCustomer, together } from './collect.ts'
import { subscriptionsKnown } from './customer-subscriptions.ts'
import { type DomainFacts, type Fact, isLive, known, mailboxesOn, type OrderFacts } from './facts.ts'
import { openOrdersOf } from './order.ts'
import { problemsIn } from './problems/index.ts'

/** Domains whose records are read: one request each, and five leave in a second. */
const ZONES = 10

/** What CMR says of all domains of a customer. */
export interface CustomerFacts {
  readonly userId: string
  readonly now: Date
  /** Undefined where CMR does not know the customer. */
  readonly customer: DomainFacts['customer']
  readonly domains: readonly DomainFacts[]
  /** What was not checked, and why. */
  readonly notes: readonly string[]
}

/**
 * Asks CMR for all of a customer's domains: by its lists, and the records of those that nothing else is wrong with,
 * as many as the time allows.
 * @param of.order only the domains of this order; all of the customer's where there is none
 * @throws CmrError where CMR answers none of it
 */
export async function customerFacts(
  context: DiagnosisContext,
  { userId, order }: { readonly userId: string; readonly order?: OrderFacts | undefined },
): Promise<CustomerFacts> {
  const { cmr, clock, prices } = context
  const asking = createAsking()
  const { fact, signal } = asking
  const query = { userId }
  const told = await together({
    listed: fact(cmr.domains.list({ query }, { signal })),
    mailboxes: fact(cmr.mailboxes.list({ query }, { signal })),
    wallet: fact(cmr.wallet.get(undefined, { signal })),
    ...factsOfCustomer(context, asking, userId),
    orders: order ? Promise.resolve([order]) : openOrdersOf(context, asking, userId),
  })
  const { customer, logins, placement, lastWebhookAt, missedWebhooks } = told
  asking.throwIfSilent([told.listed, told.mailboxes, told.wallet, customer])
  const rows = new Map(
    (known(told.listed)?.data.rows ?? []).map((row) => [row.domainName?.toLowerCase() ?? '', row] as const),
  )
  const ordered = new Map(told.orders.flatMap((one) => one.domains.map((name) => [name, one] as const)))
  // What is ordered and not there yet is looked at as well, where CMR's list was read.
  const names = order
    ? order.domains
    : [...new Set([...rows.keys(), ...('value' in told.listed ? ordered.keys() : [])])]
  const subscriptions = await subscriptionsKnown(context, asking, userId, names)
  const workspaces = await workspacesOf(
    context,
    asking,
    names.flatMap((name) => rows.get(name) ?? []) as Domain[],
    subscriptions,
  )
  const mailboxes = mapFact(told.mailboxes, ({ data }) => byDomain(data.rows))
  const shared = {
    now: clock(),
    prices,
    isWalletPrivate: (await customersOfCaller(context)) !== undefined,
    customer,
    logins,
    placement,
    lastWebhookAt,
    missedWebhooks,
    balance: mapFact(told.wallet, ({ data }) => data.balance),
    ...leftOut,
  }
  const without = names.map(
    (domain): DomainFacts => ({
      ...shared,
      of: { userId, domain },
      domain: mapFact(told.listed, () => rows.get(domain)),
      subscriptions: mapFact(subscriptions, (all) => all.get(domain) ?? []),
      mailboxes: mapFact(mailboxes, (all) => mailboxesOn(all.get(domain) ?? [], domain)),
      workspace: workspaces.get(domain) ?? { value: undefined },
      order: { value: ordered.get(domain) },
    }),
  )
  const domains = await withZones(context, asking, without)
  return {
    userId,
    now: clock(),
    customer,
    domains,
    notes: [
      ...('unchecked' in told.listed ? [`its domains were not read: ${told.listed.unchecked}`] : []),
      ...('unchecked' in told.mailboxes ? [`its mailboxes were not read: ${told.mailboxes.unchecked}`] : []),
      ...('unchecked' in subscriptions
        ? [`its subscriptions were not checked: ${subscriptions.unchecked}`]
        : []),
      ...zoneNote(domains),
    ],
  }
}

/** What is asked of one domain at a time only. */
const leftOut: Pick<DomainFacts, 'dns' | 'nameservers' | 'domainRenewal'> = {
  dns: { unchecked: 'its records were not read' },
  nameservers: { value: { own: [], usual: undefined } },
  domainRenewal: { value: undefined },
}

function zoneNote(domains: readonly DomainFacts[]): string[] {
  const there = domains.filter(({ domain }) => known(domain))
  const read = there.filter(({ dns }) => 'value' in dns).length
  return read < there.length ? [`DNS was read of ${read} of ${there.length} domains`] : []
}

function byDomain(mailboxes: readonly Mailbox[]): Map<string, readonly Mailbox[]> {
  return Map.groupBy(mailboxes, ({ domain, email = '' }) =>
    (domain ?? email.split('@')[1] ?? '').toLowerCase(),
  )
}

/** Names that one request asks about. */
const MOST_WORKSPACES = 20

/** Returns whether the workspaces are there that subscriptions pay for, of as many domains as one request takes. */
async function workspacesOf(
  { cmr }: DiagnosisContext,
  { fact, signal }: Asking,
  rows: readonly Domain[],
  subscriptions: Fact<ReadonlyMap<string, readonly Subscription[]>>,
): Promise<Map<string, Fact<boolean | undefined>>> {
  const paid = rows
    .flatMap(({ domainName, serviceProvider }) =>
      domainName ? [{ name: domainName.toLowerCase(), serviceProvider }] : [],
    )
    .filter(({ name }) => known(subscriptions)?.get(name)?.some(isLive))
    .slice(0, MOST_WORKSPACES)
  const found = new Map<string, Fact<boolean | undefined>>()
  for (const provider of ['GOOGLE', 'MICROSOFT'] as const) {
    const domains = paid
      .filter(({ serviceProvider }) => mailProviderOf(serviceProvider) === provider)
      .map(({ name }) => name)
    if (domains.length === 0) continue
    const told = await fact(
      cmr.domains.workspace({ body: { domains, serviceProvider: provider } }, { signal }),
    )
    const states = 'value' in told ? readWorkspaces(told.value, domains) : undefined
    for (const name of domains) {
      const state = states?.get(name)
      const isTold = state === 'clean' || state === 'conflict'
      found.set(name, isTold ? { value: state === 'conflict' } : { unchecked: 'CMR did not say' })
    }
  }
  return found
}

/** Reads the records of some domains: those of which nothing worse is known come first. */
async function withZones(
  { cmr }: DiagnosisContext,
  { fact, signal }: Asking,
  domains: readonly DomainFacts[],
): Promise<DomainFacts[]> {
  const isStopped = (one: DomainFacts) => problemsIn(one).some(({ level }) => level === 'stops')
  const read = new Set(domains.filter((one) => known(one.domain) && !isStopped(one)).slice(0, ZONES))
  return Promise.all(
    domains.map(async (one) => {
      if (!read.has(one)) return one
      const records = await fact(cmr.dns.list({ query: one.of }, { signal }))
      return {
        ...one,
        dns: dnsIn(
          mapFact(records, ({ data }) => data.records as DnsRecord[]),
          one.domain,
        ),
      }
    }),
  )
}
