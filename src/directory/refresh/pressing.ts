import type { Kysely } from 'kysely'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { addDays, hoursToMilliseconds, subDays, subMilliseconds } from '../../process/dates.ts'
import { portionsOf } from '../../process/portions.ts'
import type { Schema } from '../../store/schema.ts'

/** A domain may be renewed in its days of grace ("Renewal"); one more, because clocks differ. */
const GRACE_DAYS = 8
/** So many days before a domain expires it is looked at often: that is when it renews by itself. */
const NEAR_DAYS = 2
/** What is asked for together; CMR documents no limit. */
const TOGETHER = 50
/** A renewal price changes rarely. */
const PRICE_MS = hoursToMilliseconds(24)

/** Domains of one customer. */
export interface DomainsOfUser {
  readonly userId: string
  readonly domains: readonly string[]
}

const inMotion = ['PENDING', 'RENEWING', 'GRACE_PERIOD']
const coming = ['IN_PROGRESS', 'CREATING_PASSWORD']
const over = ['EXPIRED', 'TRANSFERRED', 'INACTIVE']

/** Returns the customers, by id, of whom a domain is near its date or in trouble. */
export async function usersWithPressingDomains(db: Kysely<Schema>, now: Date): Promise<string[]> {
  const ofDomains = db
    .selectFrom('directory_entries')
    .select('user_id')
    .distinct()
    .where('kind', '=', 'domain')
    .where('user_id', 'is not', null)
  const moving = await ofDomains.where('status', 'in', inMotion).execute()
  const near = await ofDomains
    .where('ends_at', '>=', subDays(now, GRACE_DAYS).toISOString())
    .where('ends_at', '<=', addDays(now, NEAR_DAYS).toISOString())
    .execute()
  return sortedIds([...moving, ...near])
}

/** Returns the customers, by id, whose mailboxes are being made. */
export async function usersWithPressingMailboxes(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db
    .selectFrom('directory_entries')
    .select('user_id')
    .distinct()
    .where('kind', '=', 'mailbox')
    .where('status', 'in', coming)
    .where('user_id', 'is not', null)
    .execute()
  return sortedIds(rows)
}

function sortedIds(rows: readonly { readonly user_id: string | null }[]): string[] {
  return [...new Set(rows.flatMap(({ user_id }) => user_id ?? []))].sort()
}

/**
 * Returns the domains that CMR would renew now and whose price it has not said for a day, by customer, in portions
 * that one request asks for.
 */
export async function domainsToPrice(db: Kysely<Schema>, now: Date): Promise<DomainsOfUser[]> {
  const rows = await db
    .selectFrom('directory_entries')
    .select(['id', 'user_id'])
    .where('kind', '=', 'domain')
    .where('user_id', 'is not', null)
    .where('ends_at', '>=', subDays(now, GRACE_DAYS).toISOString())
    .where('ends_at', '<=', addDays(now, RENEWABLE_DAYS).toISOString())
    .where(({ or, eb }) => or([eb('status', 'is', null), eb('status', 'not in', over)]))
    .where(({ or, eb }) =>
      or([eb('priced_at', 'is', null), eb('priced_at', '<', subMilliseconds(now, PRICE_MS).toISOString())]),
    )
    .orderBy('user_id')
    .orderBy('id')
    .execute()
  const byUser = Map.groupBy(rows, ({ user_id }) => user_id ?? '')
  return [...byUser].flatMap(([userId, own]) =>
    portionsOf(own, TOGETHER).map((some) => ({ userId, domains: some.map(({ id }) => id) })),
  )
}
