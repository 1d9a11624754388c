import type { Kysely } from 'kysely'
import { unnumbered } from '../../cmr/events/event.ts'
import {
  declarationOf,
  effectOf,
  isKnownFrom,
  type ReachedStage,
  SAME_TERM_MS,
} from '../../cmr/events/index.ts'
import { type DirectoryChange, forwardingOf, hasSameDetails } from '../../directory/changes.ts'
import { emailOf } from '../../directory/find/labels.ts'
import type { DirectoryEntry } from '../../directory/store/rows.ts'
import { lateAmong, stagesOf } from '../../events/late-webhooks.ts'
import { eventsAbout, type StoredEvent } from '../../events/store/events.ts'
import { storedEvent } from '../../events/stored-event.ts'
import { donePartsSince, recreatedSince } from '../../operations/store/expected-results.ts'
import { hoursToMilliseconds, millisecondsInDay, subMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'

/**
 * Returns the event that a change becomes, with the fields that CMR's webhook would have, as far as a list of CMR's
 * shows them.
 * @param current the row as it is now; undefined where CMR has the thing no longer
 * @param owner the customer's row, where it is known
 * @param at ISO 8601; what is told together has one time
 */
export function foundEvent(
  { event, eventId, entry, priceBefore, fields }: DirectoryChange,
  current: DirectoryEntry | undefined,
  owner: DirectoryEntry | undefined,
  at: string,
): StoredEvent {
  const row = current ?? entry
  const data = defined({
    userId: row.user_id,
    userEmail: owner && emailOf(owner),
    ...dataOf[row.kind]?.(row, JSON.parse(row.data), event),
    updatedFields: fields,
    before: priceBefore === undefined ? undefined : { pricePerMailbox: (priceBefore / 100).toFixed(2) },
  })
  const severity = declarationOf(event)?.severity ?? 'info'
  return storedEvent({ event, eventId, severity, data }, at, 'sync')
}

type Data = Readonly<Record<string, unknown>>
type DataOf = (row: DirectoryEntry, kept: Data, event: string) => Data

const dataOf: Partial<Record<DirectoryEntry['kind'], DataOf>> = {
  domain: (row, { domainId, forwarding }, event) => ({
    domainId,
    ...(event === 'dns-record.updated' && { action: 'FORWARDING', forwardTo: forwarding }),
    domainName: row.id,
    creationTime: row.began_at,
    expiryDate: row.ends_at,
  }),
  subscription: (row, { domainId, serviceProvider }, event) => ({
    subscriptionId: row.id,
    domainId,
    workspaceType: serviceProvider,
    quantity: row.quantity,
    ...(event === 'mailbox.order.success'
      ? { domainName: row.domain, creationTime: row.began_at, expiryDate: row.ends_at }
      : {
          domain: row.domain,
          periodStart: row.began_at,
          periodEnd: row.ends_at,
          autoRenew: row.auto_renew === null ? undefined : row.auto_renew === 1,
          subscriptionStatus: row.status,
        }),
    ...(event === 'subscription.updated' &&
      row.price_cents !== null && { pricePerMailbox: (row.price_cents / 100).toFixed(2) }),
  }),
  mailbox: (row, { orderId, email, firstName, lastName }, event) => ({
    mailboxId: row.id,
    email,
    orderId,
    domain: row.domain,
    subscriptionId: row.subscription_id,
    ...(event === 'mailbox.updated' && { firstName, lastName, status: row.status }),
  }),
}

function defined(data: Data): Data {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined && value !== null))
}

/**
 * Tells whether a change still is as it was seen. What CMR showed only for a moment, or what something newer has
 * overtaken, is no news.
 */
export function stillHolds(
  { event, entry, fields = [] }: DirectoryChange,
  current: DirectoryEntry | undefined,
): boolean {
  if (!current) return isEnd.test(event)
  if (event.startsWith('mailbox.warmup.')) return current.warmup_status === entry.warmup_status
  if (event === 'subscription.updated') return current.price_cents === entry.price_cents
  if (event === 'mailbox.updated') return hasSameDetails(entry, current, fields)
  if (event === 'dns-record.updated') return forwardingOf(current) === forwardingOf(entry)
  if (event === 'mailbox.created') return current.status === 'ACTIVE'
  const later = current.ends_at && entry.ends_at ? Date.parse(current.ends_at) - Date.parse(entry.ends_at) : 0
  if (event.endsWith('.success')) return later >= -SAME_TERM_MS
  return current.status === entry.status && Math.abs(later) <= SAME_TERM_MS
}

/** CMR may no longer list what is over. */
const isEnd = /[.](expired|cancelled)$/

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
