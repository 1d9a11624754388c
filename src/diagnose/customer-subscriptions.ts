import { readPages } from '../cmr/answers/page.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import { kindsNotWhole } from '../directory/store/passes.ts'
import type { DirectoryEntry } from '../directory/store/rows.ts'
import { type Asking, type DiagnosisContext, mapFact } from './asking.ts'
import { type Fact, known } from './facts.ts'

/** Domains whose subscriptions are asked for one by one: CMR lists subscriptions by domain, not by customer. */
const ONE_BY_ONE = 8
/** Pages of a hundred subscriptions that are past due. */
const PAGES = 2

type ByDomain = ReadonlyMap<string, readonly Subscription[]>

/**
 * Returns the subscriptions of a customer's domains: of a few domains as CMR tells them now, of many as the directory
 * has them, with those that are past due as CMR tells them now.
 */
export async function subscriptionsKnown(
  context: DiagnosisContext,
  asking: Asking,
  userId: string,
  domains: readonly string[],
): Promise<Fact<ByDomain>> {
  return domains.length <= ONE_BY_ONE
    ? askedOneByOne(context, asking, domains)
    : fromDirectory(context, asking, userId, domains)
}

async function askedOneByOne(
  { cmr }: DiagnosisContext,
  { fact, signal }: Asking,
  domains: readonly string[],
): Promise<Fact<ByDomain>> {
  const told = await Promise.all(
    domains.map(async (domain) => {
      const answer = await fact(cmr.subscriptions.list({ query: { domain } }, { signal }))
      return mapFact(answer, ({ data }) => {
        const own = data.rows.filter((one) => (one.domain ?? domain).toLowerCase() === domain)
        return [domain, own] as const
      })
    }),
  )
  const failed = told.find((one) => 'unchecked' in one)
  if (failed && 'unchecked' in failed) return failed
  return { value: new Map(told.map((one) => known(one)).filter((one) => one !== undefined)) }
}

async function fromDirectory(
  { cmr, store }: DiagnosisContext,
  { fact, signal }: Asking,
  userId: string,
  domains: readonly string[],
): Promise<Fact<ByDomain>> {
  if ((await kindsNotWhole(store.db)).includes('subscription'))
    return { unchecked: 'the bot has not read all subscriptions from CMR yet' }
  const rows = await store.db
    .selectFrom('directory_entries')
    .selectAll()
    .where('kind', '=', 'subscription')
    .where('user_id', '=', userId)
    .execute()
  const pastDue = await fact(
    (async () => {
      const all: Subscription[] = []
      const read = async (page: number) => {
        const query = { status: 'PAST_DUE' as const, page, limit: 100 }
        return (await cmr.subscriptions.list({ query }, { signal })).data
      }
      for await (const page of readPages(read, PAGES)) all.push(...page)
      return all
    })(),
  )
  const late = new Map((known(pastDue) ?? []).map((one) => [one.subscriptionId, one]))
  const all = rows.map((row) => late.get(row.id) ?? subscriptionIn(row))
  const byDomain = Map.groupBy(all, ({ domain = '' }) => domain.toLowerCase())
  return { value: new Map(domains.map((name) => [name, byDomain.get(name) ?? []])) }
}

function subscriptionIn(row: DirectoryEntry): Subscription {
  return {
    subscriptionId: row.id,
    subscriptionStatus: row.status ?? undefined,
    domain: row.domain ?? undefined,
    userId: row.user_id ?? undefined,
    periodEnd: row.ends_at ?? undefined,
    autoRenew: row.auto_renew === null ? undefined : row.auto_renew === 1,
    totalMailboxQuantity: row.quantity ?? undefined,
    pricePerMailbox: row.price_cents === null ? undefined : row.price_cents / 100,
    ...JSON.parse(row.data),
  }
}
