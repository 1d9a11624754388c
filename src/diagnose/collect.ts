import type { PlacementReport } from '../cmr/answers/account.ts'
import { type Domain, readWorkspaces } from '../cmr/answers/domains.ts'
import type { Page } from '../cmr/answers/page.ts'
import { userName } from '../cmr/answers/users.ts'
import { RENEWABLE_DAYS } from '../cmr/endpoints/domains.ts'
import { toCents } from '../cmr/money.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { eventCounts, lastEventAt } from '../events/store/events.ts'
import { addDays, subDays } from '../process/dates.ts'
import { mailFindings, mailProviderOf } from '../resources/dns/mail.ts'
import type { DnsRecord } from '../resources/dns/records.ts'
import { type Asking, createAsking, type DiagnosisContext, mapFact } from './asking.ts'
import {
  type DnsFacts,
  type DomainFacts,
  type DomainPlace,
  type Fact,
  isLive,
  known,
  mailboxesOn,
} from './facts.ts'
import { nameserversOf } from './nameservers.ts'
import { orderOf } from './order.ts'

/** Reports older than that say nothing of today; days. */
const PLACEMENT_DAYS = 30

/** What was asked about, beside the domain. */
export interface Focus {
  readonly mailbox?: string | undefined
  readonly subscriptionId?: string | undefined
  readonly orderId?: string | undefined
}

/**
 * Asks CMR for everything that the mail of a domain depends on, at once and within its rate.
 * @throws CmrError where CMR answers none of it
 */
export async function domainFacts(
  context: DiagnosisContext,
  of: DomainPlace,
  focus: Focus = {},
  budgetMs?: number,
): Promise<DomainFacts> {
  const { cmr, clock, prices } = context
  const asking = createAsking(budgetMs)
  const { fact, signal } = asking
  const { userId } = of
  const query = { userId }
  // In the order of what matters most: at five a second the last of them leave some two seconds later.
  const detail = asking.factOrNone(cmr.domains.get({ query: of }, { signal }))
  const subscriptions = fact(cmr.subscriptions.list({ query: { domain: of.domain } }, { signal }))
  const mailboxes = fact(cmr.mailboxes.list({ query }, { signal }))
  const records = fact(cmr.dns.list({ query: of }, { signal }))
  const wallet = fact(cmr.wallet.get(undefined, { signal }))
  const listed = fact(cmr.domains.list({ query }, { signal }))
  const ofCustomer = factsOfCustomer(context, asking, userId)

  const domain = Promise.all([detail, listed]).then(([got, list]) =>
    domainIn(
      mapFact(got, (answer) => answer?.data),
      mapFact(list, ({ data }) => data),
      of.domain,
    ),
  )
  const rows = records.then((told) => mapFact(told, ({ data }) => data.records as DnsRecord[]))
  const own = subscriptions.then((told) =>
    mapFact(told, ({ data }) => data.rows.filter((one) => isOf(one.domain, of.domain))),
  )
  const boxes = mailboxes.then((told) => mapFact(told, ({ data }) => mailboxesOn(data.rows, of.domain)))
  const facts: DomainFacts = {
    of,
    now: clock(),
    prices,
    isWalletPrivate: (await customersOfCaller(context)) !== undefined,
    ...focus,
    ...(await together({
      domain,
      subscriptions: own,
      mailboxes: boxes,
      dns: Promise.all([rows, domain]).then(([told, row]) => dnsIn(told, row)),
      balance: wallet.then((told) => mapFact(told, ({ data }) => data.balance)),
      ...ofCustomer,
      // What is asked only because of an answer.
      nameservers: Promise.all([domain, rows, listed]).then(([row, told, list]) =>
        nameserversOf(context, asking, of, {
          domain: row,
          records: told,
          siblings: mapFact(list, ({ data }) => data.rows),
        }),
      ),
      workspace: Promise.all([own, domain]).then(([subs, row]) =>
        workspaceOf(context, asking, of.domain, { live: known(subs)?.some(isLive), row: known(row) }),
      ),
      domainRenewal: domain.then((row) => renewalOf(context, asking, of, known(row))),
      order: Promise.all([domain, own, boxes]).then(([row, subs, all]) => {
        const isWhole = known(row) && known(subs)?.some(isLive) && (known(all)?.length ?? 0) > 0
        return orderOf(context, asking, of, { orderId: focus.orderId, onlyOpen: Boolean(isWhole) })
      }),
    })),
  }
  asking.throwIfSilent([facts.domain, facts.subscriptions, facts.mailboxes, facts.dns, facts.balance])
  return facts
}

