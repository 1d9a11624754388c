import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { DIGEST } from '../cmr/webhooks.ts'
import { addMilliseconds, millisecondsInHour } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { findLateWebhooks, lockAgainstSync, noteLateWebhooks } from './late-webhooks.ts'
import { eventsNamed, insertEvents, type StoredEvent, setCause } from './store/events.ts'
import { insertOutbox, type Placement } from './store/outbox.ts'

/** The fields of one of the bot's own operations that placing its events needs. */
export interface OwnOperation {
  readonly id: string
  /** The Slack user id of the person who started it. */
  readonly actor: string
  readonly channel: string
  /** The thread of its receipt; undefined until that is posted. */
  readonly receiptTs: string | undefined
  /** True if the event says how the operation ended, so that nothing else does. */
  readonly isEnd?: boolean | undefined
  /** The time at which its good news are posted together; undefined for an event that must be posted at once. */
  readonly gatherUntil?: Date | undefined
}

/**
 * Finds the operations that caused events, and completes those that the events complete, in the transaction that stores them.
 * @returns one entry per event, in their order; undefined if the event was not caused through the bot
 */
export type Match = (
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
) => Promise<readonly (OwnOperation | undefined)[]>

/** Adds to events the users and domains that they are about, as far as the directory knows them. */
type NameOwners = (db: Kysely<Schema>, events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>

/** Decides where an event is posted. An empty list is a valid answer. */
export type PlaceEvent = (event: StoredEvent, own: OwnOperation | undefined) => readonly Placement[]

/**
 * Applies the further effects of new events, in the transaction that stores them.
 * @param own those that the bot's own operations caused
 */
export type Follow = (
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
  own: readonly StoredEvent[],
) => Promise<void>

/** Stores events. @returns the ones that were not stored before */
export type Ingest = (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>

/** What reading CMR showed to have changed. */
interface FoundChanges {
  /** In the order in which they are told. */
  readonly events: readonly StoredEvent[]
  /** Rows of the outbox with the same key become one message; undefined posts them one by one. */
  readonly batchKeyOf: (untold: readonly StoredEvent[]) => string | undefined
  /** Finds those that somebody has been told of, in the transaction that would store them. @returns their ids */
  readonly known: (db: Kysely<Schema>) => Promise<ReadonlySet<string>>
  /** Forgets the changes, in the same transaction. */
  readonly done: (db: Kysely<Schema>) => Promise<void>
}

/** The ways to store events. */
export interface Ingests {
  readonly ingest: Ingest
  /** Stores what a sync found and nobody had been told of. @returns the events that are told now */
  readonly ingestFound: (changes: FoundChanges) => Promise<readonly StoredEvent[]>
  /**
   * Stores events that make `ingest` throw, without interpreting them, and places them in the fallback channel.
   * Nothing that was read from inside the events goes into a column or an index.
   */
  readonly ingestUninterpreted: Ingest
}

/**
 * Creates the pipeline of every event, whatever its source: one transaction stores it once, matches it to the operation
 * that caused it and places it in the outbox. After the commit, neither the event nor its messages can be lost.
 * @param parts.fallback returns the placements of an event that could not be placed
 * @param parts.onStored called with the new events after the commit
 */
export function createIngest(parts: {
  readonly store: Store
  readonly nameOwners?: NameOwners
  readonly match: Match
  readonly place: PlaceEvent
  readonly fallback?: () => readonly Placement[]
  readonly follow: Follow
  readonly onStored: (news: readonly StoredEvent[]) => void
  readonly logger?: Pick<Logger, 'warn' | 'error'>
}): Ingests {
  const { store, match, place, follow, logger, nameOwners, fallback = () => [] } = parts

  /** Matches real events only. A sample that tests a route was caused by no operation and must not complete one. */
  async function ownersOf(db: Kysely<Schema>, events: readonly StoredEvent[]) {
    const real = events.filter(({ source }) => source !== 'test')
    const owners = await match(db, real)
    const byId = new Map(real.map(({ event_id }, at) => [event_id, owners[at]]))
    return events.map(({ event_id }) => byId.get(event_id))
  }

  function placesOf(event: StoredEvent, own: OwnOperation | undefined): readonly Placement[] {
    try {
      return place(event, own)
    } catch (error) {
      logger?.warn({ err: error, event: event.event_id }, 'no route understands an event')
      return fallback()
    }
  }

  /** Inserts events and returns the new ones, each once, with distinct ids. */
  async function insertNew(transaction: Kysely<Schema>, events: readonly StoredEvent[]) {
    const named = await withOwnIds(transaction, events)
    const distinct = [...new Map(named.map((event) => [event.event_id, event])).values()]
    const fresh = await insertEvents(transaction, distinct)
    return distinct.filter((event) => fresh.has(event.event_id))
  }

  /** Stores events, with all that follows from them. @param batchKey of their messages, where they go together */
  async function storeAll(
    transaction: Kysely<Schema>,
    events: readonly StoredEvent[],
    batchKey?: string,
  ): Promise<readonly StoredEvent[]> {
    const owned = (await nameOwners?.(transaction, events)) ?? events
    const found = await insertNew(transaction, owned)
    if (found.length === 0) return found
    const late = await findLateWebhooks(transaction, found)
    await noteLateWebhooks(transaction, late)
    const owners = await ownersOf(transaction, found)
    await noteCauses(transaction, found, owners)
    const rows = found.flatMap((event, at) =>
      late.has(event.event_id)
        ? []
        : placesOf(event, owners[at]).map((placement) => ({
            event,
            placement: batchKey ? together(placement, batchKey) : placement,
          })),
    )
    await insertOutbox(transaction, rows)
    await follow(
      transaction,
      found,
      found.filter((_, at) => owners[at]),
    )
    return found
  }

  /** Stores events in one transaction, and reports those that are new after its commit. */
  async function stored(work: (transaction: Kysely<Schema>) => Promise<readonly StoredEvent[]>) {
    const news = await store.db.transaction().execute(work)
    try {
      if (news.length > 0) parts.onStored(news)
    } catch (error) {
      // The events are on disk: whoever sent them must not send them again.
      logger?.error({ err: error }, 'the follow-up of stored events failed')
    }
    return news
  }

  return {
    ingest: (events) =>
      stored(async (transaction) => {
        await lockAgainstSync(transaction, 'webhook')
        return storeAll(transaction, events)
      }),
    ingestFound: ({ events, batchKeyOf, known, done }) =>
      stored(async (transaction) => {
        await lockAgainstSync(transaction, 'sync')
        const told = await known(transaction)
        const untold = events.filter(({ event_id }) => !told.has(event_id))
        const found = untold.length > 0 ? await storeAll(transaction, untold, batchKeyOf(untold)) : []
        await done(transaction)
        return found
      }),
    ingestUninterpreted: (events) =>
      stored(async (transaction) => {
        const plain = events.map((event) => ({ ...event, subject: null, user_id: null, domain: null }))
        const found = await insertNew(transaction, plain)
        const rows = found.flatMap((event) => fallback().map((placement) => ({ event, placement })))
        await insertOutbox(transaction, rows)
        return found
      }),
  }
}

/** Returns a placement that shares a message with others, unless a thread or a batch has it already. */
function together(placement: Placement, batchKey: string): Placement {
  return placement.batchKey || placement.operationId ? placement : { ...placement, batchKey }
}

/**
 * Returns events with distinct ids. If CMR gives no id, the digest of the body is the id ("Webhooks": warm-up). CMR
 * retries for five and a half minutes. The same body more than an hour later is a new event, so the hour is appended
 * to its id.
 */
async function withOwnIds(db: Kysely<Schema>, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
  const known = await eventsNamed(
    db,
    events.filter(({ event_id }) => event_id.startsWith(DIGEST)).flatMap(idsOfLastHour),
  )
  if (known.size === 0) return [...events]
  return events.map((event) => {
    const earlier = idsOfLastHour(event).flatMap((id) => known.get(id) ?? [])
    if (earlier.length === 0) return event
    const since = addMilliseconds(new Date(event.received_at), -millisecondsInHour).toISOString()
    const same = earlier.find(({ received_at }) => received_at >= since)
    return { ...event, event_id: same?.event_id ?? idInHour(event, 0) }
  })
}

/** Returns the ids that the same body could have if it had arrived within the last hour. */
function idsOfLastHour(event: StoredEvent): string[] {
  return [event.event_id, idInHour(event, 0), idInHour(event, -1)]
}

function idInHour({ event_id, received_at }: StoredEvent, away: number): string {
  return `${event_id}:${Math.floor(Date.parse(received_at) / millisecondsInHour) + away}`
}

async function noteCauses(
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
  owners: readonly (OwnOperation | undefined)[],
) {
  const caused = Map.groupBy(
    events.flatMap(({ event_id }, at) => {
      const id = owners[at]?.id
      return id ? [{ id, event_id }] : []
    }),
    ({ id }) => id,
  )
  for (const [id, all] of caused)
    await setCause(
      db,
      id,
      all.map(({ event_id }) => event_id),
    )
}
