import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { isObject, type JsonObject } from '../cmr/json.ts'
import { millisecondsInDay, subMilliseconds } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import { isOneOf } from '../store/sql.ts'
import { type LastPass, lastPasses } from './store/passes.ts'
import type { DirectoryEntry, EntryKind } from './store/rows.ts'

/** A change at CMR that one of its webhook events tells of, as reading CMR shows it. */
export interface DirectoryChange {
  /** CMR's name of the event. */
  readonly event: string
  /** Of the event that it becomes where no webhook tells of it: the same, whoever sees the change. */
  readonly eventId: string
  readonly entry: DirectoryEntry
  /** When CMR last showed how it was before; ISO 8601. */
  readonly since: string
  /** Cents a mailbox before the change, where that is what has changed. */
  readonly priceBefore?: number | undefined
  /** CMR's names of what has changed, where the event lists them. */
  readonly fields?: readonly string[] | undefined
}

/** CMR writes one date in several ways; no term is prolonged by less. */
const LEAST_TERM_MS = 2 * millisecondsInDay

/**
 * Returns what a row that was known shows to have happened, in the order of its happening. What was not known before
 * is learnt, and no change.
 */
export function changesBetween(before: DirectoryEntry, after: DirectoryEntry): DirectoryChange[] {
  const events = eventsBetween[before.kind]?.(before, after) ?? []
  return events.map((event) => ({
    ...changeOf(event, after, before.seen_at),
    ...(event === 'subscription.updated' && { priceBefore: before.price_cents ?? undefined }),
    ...(event === 'mailbox.updated' && { fields: changedDetails(before, after) }),
  }))
}

/** Returns what it means that something is there that was not; nothing where no webhook event tells of it. */
export function changeOfNew(entry: DirectoryEntry, since: string): DirectoryChange[] {
  const event = entry.status === 'ACTIVE' ? eventOfNew[entry.kind] : undefined
  return event ? [changeOf(event, entry, since)] : []
}

/** Returns what it means that CMR has no longer a subscription that was not over. */
export function changeOfGone(entry: DirectoryEntry): DirectoryChange {
  return changeOf('subscription.cancelled', { ...entry, status: 'CANCELLED' }, entry.seen_at)
}

type Between = (before: DirectoryEntry, after: DirectoryEntry) => string[]

const eventOfNew: Partial<Record<DirectoryEntry['kind'], string>> = {
  domain: 'domain.order.success',
  subscription: 'mailbox.order.success',
  mailbox: 'mailbox.created',
}

const eventsBetween: Partial<Record<DirectoryEntry['kind'], Between>> = {
  subscription: (before, after) => [
    ...(isProlonged(before, after) ? ['subscription.renewal.success'] : []),
    ...(hasOtherPrice(before, after) ? ['subscription.updated'] : []),
    ...becomes(before, after, {
      RENEWING: 'subscription.renewing',
      PAST_DUE: 'subscription.past_due',
      EXPIRED: 'subscription.expired',
      CANCELLED: 'subscription.cancelled',
    }),
  ],
  domain: (before, after) => [
    ...(isProlonged(before, after) ? ['domain.renewal.success'] : []),
    ...(before.status === 'PENDING' ? becomes(before, after, { ACTIVE: 'domain.order.success' }) : []),
    ...becomes(before, after, { GRACE_PERIOD: 'domain.grace_period', EXPIRED: 'domain.expired' }),
    ...(hasOtherForwarding(before, after) ? ['dns-record.updated'] : []),
  ],
  mailbox: (before, after) => [
    // A mailbox that was switched off comes back with its subscription.
    ...(before.status === 'EXPIRED' || isShutOut(before)
      ? []
      : becomes(before, after, { ACTIVE: 'mailbox.created' })),
    ...(changedDetails(before, after).length > 0 ? ['mailbox.updated'] : []),
    ...warmupBetween(before, after),
  ],
}

