import { createHash } from 'node:crypto'
import { millisecondsInDay } from '../process/dates.ts'
import { changedDetails, hasOtherForwarding, isShutOut } from './details.ts'
import type { DirectoryEntry } from './store/rows.ts'

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
