import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { isLike, isOneOf, literal } from '../../store/sql.ts'
import { lastPasses } from './passes.ts'
import { type EntryKind, ended } from './rows.ts'

/** Narrows what is read; without it everything is. */
export interface Holdings {
  readonly userId?: string | undefined
  /** Of these only. */
  readonly customers?: readonly string[] | undefined
  /** In lower case. */
  readonly domain?: string | undefined
  /** In lower case; a page of them at most. */
  readonly domains?: readonly string[] | undefined
}

interface Seen {
  readonly userId: string | undefined
  /** CMR's own word: `ACTIVE`, `PAST_DUE`, … */
  readonly status: string | undefined
  /** When CMR last said anything of it, ISO 8601. */
  readonly seenAt: string
}

/** A subscription as last seen at CMR. Times are ISO 8601; what CMR did not say is undefined. */
export interface SubscriptionHolding extends Seen {
  readonly id: string
  /** In lower case. */
  readonly domain: string | undefined
  readonly periodStart: string | undefined
  readonly periodEnd: string | undefined
  readonly autoRenew: boolean | undefined
  /** Its own price: each mailbox a month, in cents. */
  readonly priceCents: number | undefined
  /** Mailboxes that are paid for. */
  readonly quantity: number | undefined
  /** Those of them without a mailbox, where all mailboxes were read since their number was told. */
  readonly emptySeats: number | undefined
  /** Its mailboxes whose warm-up is ACTIVE. CMR tells no price of a warm-up: `CMR_WARMUP_PRICE` is the partner's. */
  readonly activeWarmups: number
  /** Its mailboxes whose warm-up is PAUSED: whether CMR bills them is told both ways. */
  readonly pausedWarmups: number
}

/** A domain as last seen at CMR. Times are ISO 8601; what CMR did not say is undefined. */
export interface DomainHolding extends Seen {
  /** In lower case. */
  readonly name: string
  readonly registeredOn: string | undefined
  readonly expiresAt: string | undefined
  readonly autoRenew: boolean | undefined
  /** True if it was seen to be renewed. */
  readonly wasRenewed: boolean
  /** CMR's price for its renewal by a year, in cents; asked for from 45 days before its expiry on, and kept. */
  readonly renewalCents: number | undefined
  /** When CMR said that price. */
  readonly pricedAt: string | undefined
}

type Entries<Row> = SelectQueryBuilder<Schema, 'directory_entries', Row>

const held =
  (db: Kysely<Schema>, { userId, customers, domain, domains }: Holdings) =>
  <Row>(query: Entries<Row>): Entries<Row> =>
    query
      .$if(userId !== undefined, (of) => of.where('user_id', '=', userId ?? ''))
      .$if(customers !== undefined, (of) => of.where(isOneOf(db, 'user_id', customers ?? [])))
      .$if(domain !== undefined, (of) => of.where('domain', '=', domain ?? ''))
      .$if(domains !== undefined, (of) => of.where('domain', 'in', domains ?? []))

const entries = (db: Kysely<Schema>, kind: EntryKind, which: Holdings) =>
  db.selectFrom('directory_entries').where('kind', '=', kind).$call(held(db, which))

const flag = (value: number | null) => (value === null ? undefined : value === 1)

/** Returns the subscriptions that CMR has, ended ones too: 5,000 of them in a few tens of milliseconds. */
export async function subscriptionHoldings(
  db: Kysely<Schema>,
  which: Holdings = {},
): Promise<SubscriptionHolding[]> {
  const rows = await entries(db, 'subscription', which)
    .select(['id', 'user_id', 'domain', 'status', 'began_at', 'ends_at', 'auto_renew'])
    .select(['price_cents', 'quantity', 'seen_at', 'data'])
    .execute()
  const count = await mailboxCounts(db, which)
  const mailboxPass = (await lastPasses(db)).get('mailbox')
  return rows.map((row) => {
    const quantity = row.quantity ?? undefined
    const { quantityAt } = JSON.parse(row.data) as { quantityAt?: string }
    const isCounted = mailboxPass && quantityAt && quantityAt < mailboxPass.startedAt
    return {
      id: row.id,
      userId: row.user_id ?? undefined,
      domain: row.domain ?? undefined,
      status: row.status ?? undefined,
      periodStart: row.began_at ?? undefined,
      periodEnd: row.ends_at ?? undefined,
      autoRenew: flag(row.auto_renew),
      priceCents: row.price_cents ?? undefined,
      quantity,
      emptySeats: isCounted ? emptySeatsOf(quantity, count(row)) : undefined,
      activeWarmups: count(row, 'ACTIVE'),
      pausedWarmups: count(row, 'PAUSED'),
      seenAt: row.seen_at,
    }
  })
}