function becomes(
  { status: from }: DirectoryEntry,
  { status: to }: DirectoryEntry,
  events: Readonly<Record<string, string>>,
): string[] {
  const event = to !== null && Object.hasOwn(events, to) ? events[to] : undefined
  return from !== null && from !== to && event ? [event] : []
}

function isProlonged({ ends_at: from }: DirectoryEntry, { ends_at: to }: DirectoryEntry): boolean {
  return from !== null && to !== null && Date.parse(to) - Date.parse(from) > LEAST_TERM_MS
}

function hasOtherPrice({ price_cents: from }: DirectoryEntry, { price_cents: to }: DirectoryEntry): boolean {
  return from !== null && to !== null && from !== to
}

const isWarming = (status: string) => status === 'ACTIVE' || status === 'PAUSED'
const isCold = (status: string) => status === 'NONE' || status === 'STOPPED'

function warmupBetween({ warmup_status: from }: DirectoryEntry, { warmup_status: to }: DirectoryEntry) {
  if (from === null || to === null) return []
  if (!isWarming(from) && to === 'ACTIVE') return ['mailbox.warmup.started']
  return !isCold(from) && to === 'NONE' ? ['mailbox.warmup.removed'] : []
}

/** Events that a thing may have again without a new term. */
const comesAgain = /^(mailbox[.](warmup[.]|updated$)|subscription[.]updated$|dns-record[.])/

function changeOf(event: string, entry: DirectoryEntry, since: string): DirectoryChange {
  const { kind, id, ends_at } = entry
  const day = comesAgain.test(event) ? since : kind === 'mailbox' ? '' : (ends_at?.slice(0, 10) ?? since)
  const digest = createHash('sha256').update([event, kind, id, day].join(' ')).digest('base64url')
  // Short, because the metadata of one message holds the ids of all that it tells.
  return { event, eventId: `sync:${digest.slice(0, 12)}`, entry, since }
}

/** A row as it was known, and as reading CMR shows it. */
export interface SeenEntry {
  readonly before: DirectoryEntry | undefined
  readonly after: DirectoryEntry
}

/** Clocks, zones and days without a time: what began so much before a pass may have been missed by it. */
const MARGIN_MS = millisecondsInDay

/**
 * Returns what reading CMR shows to have happened.
 * @param db the transaction that stores the rows, before they are stored
 */
export async function changesSeen(
  db: Kysely<Schema>,
  seen: readonly SeenEntry[],
): Promise<DirectoryChange[]> {
  const known = seen.flatMap(({ before, after }) => (before ? changesBetween(before, after) : []))
  const unknown = seen.filter(({ before }) => !before).map(({ after }) => after)
  if (unknown.length === 0) return known
  const passes = await lastPasses(db)
  const news = unknown.flatMap((entry) => {
    const pass = passes.get(entry.kind)
    return pass && isNews(entry, pass) ? changeOfNew(entry, pass.startedAt) : []
  })
  return [...known, ...(await withoutReplacements(db, news))]
}

/**
 * Tells whether something is new at CMR and not only here: a pass misses what moves from page to page meanwhile. A
 * date tells, else two passes that have not seen it.
 */
function isNews({ began_at }: DirectoryEntry, { startedAt, passes }: LastPass): boolean {
  if (!began_at) return passes > 1
  return began_at >= subMilliseconds(new Date(startedAt), MARGIN_MS).toISOString()
}

/**
 * A recreation gives a subscription and its mailboxes new ids ("Subscription Recreation"): the same period on the same
 * domain, and the same addresses, are nothing that was opened or created.
 */
