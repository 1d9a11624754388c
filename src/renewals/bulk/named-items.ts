import type { Kysely } from 'kysely'
import { userIdOf } from '../../cmr/answers/users.ts'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { isId, thingsCalled, userNamed } from '../../directory/names/called.ts'
import { ownerOf } from '../../directory/names/lookups.ts'
import { ownersOfAll } from '../../directory/names/named.ts'
import type { DomainHolding, Holdings, SubscriptionHolding } from '../../directory/store/holdings.ts'
import { addDays } from '../../process/dates.ts'
import { DUE_DAYS, isTimeToRenew, onceEach, type RenewalItem } from '../../resources/renewal-items.ts'
import { date, escapeText } from '../../slack/blocks.ts'
import type { Schema } from '../../store/schema.ts'
import { heldNow } from '../forecast/read.ts'

/** Something that can be renewed now, as it was last seen. */
interface DueItem extends RenewalItem {
  readonly domain: string
  readonly userId: string | undefined
  /** ISO 8601. */
  readonly endsAt: string
  readonly status: string | undefined
  /** True if it ends, or stays unpaid, unless somebody renews it. */
  readonly isLeft: boolean
}

const over = /^(EXPIRED|TRANSFERRED|INACTIVE|CANCELLED|RENEWING|PENDING)$/

/**
 * Returns what can be renewed and is due by then, what nobody renews otherwise first, then by date; nothing whose
 * renewal is under way.
 */
export async function dueItems(
  db: Kysely<Schema>,
  now: Date,
  { days, ...which }: Holdings & { readonly days: number },
): Promise<DueItem[]> {
  const { domains, subscriptions } = await heldNow(db, now, which)
  const until = (kind: DueItem['kind']) => addDays(now, Math.min(days, DUE_DAYS[kind])).toISOString()
  const items = [
    ...domains.flatMap((row) => dueDomain(row, until('domain'))),
    ...subscriptions.flatMap((row) => dueSubscription(row, until('subscription'))),
  ]
  return items.sort(
    (a, b) =>
      Number(b.isLeft) - Number(a.isLeft) ||
      a.endsAt.localeCompare(b.endsAt) ||
      a.domain.localeCompare(b.domain) ||
      a.kind.localeCompare(b.kind),
  )
}

function dueDomain({ name, userId, status, expiresAt, autoRenew }: DomainHolding, until: string): DueItem[] {
  if (!expiresAt || expiresAt > until || over.test(status ?? '')) return []
  const isLeft = autoRenew !== true || status === 'GRACE_PERIOD'
  return [{ kind: 'domain', id: name, domain: name, userId, endsAt: expiresAt, status, isLeft }]
}

function dueSubscription(row: SubscriptionHolding, until: string): DueItem[] {
  const { id, domain, userId, status, periodEnd, autoRenew } = row
  if (!periodEnd || periodEnd > until || over.test(status ?? '')) return []
  const isLeft = autoRenew === false || status === 'PAST_DUE'
  return [{ kind: 'subscription', id, domain: domain ?? id, userId, endsAt: periodEnd, status, isLeft }]
}

/** Something that somebody wants renewed, as far as it is known. */
export interface WantedItem extends RenewalItem {
  readonly domain: string | undefined
  readonly userId: string | undefined
}

/** What is to be renewed, and what of it cannot be, a sentence each; mrkdwn. */
export interface WantedRenewals {
  readonly items: readonly WantedItem[]
  readonly notes: readonly string[]
}

/** What people say. */
export interface RenewalRequest {
  readonly items?: readonly string[] | undefined
  readonly within?: string | undefined
  readonly userId?: string | undefined
  /** What was confirmed: exactly that, whatever has fallen due since. */
  readonly plan?: readonly WantedItem[] | undefined
}

/** Says that everything that is due is meant. */
const everything = /^(all|due|everything)$/i

/**
 * Finds what people mean: things by `domain:…` or `subscription:…` or CMR's id, a bare domain for whatever of it nobody
 * renews otherwise, or all that is due.
 * @throws InputError, AmbiguousError, CmrError
 */
