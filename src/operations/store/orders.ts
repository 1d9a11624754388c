import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { eachOf, isOneOf, isPostgres } from '../../store/sql.ts'
import type { Operation } from './operations.ts'

/** Whose orders are meant, by CMR's userIds; without them everybody's. */
export interface OrderFilter {
  readonly customers?: readonly string[] | undefined
}

/** An order that the bot knows: CMR's orderId, or the operation's id where CMR has given none. */
export interface OrderKey {
  readonly key: string
  /** When it was placed, or when CMR was last heard of it, ISO 8601. */
  readonly at: string
}

/** Spelled as in the index of them. */
const placesOrder = sql<boolean>`(endpoint like 'orders.%' or endpoint = 'prewarm.order')`

/** Narrows operations to those of some customers, and orders that CMR has told of. */
function narrowed(db: Kysely<Schema>, { customers }: OrderFilter) {
  if (customers === undefined) return { operations: sql``, entries: sql`` }
  const owner = isPostgres(db)
    ? sql`(request::json -> 'query' ->> 'userId')`
    : sql`(request ->> '$.query.userId')`
  const each = eachOf(
    db,
    customers.map((id) => [id]),
  )
  return {
    operations: sql`and ${owner} in (select value ->> 0 from ${each})`,
    entries: sql`and entry.user_id in (select value ->> 0 from ${each})`,
  }
}

/** Orders that the bot has placed, and others that CMR has told of. */
function knownOrders(db: Kysely<Schema>, filter: OrderFilter): RawBuilder<OrderKey> {
  const only = narrowed(db, filter)
  return sql<OrderKey>`
    select coalesce(order_id, id) as key, min(created_at) as at from operations
      where ${placesOrder} ${only.operations} group by coalesce(order_id, id)
    union all
    select entry.id as key, entry.seen_at as at from directory_entries entry
      where entry.kind = 'order' ${only.entries}
      and not exists (select 1 from operations where operations.order_id = entry.id)`
}

/** Returns the newest orders that are known. @param page.without keys of those that are shown elsewhere */
export async function orderKeys(
  db: Kysely<Schema>,
  filter: OrderFilter,
  page: { readonly without: readonly string[]; readonly offset: number; readonly limit: number },
): Promise<OrderKey[]> {
  const { rows } = await sql<OrderKey>`
    select key, at from (${knownOrders(db, filter)}) known where not (${isOneOf(db, 'known.key', page.without)})
    order by at desc, key limit ${page.limit} offset ${page.offset}`.execute(db)
  return rows
}

/** Returns how many orders are known, and what those that CMR has taken cost at most, in cents. */
export async function countOrders(
  db: Kysely<Schema>,
  filter: OrderFilter,
): Promise<{ readonly total: number; readonly cents: number }> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (${knownOrders(db, filter)}) known`.execute(db)
  const charged = await sql<{ cents: number | null }>`
    select sum(cents) as cents from operations
    where ${placesOrder} and state in ('accepted', 'ended') ${narrowed(db, filter).operations}`.execute(db)
  return { total: Number(rows[0]?.count ?? 0), cents: Number(charged.rows[0]?.cents ?? 0) }
}

/** Returns the operations of orders, the oldest first: what placed each, and what processed it. */
export async function operationsOfOrders(db: Kysely<Schema>, keys: readonly string[]): Promise<Operation[]> {
  return db
    .selectFrom('operations')
    .selectAll()
    .where(placesOrder)
    .where(({ or }) => or([isOneOf(db, 'order_id', keys), isOneOf(db, 'id', keys)]))
    .orderBy('created_at')
    .execute()
}

/** Returns orders that the bot has not placed and that wait to be processed, as CMR has told it. */
export async function foreignParkedOrders(db: Kysely<Schema>, filter: OrderFilter): Promise<OrderKey[]> {
  const { rows } = await sql<OrderKey>`
    select entry.id as key, entry.seen_at as at from directory_entries entry
    where entry.kind = 'order' and upper(entry.status) = 'UNCONFIRMED' ${narrowed(db, filter).entries}
    and not exists (select 1 from operations where operations.order_id = entry.id)`.execute(db)
  return rows
}
