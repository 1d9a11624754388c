import { flag, number, time as timeText } from '../cmr/answers/values.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'
import { toCents } from '../cmr/money.ts'
import { millisecondsInDay } from '../process/dates.ts'
import { forwardingIn, pictureIn } from './changes.ts'
import type { DirectoryEntry, EntryKey, EntryKind } from './store/rows.ts'
import { spelled } from './store/spelling.ts'

/** What an answer or event tells of one thing; what it does not tell is missing. */
export interface EntryUpdate extends EntryKey {
  readonly userId?: string | undefined
  readonly domain?: string | undefined
  readonly status?: string | undefined
  readonly endsAt?: string | undefined
  readonly autoRenew?: boolean | undefined
  readonly priceCents?: number | undefined
  readonly quantity?: number | undefined
  /** How many an order has added: all of them where nothing was known before. */
  readonly orderedQuantity?: number | undefined
  readonly subscriptionId?: string | undefined
  readonly warmupStatus?: string | undefined
  readonly beganAt?: string | undefined
  /** The fields of CMR's that the mirror keeps besides. */
  readonly data: JsonObject
}

/** What is learnt of one thing: how it is, or that it is gone. */
export type DirectoryUpdate = EntryUpdate | (EntryKey & { readonly gone: true })

/** A subscription is over: so are its mailboxes, which nobody names. */
export interface SubscriptionEnd {
  readonly subscriptionId?: string | undefined
  readonly domain?: string | undefined
  /** Cancelled, they are gone at once; expired, they are switched off. */
  readonly mailboxes: 'gone' | 'EXPIRED'
}

/** @param row names the subscription, its domain or both */
export function endingOf(row: JsonObject, mailboxes: SubscriptionEnd['mailboxes']): SubscriptionEnd[] {
  const subscriptionId = text(row.subscriptionId)
  const domain = (text(row.domain) ?? text(row.domainName))?.toLowerCase()
  return subscriptionId || domain ? [{ subscriptionId, domain, mailboxes }] : []
}

/** The fields that are kept besides the columns: no addresses, no credentials. */
const kept: Readonly<Record<EntryKind, readonly string[]>> = {
  user: ['email', 'company', 'firstName', 'lastName'],
  domain: ['domainId', 'serviceProvider', 'forwarding'],
  mailbox: ['email', 'firstName', 'lastName', 'orderId', 'picture'],
  subscription: ['domainId', 'serviceProvider', 'billingCycle'],
  order: ['kind', 'domains'],
}

function keeping(
  kind: EntryKind,
  id: string,
  from: JsonObject,
  columns: Omit<EntryUpdate, 'kind' | 'id' | 'data'>,
): EntryUpdate {
  const data = Object.fromEntries(
    kept[kind].flatMap((name) =>
      from[name] === undefined || from[name] === null ? [] : [[name, from[name]]],
    ),
  )
  return { kind, id, ...columns, data }
}

function userUpdate(row: JsonObject): EntryUpdate[] {
  const id = text(row.userId) ?? text(row.id)
  return id ? [keeping('user', id, row, { status: text(row.status) })] : []
}

function domainUpdate(row: JsonObject): EntryUpdate[] {
  const name = text(row.domainName) ?? text(row.domain)
  const id = name?.toLowerCase()
  if (!id) return []
  const columns = {
    userId: text(row.userId),
    domain: id,
    status: text(row.status),
    endsAt: time(row.expiryDate),
    autoRenew: flag.parse(row.autoRenew),
    beganAt: time(row.registeredOn),
    priceCents: count(toCents(row.renewalPrice)),
  }
  return [keeping('domain', id, { ...row, forwarding: forwardingIn(row.domainForwarding) }, columns)]
}

function mailboxUpdate(row: JsonObject): EntryUpdate[] {
  const id = text(row.mailboxId)
  if (!id) return []
  const warmup = isObject(row.warmup) ? text(row.warmup.status) : row.warmup === null ? 'NONE' : undefined
  const columns = {
    userId: text(row.userId),
    domain: (text(row.domain) ?? text(row.domainName) ?? text(row.email)?.split('@')[1])?.toLowerCase(),
    status: text(row.status),
    subscriptionId: text(row.subscriptionId),
    warmupStatus: warmup,
  }
  return [keeping('mailbox', id, { ...row, picture: pictureIn(row.profilePicture) }, columns)]
}

function subscriptionUpdate(row: JsonObject): EntryUpdate[] {
  const id = text(row.subscriptionId)
  if (!id) return []
  const columns = {
    userId: text(row.userId),
    domain: (text(row.domain) ?? text(row.domainName))?.toLowerCase(),
    status: text(row.subscriptionStatus) ?? text(row.status),
    endsAt: time(row.periodEnd),
    beganAt: time(row.periodStart),
    autoRenew: flag.parse(row.autoRenew),
    priceCents: count(toCents(row.pricePerMailbox)),
    quantity: count(row.totalMailboxQuantity) ?? count(row.quantity),
    orderedQuantity: count(row.orderedQuantity),
  }
  const provider = text(row.serviceProvider) ?? text(row.workspaceType)
  return [keeping('subscription', id, { ...row, serviceProvider: provider }, columns)]
}

function orderUpdate(row: JsonObject): EntryUpdate[] {
  const id = text(row.orderId)
  if (!id) return []
  const domains = namesIn(row)
  const columns = { userId: text(row.userId), domain: domains[0], status: text(row.status) }
  return [keeping('order', id, { ...row, domains: domains.length ? domains : undefined }, columns)]
}

/** What a row of CMR's tells of one thing, by its kind; nothing where it does not say of which. */
export const updatesOfRow = {
  user: userUpdate,
  domain: domainUpdate,
  mailbox: mailboxUpdate,
  subscription: subscriptionUpdate,
  order: orderUpdate,
} satisfies Record<EntryKind, (row: JsonObject) => EntryUpdate[]>