export async function wantedItems(context: CommandContext, request: RenewalRequest): Promise<WantedRenewals> {
  const { store, clock } = context
  if (request.plan) return { items: request.plan, notes: [] }
  const { items: given = [], within = `${RENEWABLE_DAYS}d` } = request
  const names = given.filter((name) => !everything.test(name))
  const userId = request.userId ? userIdOf(await userNamed(context, request.userId)) : undefined
  const days = Number.parseInt(within, 10)
  if (names.length === 0) {
    const customers = await customersOfCaller(context, { effect: 'charge' })
    const due = (await dueItems(store.db, clock(), { days, userId, customers })).filter(
      ({ isLeft }) => isLeft,
    )
    if (due.length > 0) return { items: due, notes: [] }
    throw new InputError(
      'within',
      `Nothing due within ${days} days needs you, because all of it renews by itself. Name what you want to renew earlier.`,
    )
  }
  const found: WantedItem[] = []
  const notes: string[] = []
  for (const name of names) {
    if (isId(name) || /^(domain|subscription):./i.test(name))
      found.push(...(await thingNamed(context, ...kindAndName(name))))
    else {
      const { items, note } = await onDomain(context, name)
      found.push(...items)
      if (note) notes.push(note)
    }
  }
  const foreign = found.find((one) => userId && one.userId && one.userId !== userId)
  if (foreign)
    throw new InputError(
      'items',
      `${foreign.domain ?? foreign.id} belongs to another customer than the one you named.`,
    )
  const distinct = onceEach(found)
  const paid = await alreadyPaid(context, distinct)
  return {
    items: distinct.filter(({ id }) => !paid.has(id)),
    notes: [...notes, ...paid.values()],
  }
}

/**
 * Finds whose things somebody names, and of the confirmed ones whose these are; undefined where all that is due is
 * meant, which narrows itself, none where nobody knows whose something is.
 */
export async function customersOfItems(
  context: CommandContext,
  { items = [], plan }: RenewalRequest,
): Promise<readonly string[] | undefined> {
  const names = items.filter((name) => !everything.test(name))
  if (!plan && names.length === 0) return undefined
  const wanted =
    plan ?? (await Promise.all(names.map((name) => thingNamed(context, ...kindAndName(name))))).flat()
  const owners = await Promise.all(
    wanted.map(({ kind, id, domain }) => ownerOf(context, { kind, id, name: domain ?? id, domain })),
  )
  return ownersOfAll(owners)
}

/** A subscription by `subscription:…` or CMR's id, else a domain. */
export function kindAndName(said: string): readonly [RenewalItem['kind'], string] {
  const [, kind, id = ''] = /^(domain|subscription):(.+)$/i.exec(said) ?? []
  if (kind) return [kind.toLowerCase() as RenewalItem['kind'], id]
  return [isId(said) ? 'subscription' : 'domain', said]
}

/**
 * Finds mailboxes whose month has just been paid: a button may be older than that. Who means them names them alone, or
 * with their domain.
 * @returns why they are left out, by the id of their subscription; mrkdwn
 */
async function alreadyPaid(
  { store, clock }: CommandContext,
  items: readonly WantedItem[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(items.flatMap(({ kind, id }) => (kind === 'subscription' ? id : [])))
  if (ids.size === 0 || items.length === 1) return new Map()
  const domains = new Set(items.flatMap(({ kind, id }) => (kind === 'domain' ? id.toLowerCase() : [])))
  const { subscriptions } = await heldNow(store.db, clock())
  return new Map(
    subscriptions.flatMap(({ id, domain, status, periodEnd }) => {
      if (!ids.has(id) || domains.has(domain ?? '') || !periodEnd || status !== 'ACTIVE') return []
      if (isTimeToRenew({ kind: 'subscription', at: new Date(periodEnd) }, clock())) return []
      const name = escapeText(domain ?? id)
      return [
        [
          id,
          `*${name}*: its mailboxes are paid until ${date(periodEnd)}, so they are left out. \`${id}\` alone renews them anyway.`,
        ],
      ]
    }),
  )
}

async function thingNamed(
  context: CommandContext,
  kind: RenewalItem['kind'],
  name: string,
): Promise<WantedItem[]> {
  const things = await thingsCalled(context, kind, [name], 'items')
  return things.map(({ id, domain, userId }) => ({ kind, id, domain: domain ?? undefined, userId }))
}

/** What of a domain nobody renews otherwise: its registration, its mailboxes, or both. */
async function onDomain(
  context: CommandContext,
  name: string,
): Promise<{ items: readonly WantedItem[]; note?: string }> {
  const [domain] = await thingNamed(context, 'domain', name)
  if (!domain) return { items: [] }
  const { store, clock } = context
  const known = await dueItems(store.db, clock(), { domain: domain.id, days: RENEWABLE_DAYS })
  const left = known.filter(({ isLeft }) => isLeft)
  if (left.length > 0) return { items: left }
  // What the directory does not know CMR is asked about: its price says whether it may be renewed.
  const isKnown = (await dueItems(store.db, clock(), { domain: domain.id, days: 100_000 })).length > 0
  if (!isKnown) return { items: [domain] }
  return { items: [], note: `*${escapeText(domain.id)}*: ${nothingDue(known)}` }
}

function nothingDue(known: readonly DueItem[]): string {
  const [next] = known
  const what = next
    ? `it renews by itself on ${date(next.endsAt)}`
    : `nothing of it is due within ${RENEWABLE_DAYS} days`
  return `${what}, so it is left out. \`domain:NAME\` or the subscription’s id renews it anyway.`
}
