import { type Kysely, sql } from 'kysely'
import { unnumbered } from '../cmr/events/event.ts'
import { isKnownFrom, type ReachedStage, stagesIn } from '../cmr/events/index.ts'
import { millisecondsInDay, subMilliseconds } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import { isOneOf, isPostgres } from '../store/sql.ts'
import { type StoredEvent, syncEventsAbout } from './store/events.ts'

/** CMR's dashboard can send a webhook again: long after this it is news, not late. */
const LONGEST_MS = 60 * millisecondsInDay
/** The same for what may happen to a thing twice within weeks, and names no term. */
const SHORT_MS = millisecondsInDay

/** Any number: whoever stores webhooks shares the lock, whoever tells what a sync found has it alone. */
const LOCK = 7_415_093

/**
 * Keeps webhooks and what a sync found apart until the transaction ends: of a webhook and a finding of the same change
 * that come at once, the second sees the first. On SQLite transactions follow one another anyway.
 */
export async function lockAgainstSync(db: Kysely<Schema>, as: 'webhook' | 'sync'): Promise<void> {
  if (!isPostgres(db)) return
  const lock = as === 'sync' ? sql`pg_advisory_xact_lock` : sql`pg_advisory_xact_lock_shared`
  await sql`select ${lock}(${sql.lit(LOCK)})`.execute(db)
}

/** Returns what an event of the store tells of lives; nothing where it cannot be read. */
export function stagesOf({ event, data }: Pick<StoredEvent, 'event' | 'data'>): ReachedStage[] {
  try {
    return stagesIn(event, JSON.parse(data))
  } catch {
    return []
  }
}

/**
 * Finds the webhooks that tell nothing new, because a sync had told the same, or what came after it.
 * @returns the event of the sync by the id of the webhook
 */
export async function findLateWebhooks(
  db: Kysely<Schema>,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, string>> {
  const webhooks = events
    .filter(({ source }) => source === 'webhook')
    .map((webhook) => ({ webhook, stages: stagesOf(webhook) }))
    .filter(({ stages }) => stages.length > 0 && !stages.some(({ repeats }) => repeats))
  const [first] = webhooks
  if (!first) return new Map()
  const since = subMilliseconds(new Date(first.webhook.received_at), LONGEST_MS)
  const found = await syncEventsAbout(
    db,
    webhooks.map(({ webhook }) => webhook),
    since,
  )
  const told = found.map((event) => ({ event, stages: stagesOf(event) }))
  const answered = await answeredStages(db, found)
  return new Map(
    webhooks.flatMap(({ webhook, stages }) => {
      const isOpen = (id: string, stage: ReachedStage) =>
        !answered.some((one) => one.toldBy === id && isKnownFrom(one.stage, stage))
      const known = told.find(({ event, stages: earlier }) =>
        stages.every(
          (stage) =>
            earlier.some((one) => isKnownFrom(one, stage) && isRecent(event, webhook, stage)) &&
            isOpen(event.event_id, stage),
        ),
      )
      if (!known) return []
      const toldBy = known.event.event_id
      answered.push(...stages.filter(isAnsweredOnce).map((stage) => ({ toldBy, stage })))
      return [[webhook.event_id, toldBy] as const]
    }),
  )
}

/** What may happen again without a term is late once: the next webhook of it tells of the next time. */
const isAnsweredOnce = ({ of }: ReachedStage) => unnumbered.has(of)

/** Returns what late webhooks have told of before, with the events of the sync that had told it. */
async function answeredStages(db: Kysely<Schema>, found: readonly StoredEvent[]) {
  const ids = found.filter((event) => stagesOf(event).some(isAnsweredOnce)).map(({ event_id }) => event_id)
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('late_webhooks')
    .innerJoin('events', 'events.event_id', 'late_webhooks.event_id')
    .select(['late_webhooks.told_by', 'events.event', 'events.data'])
    .where(isOneOf(db, 'told_by', ids))
    .execute()
  return rows.flatMap(({ told_by: toldBy, ...event }) =>
    stagesOf(event)
      .filter(isAnsweredOnce)
      .map((stage) => ({ toldBy, stage })),
  )
}

function isRecent(told: StoredEvent, webhook: StoredEvent, { of }: ReachedStage): boolean {
  if (!unnumbered.has(of)) return true
  return Date.parse(webhook.received_at) - Date.parse(told.received_at) <= SHORT_MS
}

/** Notes webhooks that were not told, and what had told the same. */
export async function noteLateWebhooks(db: Kysely<Schema>, late: ReadonlyMap<string, string>): Promise<void> {
  if (late.size === 0) return
  await db
    .insertInto('late_webhooks')
    .values([...late].map(([event_id, told_by]) => ({ event_id, told_by })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Returns which of these webhooks told nothing new when they came. */
export async function lateAmong(
  db: Kysely<Schema>,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (eventIds.length === 0) return new Set()
  const query = db.selectFrom('late_webhooks').select('event_id')
  const rows = await query.where(isOneOf(db, 'event_id', eventIds)).execute()
  return new Set(rows.map(({ event_id }) => event_id))
}

/** Returns the event of a sync that had told the same as a webhook before it came; nothing where none had. */
export async function announcedBefore(db: Kysely<Schema>, eventId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('late_webhooks')
    .select('told_by')
    .where('event_id', '=', eventId)
    .executeTakeFirst()
  return row?.told_by
}