async function withoutReplacements(
  db: Kysely<Schema>,
  news: readonly DirectoryChange[],
): Promise<DirectoryChange[]> {
  const named = async (kind: EntryKind, column: 'domain' | 'name') => {
    const values = news.flatMap(({ entry }) => (entry.kind === kind ? (entry[column] ?? []) : []))
    if (values.length === 0) return []
    const query = db.selectFrom('directory_entries').select(['id', 'name', 'domain', 'ends_at'])
    return query
      .where('kind', '=', kind)
      .where(isOneOf(db, column, values))
      .execute()
  }
  const subscriptions = await named('subscription', 'domain')
  const mailboxes = await named('mailbox', 'name')
  return news.filter(({ entry: { kind, id, name, domain, ends_at } }) => {
    if (kind === 'mailbox') return !mailboxes.some((one) => one.id !== id && one.name === name)
    if (kind !== 'subscription') return true
    return !subscriptions.some((one) => one.id !== id && one.domain === domain && one.ends_at === ends_at)
  })
}

type Kept = Pick<DirectoryEntry, 'data'>

/** Stands for a picture or a forwarding that CMR says is not there. */
export const NONE = 'none'

/**
 * Returns a word that tells one picture from another; nothing where CMR does not list it. The query of its address is
 * left out, because a signature in it differs with each answer.
 */
export function pictureIn(address: unknown): string | undefined {
  if (address === null || address === '') return NONE
  if (typeof address !== 'string') return undefined
  const [path = ''] = address.split(/[?#]/)
  return createHash('sha256').update(path).digest('base64url').slice(0, 12)
}

/** Returns where the visitors of a domain are sent; nothing where CMR does not list it in a form that can be compared. */
export function forwardingIn(forwarding: unknown): string | undefined {
  if (forwarding === null || forwarding === '') return NONE
  const target = isObject(forwarding) ? forwarding.forwardTo : forwarding
  return typeof target === 'string' && target ? target.slice(0, 300) : undefined
}

/** Tells whether a mailbox was taken out of use, which is no part of the life that CMR documents. */
const isShutOut = ({ status }: Pick<DirectoryEntry, 'status'>): boolean =>
  /SUSPEND|DISABLE|LOCK/.test(status ?? '')

/** Returns what differs in a mailbox of what was known of it, by the names that `mailbox.updated` has for it. */
function changedDetails(before: DirectoryEntry, after: DirectoryEntry): string[] {
  const [known, now] = [detailsOf(before), detailsOf(after)]
  const names = Object.keys(known).filter((name) => known[name] && now[name] && known[name] !== now[name])
  const isOtherStatus = isShutOut(before)
    ? after.status === 'ACTIVE'
    : before.status !== null && isShutOut(after)
  return isOtherStatus ? [...names, 'status'] : names
}

/** Tells whether a mailbox still is as it was seen, in these of its details. */
export function hasSameDetails(
  seen: DirectoryEntry,
  current: DirectoryEntry,
  names: readonly string[],
): boolean {
  const [one, other] = [detailsOf(seen), detailsOf(current)]
  return names.every((name) =>
    name === 'status' ? seen.status === current.status : one[name] === other[name],
  )
}

function detailsOf({ data }: Kept): Readonly<Record<string, string | undefined>> {
  const { email, firstName, lastName, picture } = JSON.parse(data) as JsonObject
  const text = (value: unknown) => (value === undefined ? undefined : String(value))
  return {
    userName: text(email)?.toLowerCase(),
    firstName: text(firstName),
    lastName: text(lastName),
    profilePicture: text(picture),
  }
}

/** An order sets up what it was asked for in its first days: nobody has changed that. */
const SET_UP_MS = 2 * millisecondsInDay

/** Tells whether the visitors of a domain are sent elsewhere than was known. */
function hasOtherForwarding(before: DirectoryEntry, after: DirectoryEntry): boolean {
  const [from, to] = [forwardingOf(before), forwardingOf(after)]
  if (!from || !to || from === to || before.status === 'PENDING') return false
  return !after.began_at || Date.parse(after.seen_at) - Date.parse(after.began_at) > SET_UP_MS
}

/** Returns where the visitors of a domain are sent, as it is kept; nothing where that is not known. */
export const forwardingOf = ({ data }: Kept): string | undefined =>
  (JSON.parse(data) as { forwarding?: string }).forwarding
