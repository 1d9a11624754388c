import { type Kysely, type Selectable, sql } from 'kysely'
import type { StoredEvent } from './events.ts'
import type { Schema } from './schema.ts'
import type { Store } from './store.ts'

/** A row to be posted, with its event. */
export type Waiting = Selectable<Schema['outbox']> &
  Pick<Selectable<Schema['events']>, 'event' | 'severity' | 'data'>

/** Where and how one event is told. */
export interface Placement {
  readonly channel: string
  /** Rows with the same key become one message; null leaves it to what waits in the channel. */
  readonly pile?: string | null
  readonly threadTs?: string | null
  /** Whether it stands in the thread of its subject. */
  readonly threaded?: boolean
  /** Held back until then: quiet hours, a digest. `receipt`: until the receipt of its operation stands. */
  readonly holdUntil?: Date | 'receipt' | undefined
  readonly operationId?: string | null
  readonly routeId?: string | null
  readonly mention?: string | null
}

/** By urgency: lower goes first. */
const ranks: Record<StoredEvent['severity'], number> = { urgent: 0, bad: 1, good: 2, info: 3 }

/** Far enough: whoever holds a row until its receipt stands releases it himself. */
const NEVER = '9999-12-31T00:00:00.000Z'

/**
 * Puts what has to be told into the outbox, and marks its channels as having work.
 * @param db the transaction that stores the events
 */
export async function insertOutbox(
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  rows: readonly { event: StoredEvent; placement: Placement }[],
): Promise<void> {
  if (rows.length === 0) return
  const json = JSON.stringify(
    rows.map(({ event, placement }) => [
      event.event_id,
      placement.channel,
      placement.pile ?? null,
      placement.threadTs ?? null,
      placement.holdUntil ? 'held' : 'waiting',
      notBefore(placement, event),
      ranks[event.severity],
      placement.threaded ? event.subject : null,
      placement.operationId ?? null,
      placement.routeId ?? null,
      placement.mention ?? null,
    ]),
  )
  const each =
    dialect === 'sqlite' ? sql`json_each(${json})` : sql`json_array_elements(${json}::json) as t(value)`
  await sql`
    insert into outbox (event_id, channel, pile, thread_ts, state, attempts, not_before, rank, subject,
      operation_id, route_id, mention)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 0, value ->> 5,
      cast(value ->> 6 as integer), value ->> 7, value ->> 8, value ->> 9, value ->> 10
    from ${each} where true
    on conflict (event_id, channel) do nothing`.execute(db)
}

function notBefore({ holdUntil }: Placement, event: StoredEvent): string {
  if (holdUntil === 'receipt') return NEVER
  return holdUntil?.toISOString() ?? event.received_at
}

/** How many rows may become one message. */
const PILE = 60

/** Channels that have something due. */
export async function dueChannels(db: Kysely<Schema>, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('outbox')
    .select('channel')
    .distinct()
    .where('state', '=', 'waiting')
    .where('not_before', '<=', now.toISOString())
    .execute()
  return rows.map((row) => row.channel)
}

/**
 * Takes what a channel's next message will tell: its oldest row and those right behind it that may stand in the
 * same message. Nobody else takes them until the lease ends.
 * @param lease who takes it, and for how long it is theirs
 * @returns nothing where another holds the channel, or its oldest row is not due
 */
export async function leaseNext(
  store: Store,
  channel: string,
  lease: { by: string; now: Date; until: Date },
): Promise<Waiting[]> {
  const now = lease.now.toISOString()
  return store.db.transaction().execute(async (transaction) => {
    if (store.dialect === 'postgres') {
      const locked = await sql<{
        ok: boolean
      }>`select pg_try_advisory_xact_lock(hashtext(${channel})) as ok`.execute(transaction)
      if (!locked.rows[0]?.ok) return []
    }
    const rows = await transaction
      .selectFrom('outbox')
      .innerJoin('events', 'events.event_id', 'outbox.event_id')
      .selectAll('outbox')
      .select(['events.event', 'events.severity', 'events.data'])
      .where('outbox.channel', '=', channel)
      .where('outbox.state', '=', 'waiting')
      .orderBy('outbox.id')
      .limit(PILE)
      .execute()
    const first = rows[0]
    if (!first || first.not_before > now || (first.leased_until ?? '') > now) return []
    const taken = together(rows)
    await transaction
      .updateTable('outbox')
      .set({ leased_by: lease.by, leased_until: lease.until.toISOString() })
      .where('id', 'in', ids(taken))
      .execute()
    return taken
  })
}

