import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { eachOf, isLike, isOneOf, literal } from '../../store/sql.ts'

export type StoredEvent = Selectable<Schema['events']>

/**
 * Inserts events; those that are known already are left alone.
 * @param db usually a transaction, so that what tells of them commits with them
 * @returns the ids of those that are new
 */
export async function insertEvents(
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
): Promise<ReadonlySet<string>> {
  const rows = eachOf(
    db,
    events.map((one) => [
      one.event_id,
      one.event,
      one.severity,
      one.data,
      one.received_at,
      one.source,
      one.subject,
      one.user_id,
      one.domain,
    ]),
  )
  const inserted = await sql<{ event_id: string }>`
    insert into events (event_id, event, severity, data, received_at, source, subject, user_id, domain)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
      value ->> 8
    from ${rows} where true
    on conflict (event_id) do nothing
    returning event_id`.execute(db)
  return new Set(inserted.rows.map((row) => row.event_id))
}

/** Notes which operation of ours caused events. */
export async function setCause(
  db: Kysely<Schema>,
  operationId: string,
  eventIds: readonly string[],
): Promise<void> {
  await db
    .updateTable('events')
    .set({ operation_id: operationId })
    .where(isOneOf(db, 'event_id', eventIds))
    .execute()
}

/** Notes the domain of an event that does not name it. */
export async function setDomain(db: Kysely<Schema>, eventId: string, domain: string): Promise<void> {
  await db.updateTable('events').set({ domain }).where('event_id', '=', eventId).execute()
}

/** @returns nothing where it is not, or no longer, stored */
export async function eventNamed(db: Kysely<Schema>, eventId: string): Promise<StoredEvent | undefined> {
  return db.selectFrom('events').selectAll().where('event_id', '=', eventId).executeTakeFirst()
}

/** Of so many newest events those that are like a text are found; older ones by their id. */
const LOOKED_AT = 2000

/** The newest events of whose kind, subject, domain, user or id a text is part, newest first. */
export async function eventsLike(db: Kysely<Schema>, text: string, limit: number): Promise<StoredEvent[]> {
  const pattern = `%${literal(text)}%`
  return db
    .selectFrom((from) =>
      from
        .selectFrom('events')
        .selectAll()
        .where('source', '!=', 'bot')
        .orderBy('received_at', 'desc')
        .limit(LOOKED_AT)
        .as('newest'),
    )
    .selectAll()
    .where(({ or }) =>
      or(['event', 'subject', 'domain', 'user_id', 'event_id'].map((column) => isLike(column, pattern))),
    )
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute()
}

/** Events by their ids; what is not, or no longer, stored is missing. */
export async function eventsNamed(
  db: Kysely<Schema>,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, StoredEvent>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where(isOneOf(db, 'event_id', eventIds))
    .execute()
  return new Map(rows.map((row) => [row.event_id, row]))
}

/**
 * What has come about the same subscription or domain since: neither the same again nor a mere change, nor tests.
 * @returns the newest first
 */
export async function newerEvents(db: Kysely<Schema>, event: StoredEvent): Promise<StoredEvent[]> {
  const { subject, domain } = event
  if (!subject && !domain) return []
  return db
    .selectFrom('events')
    .selectAll()
    .where(({ or, eb }) =>
      or([...(subject ? [eb('subject', '=', subject)] : []), ...(domain ? [eb('domain', '=', domain)] : [])]),
    )
    .where('received_at', '>', event.received_at)
    .where('event', 'not in', [event.event, 'subscription.updated'])
    .where(({ or, eb }) => or([eb('event', 'like', 'subscription.%'), eb('event', 'like', 'domain.%')]))
    .where('source', '!=', 'test')
    .orderBy('received_at', 'desc')
    .limit(5)
    .execute()
}

/** Events of these names since then, about these domains or subjects, that no operation of this bot caused. */
export async function successesOutside(
  db: Kysely<Schema>,
  wanted: {
    readonly events: readonly string[]
    readonly domains: readonly string[]
    readonly subjects: readonly string[]
  },
  since: Date,
): Promise<StoredEvent[]> {
  if (wanted.domains.length + wanted.subjects.length === 0) return []
  return db
    .selectFrom('events')
    .selectAll()
    .where('event', 'in', wanted.events)
    .where('received_at', '>=', since.toISOString())
    .where('operation_id', 'is', null)
    .where('source', 'not in', ['bot', 'test'])
    .where(({ or, eb }) => or([eb('domain', 'in', wanted.domains), eb('subject', 'in', wanted.subjects)]))
    .orderBy('received_at', 'desc')
    .limit(500)
    .execute()
}

