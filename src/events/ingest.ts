import { addMilliseconds } from 'date-fns/addMilliseconds'
import { millisecondsInHour } from 'date-fns/constants'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { DIGEST } from '../cmr/webhooks.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { eventsNamed, insertEvents, type StoredEvent, setCause } from './store/events.ts'
import { insertOutbox, type Placement } from './store/outbox.ts'

/** An operation of ours, as far as the telling of its events needs it. */
export interface OwnOperation {
  readonly id: string
  /** Slack user id of whoever asked for it. */
  readonly actor: string
  readonly channel: string
  /** Nothing while its receipt is not posted yet. */
  readonly receiptTs: string | undefined
  /** Good news of it are told together, then; nothing for what must be told at once. */
  readonly gatherUntil?: Date | undefined
}

/**
 * Finds whose operations caused events, and closes what they close, in the transaction that stores them.
 * @returns one entry an event, in their order; nothing where nobody here asked for it
 */
export type Match = (
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
) => Promise<readonly (OwnOperation | undefined)[]>

/** Adds to events the users and domains that they are about, as far as somebody knows them. */
export type NameOwners = (
  db: Kysely<Schema>,
  dialect: Store['dialect'],
  events: readonly StoredEvent[],
) => Promise<readonly StoredEvent[]>

/** Decides who hears of an event; nobody is a valid answer. */
export type Place = (event: StoredEvent, own: OwnOperation | undefined) => readonly Placement[]

/** Does what else follows from events that operations of ours have caused, in the transaction that stores them. */
export type Follow = (db: Kysely<Schema>, events: readonly StoredEvent[]) => Promise<void>

/** Takes events in. @returns those that were not known before */
export type Ingest = (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>

/** The two ways of taking events in. */
export interface Ingests {
  readonly ingest: Ingest
  /**
   * Stores events and alerts the channel of what no route takes, without asking what they mean: for what makes
   * `ingest` throw. Nothing that was read from inside the events goes into a column or an index.
   */
  readonly ingestUninterpreted: Ingest
}

/**
 * The pipeline that every event goes through, whoever found it: stored once, matched to the operation that caused
 * it, placed in the outbox, in one transaction. After it commits, neither the event nor its telling is lost.
 * @param parts.fallback where an event is told that could not be placed
 * @param parts.onStored told after the commit of what is new
 */
export function createIngest(parts: {
  readonly store: Store
  readonly nameOwners?: NameOwners
  readonly match: Match
  readonly place: Place
  readonly fallback?: () => readonly Placement[]
  readonly follow: Follow
  readonly onStored: (news: readonly StoredEvent[]) => void
  readonly logger?: Pick<Logger, 'warn' | 'error'>
}): Ingests {
  const { store, match, place, follow, logger, nameOwners, fallback = () => [] } = parts

  /** A sample that somebody sends to try a route out is nobody's doing, and ends nothing that is under way. */
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

  /** The events that are new, each once, with ids that tell them apart. */
  async function insertNew(transaction: Kysely<Schema>, events: readonly StoredEvent[]) {
    const named = await withOwnIds(transaction, events)
    const distinct = [...new Map(named.map((event) => [event.event_id, event])).values()]
    const fresh = await insertEvents(transaction, store.dialect, distinct)
    return distinct.filter((event) => fresh.has(event.event_id))
  }

  /** What is stored is stored, whatever becomes of those who hear of it. */
  function announce(news: readonly StoredEvent[]) {
    if (news.length === 0) return
    try {
      parts.onStored(news)
    } catch (error) {
      logger?.error({ err: error }, 'what follows upon stored events failed')
    }
  }

  return {
    async ingest(events) {
      const news = await store.db.transaction().execute(async (transaction) => {
        const owned = (await nameOwners?.(transaction, store.dialect, events)) ?? events
        const found = await insertNew(transaction, owned)
        if (found.length === 0) return found
        const owners = await ownersOf(transaction, found)
        await noteCauses(transaction, found, owners)
        const rows = found.flatMap((event, at) =>
          placesOf(event, owners[at]).map((placement) => ({ event, placement })),
        )
        await insertOutbox(transaction, store.dialect, rows)
        await follow(
          transaction,
          found.filter((_, at) => owners[at]),
        )
        return found
      })
      announce(news)
      return news
    },
    async ingestUninterpreted(events) {
      const news = await store.db.transaction().execute(async (transaction) => {
        const plain = events.map((event) => ({ ...event, subject: null, user_id: null, domain: null }))
        const found = await insertNew(transaction, plain)
        const rows = found.flatMap((event) => fallback().map((placement) => ({ event, placement })))
        await insertOutbox(transaction, store.dialect, rows)
        return found
      })
      announce(news)
      return news
    },
  }
}

/**
 * Where CMR gives no id the body is one ("Webhooks": warm-up). CMR tries for five and a half minutes; the same body
 * long after that tells of something that has happened again, and gets the hour behind its id.
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

/** What the same body would be called if it had come within the last hour. */
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