/**
 * Returns how many seats have no mailbox; undefined where each has one. A subscription without any mailbox is one whose
 * mailboxes are not known: CMR cancels it with the last.
 */
export function emptySeatsOf(quantity: number | undefined, mailboxes: number): number | undefined {
  return quantity !== undefined && mailboxes > 0 && mailboxes < quantity ? quantity - mailboxes : undefined
}

/**
 * Counts mailboxes by subscription, those with a status of their warm-up or all; one of which CMR names no
 * subscription counts for the live one on its domain.
 */
async function mailboxCounts(db: Kysely<Schema>, which: Holdings) {
  const rows = await entries(db, 'mailbox', which)
    .select(['warmup_status', 'subscription_id', 'domain', sql<number>`count(*)`.as('mailboxes')])
    .groupBy(['warmup_status', 'subscription_id', 'domain'])
    .execute()
  const counts = new Map<string, number>()
  for (const { warmup_status: status, subscription_id: id, domain, mailboxes } of rows)
    for (const key of [`${status} ${id ?? `on ${domain}`}`, `all ${id ?? `on ${domain}`}`])
      counts.set(key, (counts.get(key) ?? 0) + Number(mailboxes))
  return (row: { id: string; domain: string | null; status: string | null }, warmup = 'all') => {
    const onDomain = ended(row.status) ? 0 : (counts.get(`${warmup} on ${row.domain}`) ?? 0)
    return (counts.get(`${warmup} ${row.id}`) ?? 0) + onDomain
  }
}

/** Returns the domains that CMR has, ended ones too: 10,000 of them in a few tens of milliseconds. */
export async function domainHoldings(db: Kysely<Schema>, which: Holdings = {}): Promise<DomainHolding[]> {
  const rows = await entries(db, 'domain', which)
    .select(['id', 'user_id', 'status', 'began_at', 'ends_at', 'auto_renew'])
    .select(['price_cents', 'priced_at', 'seen_at'])
    .select(sql<number>`case when data like '%"renewed":true%' then 1 else 0 end`.as('renewed'))
    .execute()
  return rows.map((row) => ({
    name: row.id,
    wasRenewed: Number(row.renewed) === 1,
    userId: row.user_id ?? undefined,
    status: row.status ?? undefined,
    registeredOn: row.began_at ?? undefined,
    expiresAt: row.ends_at ?? undefined,
    autoRenew: flag(row.auto_renew),
    renewalCents: row.price_cents ?? undefined,
    pricedAt: row.priced_at ?? undefined,
    seenAt: row.seen_at,
  }))
}

/** Returns the renewal prices that CMR has told for domains of some endings, such as "com" and "co.uk". */
export async function pricesOfEndings(
  db: Kysely<Schema>,
  endings: readonly string[],
): Promise<Required<Pick<DomainHolding, 'name' | 'renewalCents'>>[]> {
  if (endings.length === 0) return []
  const rows = await entries(db, 'domain', {})
    .select(['id', 'price_cents'])
    .where('price_cents', 'is not', null)
    .where(({ or }) => or(endings.map((ending) => isLike('id', `%.${literal(ending)}`))))
    .execute()
  return rows.map(({ id, price_cents }) => ({ name: id, renewalCents: price_cents ?? undefined }))
}

/** What the wallet held when CMR last said so. */
export interface WalletBalance {
  readonly cents: number
  /** ISO 4217. */
  readonly currency: string
  readonly seenAt: Date
}

/** Returns what the wallet held when CMR last said so; nothing where it has not yet. */
export async function walletBalance(db: Kysely<Schema>): Promise<WalletBalance | undefined> {
  const row = await db.selectFrom('wallet').selectAll().executeTakeFirst()
  return row && { cents: row.balance_cents, currency: row.currency, seenAt: new Date(row.seen_at) }
}

/** Notes what the wallet holds; what was said before does not undo what was said after. */
export async function noteWallet(
  db: Kysely<Schema>,
  { cents, currency, seenAt }: WalletBalance,
): Promise<void> {
  await db
    .insertInto('wallet')
    .values({ id: 'wallet', balance_cents: cents, currency, seen_at: seenAt.toISOString() })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(({ ref }) => ({
          balance_cents: ref('excluded.balance_cents'),
          currency: ref('excluded.currency'),
          seen_at: ref('excluded.seen_at'),
        }))
        .whereRef('wallet.seen_at', '<=', 'excluded.seen_at'),
    )
    .execute()
}