/** Tells whether one of these events has come about a subject since then. */
export async function hasEventAbout(
  db: Kysely<Schema>,
  about: { readonly subject: string; readonly events: readonly string[]; readonly since: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('events')
    .select('event_id')
    .where('subject', '=', about.subject)
    .where('event', 'in', about.events)
    .where('received_at', '>=', about.since)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** How many events are read again for an operation whose ids came late. */
const MOST_FOREIGN = 1000

/** Events since then that no operation of ours caused, as far as was known when they came. */
export async function foreignEvents(db: Kysely<Schema>, since: string): Promise<StoredEvent[]> {
  return db
    .selectFrom('events')
    .selectAll()
    .where('received_at', '>=', since)
    .where('operation_id', 'is', null)
    .limit(MOST_FOREIGN)
    .execute()
}

/** Returns the conditions of which an event that is about the same as one of these meets one. */
export function isAboutOneOf(
  db: Kysely<Schema>,
  events: readonly Pick<StoredEvent, 'subject' | 'domain'>[],
): RawBuilder<boolean>[] {
  return (['subject', 'domain'] as const).map((column) =>
    isOneOf(db, column, [...new Set(events.flatMap((event) => event[column] ?? []))]),
  )
}

/** Returns what a sync found since then about the subjects and domains of events. */
export async function syncEventsAbout(
  db: Kysely<Schema>,
  events: readonly Pick<StoredEvent, 'subject' | 'domain'>[],
  since: Date,
): Promise<StoredEvent[]> {
  return (
    db
      .selectFrom('events')
      .selectAll()
      // The indexes hold only these.
      .where('source', '=', sql.lit('sync' as const))
      .where(({ or }) => or(isAboutOneOf(db, events)))
      .where('received_at', '>=', since.toISOString())
      .execute()
  )
}

/** Parts of the data of events that list several things: their columns name the first of them at most. */
const lists = ['"domains":[', '"mailboxes":[', '"subscriptions":[', '"mailboxDetails":[']

/**
 * Returns what webhooks told, and what a sync found, about the subjects and domains of events.
 * @param window.listsSince for events that list several things, of which each may be meant
 */
export async function eventsAbout(
  db: Kysely<Schema>,
  events: readonly Pick<StoredEvent, 'subject' | 'domain'>[],
  window: { readonly since: Date; readonly listsSince: Date },
): Promise<StoredEvent[]> {
  return db
    .selectFrom('events')
    .selectAll()
    .where('source', 'in', ['webhook', 'sync'])
    .where('received_at', '>=', window.since.toISOString())
    .where(({ or, and, eb }) =>
      or([
        ...isAboutOneOf(db, events),
        and([
          eb('received_at', '>=', window.listsSince.toISOString()),
          or(lists.map((part) => isLike('data', `%${literal(part)}%`))),
        ]),
      ]),
    )
    .execute()
}

/** How many events of a name came by webhook, and how many a sync found. */
interface EventCount {
  readonly event: string
  readonly webhook: number
  readonly sync: number
}

/** Found by sync, and told by no webhook that CMR documents: it says nothing of whether webhooks come. */
const untoldByWebhooks = `%${literal('"updatedFields":["status"]')}%`

/** Counts the events since then by their names, leaving out what no webhook tells of. */
export async function eventCounts(db: Kysely<Schema>, since: Date): Promise<EventCount[]> {
  const rows = await db
    .selectFrom('events')
    .select(['event', 'source', ({ fn }) => fn.countAll<number>().as('events')])
    .where('received_at', '>=', since.toISOString())
    .where('source', 'in', ['webhook', 'sync'])
    .where(({ or, eb, not }) => or([eb('source', '=', 'webhook'), not(isLike('data', untoldByWebhooks))]))
    .groupBy(['event', 'source'])
    .execute()
  const sumOf = (own: typeof rows, source: 'webhook' | 'sync') =>
    own.reduce((sum, row) => sum + (row.source === source ? Number(row.events) : 0), 0)
  return [...Map.groupBy(rows, ({ event }) => event)].map(([event, own]) => ({
    event,
    webhook: sumOf(own, 'webhook'),
    sync: sumOf(own, 'sync'),
  }))
}

/** Counts the changes that reading CMR has found since then, instead of a webhook. */
export async function changesFound(db: Kysely<Schema>, since: Date): Promise<number> {
  return (await eventCounts(db, since)).reduce((sum, { sync }) => sum + sync, 0)
}

/** When the newest webhook came. */
export async function lastEventAt(db: Kysely<Schema>): Promise<Date | undefined> {
  const row = await db
    .selectFrom('events')
    .select('received_at')
    .where('source', '=', 'webhook')
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && new Date(row.received_at)
}