/** What is the same for all domains of a customer, and what came of CMR's webhooks lately. */
export function factsOfCustomer({ cmr, clock, store }: DiagnosisContext, asking: Asking, userId: string) {
  const { fact, signal } = asking
  const customer = asking.factOrNone(cmr.users.get({ query: { userId } }, { signal }))
  const logins = fact(cmr.exports.platforms({ query: { userId } }, { signal }))
  const reports = fact(cmr.placement.reports({ query: { userId, limit: 100 } }, { signal }))
  const missed = async () => {
    const counts = await eventCounts(store.db, subDays(clock(), 1))
    const total = (source: 'sync' | 'webhook') => counts.reduce((sum, one) => sum + one[source], 0)
    return total('webhook') === 0 ? total('sync') : 0
  }
  return {
    customer: customer.then((told) =>
      mapFact(told, (answer) => answer && { name: userName(answer.data), status: answer.data.status }),
    ),
    logins: logins.then((told) => mapFact(told, ({ data }) => data)),
    placement: reports.then((told) => mapFact(told, ({ data }) => newestReports(data.rows, clock()))),
    lastWebhookAt: lastEventAt(store.db),
    missedWebhooks: missed(),
  }
}

/** Waits for all of them, each by its name. */
export async function together<Values extends object>(
  asked: { readonly [Name in keyof Values]: Promise<Values[Name]> },
): Promise<Values> {
  const names = Object.keys(asked) as (keyof Values)[]
  const values = await Promise.all(names.map((name) => asked[name]))
  return Object.fromEntries(names.map((name, at) => [name, values[at]])) as Values
}

const isOf = (told: string | undefined, domain: string) => (told ?? domain).toLowerCase() === domain

/** The path of domains.get is inferred, so what the list says counts where it has nothing. */
function domainIn(
  detail: Fact<Domain | undefined>,
  listed: Fact<Page<Domain>>,
  name: string,
): Fact<Domain | undefined> {
  if (known(detail)) return detail
  const list = known(listed)
  const row = list?.rows.find(({ domainName }) => domainName?.toLowerCase() === name)
  if (row) return { value: row }
  if (list && (list.totalPages ?? 1) <= 1) return { value: undefined }
  return detail
}

/** What the records of a domain mean for its mail. */
export function dnsIn(records: Fact<readonly DnsRecord[]>, domain: Fact<Domain | undefined>): Fact<DnsFacts> {
  const provider = mailProviderOf(known(domain)?.serviceProvider)
  return mapFact(records, (all) => ({ provider, records: all, findings: mailFindings(all, provider) }))
}

/** The newest report of each mailbox. */
function newestReports(rows: readonly PlacementReport[], now: Date): readonly PlacementReport[] {
  const since = subDays(now, PLACEMENT_DAYS).toISOString()
  const recent = rows.filter(({ createdAt }) => createdAt === undefined || createdAt >= since)
  const byMailbox = Map.groupBy(recent, ({ mailboxId, email }) => mailboxId ?? email)
  const newest = (all: readonly PlacementReport[]) =>
    [...all].sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''))[0]
  return [...byMailbox.values()].map(newest).filter((one) => one !== undefined)
}

/** Returns whether the provider still has the workspace that a subscription pays for. */
async function workspaceOf(
  { cmr }: DiagnosisContext,
  { fact, signal }: Asking,
  domain: string,
  { live, row }: { readonly live: boolean | undefined; readonly row: Domain | undefined },
): Promise<Fact<boolean | undefined>> {
  if (!live) return { value: undefined }
  const serviceProvider = mailProviderOf(row?.serviceProvider)
  const told = await fact(
    cmr.domains.workspace({ body: { domainName: domain, serviceProvider } }, { signal }),
  )
  if (!('value' in told)) return told
  const state = readWorkspaces(told.value, [domain]).get(domain)
  return state === 'unknown' ? { unchecked: 'CMR did not say' } : { value: state === 'conflict' }
}

/** What the renewal of the domain costs, where it is near. */
async function renewalOf(
  { cmr, clock }: DiagnosisContext,
  { fact, signal }: Asking,
  { userId, domain }: DomainPlace,
  row: Domain | undefined,
): Promise<Fact<number | undefined>> {
  const near = Date.parse(row?.expiryDate ?? '') <= addDays(clock(), RENEWABLE_DAYS).getTime()
  const isDue = near || row?.status === 'GRACE_PERIOD'
  if (!row || !isDue || row.status === 'EXPIRED') return { value: undefined }
  const told = await fact(cmr.domains['renewal-price']({ body: { userId, domains: [domain] } }, { signal }))
  return mapFact(told, ({ data }) => toCents(data.rows[0]?.renewalPrice))
}