/** The domains of an order, however CMR spells them. */
function namesIn(row: JsonObject): string[] {
  const inside = isObject(row.request) ? row.request : row
  const listed = Array.isArray(inside.domains) ? inside.domains : []
  const names = listed.map((one) => text(isObject(one) ? (one.domain ?? one.domainName) : one))
  const boxes = isObject(inside.mailboxes) ? Object.keys(inside.mailboxes) : []
  const all = [...names, ...boxes, text(row.domainName), text(row.domain)]
  return [...new Set(all.flatMap((name) => (name ? [name.toLowerCase()] : [])))].slice(0, 100)
}

/**
 * What a row becomes by what was told.
 * @param at when CMR said so; what was said before does not undo what was said after
 */
export function rowAfter(
  known: DirectoryEntry | undefined,
  directoryUpdate: EntryUpdate,
  at: string,
): DirectoryEntry {
  const newer = !known || at >= known.seen_at
  const pick = <Value>(now: Value | undefined, before: Value | null | undefined): Value | null =>
    (newer ? (now ?? before) : (before ?? now)) ?? null
  const before = known ? (JSON.parse(known.data) as JsonObject) : {}
  const renewed = isRenewed(known, directoryUpdate) ? { renewed: true } : {}
  const isCounted = directoryUpdate.quantity !== undefined && directoryUpdate.kind === 'subscription'
  const isSame = directoryUpdate.quantity === known?.quantity && before.quantityAt !== undefined
  const counted = isCounted && !isSame ? { quantityAt: at } : {}
  const data: JsonObject = newer
    ? { ...before, ...directoryUpdate.data, ...renewed, ...counted }
    : { ...directoryUpdate.data, ...before }
  // A subscription says its price with everything else; a domain's is asked for by itself.
  const pricedAt =
    directoryUpdate.kind === 'domain' && directoryUpdate.priceCents !== undefined ? at : undefined
  const row = {
    kind: directoryUpdate.kind,
    id: directoryUpdate.id,
    user_id: pick(directoryUpdate.userId, known?.user_id),
    domain: pick(directoryUpdate.domain, known?.domain),
    status: pick(directoryUpdate.status, known?.status),
    ends_at: pick(directoryUpdate.endsAt, known?.ends_at),
    auto_renew: pick(
      directoryUpdate.autoRenew === undefined ? undefined : Number(directoryUpdate.autoRenew),
      known?.auto_renew,
    ),
    price_cents: pick(directoryUpdate.priceCents, known?.price_cents),
    quantity: pick(directoryUpdate.quantity, known?.quantity ?? directoryUpdate.orderedQuantity),
    subscription_id: pick(directoryUpdate.subscriptionId, known?.subscription_id),
    warmup_status: pick(directoryUpdate.warmupStatus, known?.warmup_status),
    began_at: pick(directoryUpdate.beganAt, known?.began_at),
    priced_at: pick(pricedAt, known?.priced_at),
    data: JSON.stringify(data),
    seen_at: newer ? at : (known?.seen_at ?? at),
  }
  const names = namesOf(row, data)
  const lines = [...new Set(names.map(spelled))].filter(Boolean)
  return { ...row, name: names[0] ?? row.id, spelled: lines.join('\n') }
}

/** A domain is renewed by whole years; dates of one term differ by hours at most. */
const RENEWED_MS = 300 * millisecondsInDay

/** Returns whether a domain is seen to end a year later than before: CMR's lists do not say that it was renewed. */
function isRenewed(known: DirectoryEntry | undefined, { kind, endsAt }: EntryUpdate): boolean {
  if (kind !== 'domain' || !endsAt || !known?.ends_at) return false
  return Date.parse(endsAt) - Date.parse(known.ends_at) >= RENEWED_MS
}

/** What people call it; the first is shown. */
function namesOf(row: Pick<DirectoryEntry, 'kind' | 'id' | 'domain'>, data: JsonObject): string[] {
  const person = [text(data.firstName), text(data.lastName)].filter(Boolean).join(' ')
  const email = text(data.email)
  const domains = Array.isArray(data.domains) ? data.domains.flatMap((name) => text(name) ?? []) : []
  const names: Record<EntryKind, (string | undefined | null)[]> = {
    user: [text(data.company), person, email],
    domain: [row.id, text(data.domainId)],
    mailbox: [email, person],
    subscription: [row.domain],
    order: domains,
  }
  return names[row.kind].filter((name) => !!name) as string[]
}

/** A longer one is no name that anybody looks up, and does not fit into a row of PostgreSQL's indexes. */
const LONGEST = 300

/**
 * Text of CMR's, or a number as text. Control characters have no place in a name, and PostgreSQL takes neither NUL
 * nor halves of surrogate pairs.
 */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  return (
    value
      .toWellFormed()
      .replace(/\p{Cc}/gu, ' ')
      .trim() || undefined
  )
}

/**
 * A moment of CMR's as ISO 8601. Before 1970 or after 9999 is no date of theirs, and would spoil the rows of everybody:
 * years of other than four digits do not sort, and days cannot be added to the last ones.
 */
function time(value: unknown): string | undefined {
  const parsed = new Date(timeText.parse(value) ?? Number.NaN)
  const year = parsed.getUTCFullYear()
  return year >= 1970 && year <= 9999 ? parsed.toISOString() : undefined
}

/** What a column of integers holds in PostgreSQL. */
const MOST = 2 ** 31 - 1

function count(value: unknown): number | undefined {
  const counted = number.parse(value)
  return counted !== undefined && Number.isInteger(counted) && Math.abs(counted) <= MOST ? counted : undefined
}
