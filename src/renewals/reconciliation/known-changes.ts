import type { Kysely } from 'kysely'
import { unnumbered } from '../../cmr/events/event.ts'
import { effectOf } from '../../cmr/events/index.ts'
import { isKnownFrom, type ReachedStage } from '../../cmr/events/stages.ts'
import type { DirectoryChange } from '../../directory/changes.ts'
import { lateAmong, stagesOf } from '../../events/late-webhooks.ts'
import { eventsAbout, type StoredEvent } from '../../events/store/events.ts'
import { donePartsSince, recreatedSince } from '../../operations/store/expected-results.ts'
import { hoursToMilliseconds, millisecondsInDay, subMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'

/** A change, and the event that it would become. */
export interface FoundChange {
  readonly change: DirectoryChange
  readonly event: StoredEvent
}

/** A list of CMR's may lag so far behind its webhooks. The term that both name tells whether they mean the same. */
const TERM_MARGIN_MS = 7 * millisecondsInDay
/** The same where nothing but the time tells it. */
const MARGIN_MS = hoursToMilliseconds(1)
/** A recreated subscription and its mailboxes may be seen that long after it was asked for. */
const RECREATION_MS = 2 * millisecondsInDay

/**
 * Finds the changes of which somebody has been told: by a webhook, by an earlier sync, or by the receipt of an
 * operation that was found by asking CMR.
 * @param db the transaction that would tell of the others
 * @returns the ids of their events
 */
export async function knownChanges(
  db: Kysely<Schema>,
  found: readonly FoundChange[],
): Promise<ReadonlySet<string>> {
  const since = new Date(Math.min(...found.map(({ change }) => Date.parse(change.since))))
  const told = await announcedBy(db, found, since)
  const done = await ownOutcomes(db, found, since)
  const recreated = await recreatedSince(db, subMilliseconds(since, RECREATION_MS))
  const isKnown = (one: FoundChange) =>
    told(one) || done(one) || (isOpening.test(one.change.event) && recreated.has(one.event.domain ?? ''))
  return new Set(found.filter(isKnown).map(({ change }) => change.eventId))
}

/** What a recreation looks like, which no webhook tells of. */
const isOpening = /^mailbox[.](order[.]success|created)$/

const isNew = /^(domain|mailbox)[.](order[.]success|created)$/

async function announcedBy(db: Kysely<Schema>, found: readonly FoundChange[], since: Date) {
  const events = await eventsAbout(
    db,
    found.map(({ event }) => event),
    { since: subMilliseconds(since, TERM_MARGIN_MS), listsSince: subMilliseconds(since, MARGIN_MS) },
  )
  const all = events.flatMap((event) => stagesOf(event).map((stage) => ({ event, stage })))
  const told = Map.groupBy(all, ({ stage }) => `${stage.of} ${stage.id}`)
  const again = all.filter(({ stage }) => unnumbered.has(stage.of)).map(({ event }) => event.event_id)
  const late = await lateAmong(db, [...new Set(again)])
  return ({ change, event }: FoundChange): boolean => {
    const stages = stagesOf(event)
    const isTold = (stage: ReachedStage) =>
      told.get(`${stage.of} ${stage.id}`)?.some((one) => {
        if (!isKnownFrom(one.stage, stage)) return false
        const { received_at, source, event_id } = one.event
        if (unnumbered.has(stage.of)) {
          // It told of an earlier change, after which CMR has shown how it was before this one.
          if (source === 'sync') return received_at >= change.since
          if (late.has(event_id)) return false
        }
        const namesTerm = one.stage.term !== undefined && stage.term !== undefined && !one.stage.repeats
        const isUnique = namesTerm || stage.of === 'mailbox'
        const earliest = subMilliseconds(new Date(change.since), isUnique ? TERM_MARGIN_MS : MARGIN_MS)
        return received_at >= earliest.toISOString()
      })
    return stages.length > 0 && stages.every(isTold)
  }
}

async function ownOutcomes(db: Kysely<Schema>, found: readonly FoundChange[], since: Date) {
  const partsOf = ({ change, event }: FoundChange) => [
    ...effectOf(event.event, JSON.parse(event.data)).parts,
    // A pre-warmed order waits for its domains, which bring their subscription and mailboxes.
    ...(isNew.test(change.event) && event.domain ? [{ kind: 'pre-warmed', name: event.domain }] : []),
  ]
  const rows = await donePartsSince(db, found.flatMap(partsOf), subMilliseconds(since, MARGIN_MS))
  // What an event had completed was told as that event.
  const asked = rows.filter(({ event_id }) => event_id === null)
  return (one: FoundChange): boolean => {
    const earliest = subMilliseconds(new Date(one.change.since), MARGIN_MS).toISOString()
    const parts = partsOf(one)
    return asked.some(
      ({ kind, name, ended_at }) =>
        (ended_at ?? '') >= earliest && parts.some((part) => part.kind === kind && part.name === name),
    )
  }
}