/** Rows that were once meant as one message stay one; otherwise the first, and its pile right behind it. */
function together(rows: Waiting[]): Waiting[] {
  const [first] = rows
  if (!first) return []
  if (first.delivery_id) return rows.filter((row) => row.delivery_id === first.delivery_id)
  const end = rows.findIndex((row) => !first.pile || row.pile !== first.pile || row.delivery_id !== null)
  return rows.slice(0, first.pile ? (end === -1 ? rows.length : end) : 1)
}

/** Notes which message rows are about to become, before Slack is asked. */
export async function nameDelivery(
  db: Kysely<Schema>,
  rows: readonly Waiting[],
  deliveryId: string,
): Promise<void> {
  await db.updateTable('outbox').set({ delivery_id: deliveryId }).where('id', 'in', ids(rows)).execute()
}

/**
 * Makes everything that waits due at once, for a start: what kept it from being posted may be over. On SQLite
 * nobody else can hold a lease, so those of the process that died are void.
 */
export async function wakeOutbox(store: Store, now: Date): Promise<void> {
  await store.db
    .updateTable('outbox')
    .set({
      not_before: now.toISOString(),
      ...(store.dialect === 'sqlite' && { leased_by: null, leased_until: null }),
    })
    .where('state', '=', 'waiting')
    .execute()
}

/** Slack has it. */
export async function markPosted(
  db: Kysely<Schema>,
  rows: readonly Waiting[],
  message: { deliveryId: string; channel: string; ts: string; at: Date },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('messages')
      .values({
        delivery_id: message.deliveryId,
        channel: message.channel,
        ts: message.ts,
        posted_at: message.at.toISOString(),
      })
      .onConflict((conflict) => conflict.column('delivery_id').doNothing())
      .execute()
    await transaction
      .updateTable('outbox')
      .set({ state: 'posted', leased_by: null, leased_until: null, error: null })
      .where('id', 'in', ids(rows))
      .execute()
  })
}

/**
 * Not this time.
 * @param failure.notBefore when to try again; without it the rows have failed for good
 */
export async function markFailed(
  db: Kysely<Schema>,
  rows: readonly Waiting[],
  failure: { error: string; notBefore?: Date; keepDelivery: boolean },
): Promise<void> {
  await db
    .updateTable('outbox')
    .set((expression) => ({
      state: failure.notBefore ? ('waiting' as const) : ('failed' as const),
      attempts: expression('attempts', '+', 1),
      error: failure.error,
      leased_by: null,
      leased_until: null,
      ...(failure.notBefore && { not_before: failure.notBefore.toISOString() }),
      ...(!failure.keepDelivery && { delivery_id: null }),
    }))
    .where('id', 'in', ids(rows))
    .execute()
}

/** How many rows wait, how many failed for good, and when the next one is due. */
export async function outboxStats(db: Kysely<Schema>) {
  const rows = await db
    .selectFrom('outbox')
    .select(({ fn }) => ['state', fn.countAll<number>().as('rows'), fn.min('not_before').as('next')])
    .where('state', '!=', 'posted')
    .groupBy('state')
    .execute()
  const of = (state: string) => rows.find((row) => row.state === state)
  return { waiting: Number(of('waiting')?.rows ?? 0), failed: Number(of('failed')?.rows ?? 0) }
}

function ids(rows: readonly Waiting[]): number[] {
  return rows.map((row) => row.id)
}
