import { warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import { type ListPrices, money, toCents } from '../cmr/money.ts'
import type { CommandContext } from '../commands/context.ts'
import { namesUpTo } from '../directory/find/labels.ts'
import { subscriptionCalled } from '../directory/names/lookups.ts'
import {
  type DomainHolding,
  domainHoldings,
  emptySeatsOf,
  pricesOfEndings,
  subscriptionHoldings,
} from '../directory/store/holdings.ts'
import { counted, escapeText } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'
import { type Price, sumOf, warmupNotes } from './prices.ts'
import {
  ageAt,
  ageOf,
  type BilledSubscription,
  type DomainAge,
  emptySeatsNote,
  priceStepAt,
  type RenewalAmount,
  renewedMailboxes,
  subscriptionAmount,
  timeOf,
} from './renewal-amount.ts'

/** Domains that a note names. */
const NAMED = 5

/**
 * Returns what the renewal of subscriptions costs: each one's own price a mailbox, times its mailboxes, and its
 * ACTIVE warm-ups ("Money"). Throws CmrError.
 */
export async function subscriptionRenewalPrice(
  context: CommandContext,
  subscriptionIds: readonly string[],
): Promise<Price> {
  const found = await Promise.all(subscriptionIds.map((id) => subscriptionCalled(context, id)))
  const { prices, clock } = context
  const owners = [...new Set(found.flatMap((one) => one?.userId ?? []))]
  const [mailboxes, ages] = await Promise.all([mailboxesOf(context, owners), agesOf(context, owners)])
  const priced = found.map((one, at) => {
    const own = mailboxes.get(one?.subscriptionId) ?? []
    const activeWarmups = own.filter((box) => warmupStatusOf(box) === 'ACTIVE').length
    const emptySeats = emptySeatsOf(one?.totalMailboxQuantity, own.length)
    const age = ages.get(one?.domain?.toLowerCase() ?? '')
    const renewal = renewalOf(one, { activeWarmups, emptySeats, age }, prices, clock().getTime())
    return { name: one?.domain ?? one?.subscriptionId ?? String(subscriptionIds[at]), ...renewal }
  })
  const stepping = priced.filter((one) => one.atMostCents !== one.cents).map(({ name }) => name)
  return {
    ...sumOfRenewals(priced),
    lines: priced.map((one) => `${escapeText(one.name)}: ${billingLine(one.billed, one, prices)}`),
    notes: [
      ...(stepping.length > 0 ? [stepNote(stepping, prices.mailboxAfterYear)] : []),
      ...(priced.some(({ billed }) => billed.emptySeats) ? [emptySeatsNote] : []),
      'CMR’s documentation is unclear on whether PAUSED warm-ups are billed.',
      ...(priced.some(({ billed }) => billed.activeWarmups > 0) ? warmupNotes(prices) : []),
    ],
  }
}

/** Returns what several renewals cost together; without a sum where one of them has no price. */
export function sumOfRenewals(
  renewals: readonly RenewalAmount[],
): Pick<Price, 'cents' | 'atMost' | 'isEstimate'> {
  const cents = sumOf(renewals.map((one) => one.cents))
  const atMost = sumOf(renewals.map((one) => one.atMostCents))
  return {
    cents,
    ...(cents !== undefined && atMost !== undefined && atMost > cents && { atMost }),
    isEstimate: renewals.some(({ isEstimate }) => isEstimate),
  }
}

/** "2 × $3.00, and 1 active warm-up × $2.00"; mrkdwn. */
function billingLine(
  { priceCents, activeWarmups, ...seats }: BilledSubscription,
  { cents }: RenewalAmount,
  prices: ListPrices,
): string {
  if (cents === undefined || priceCents === undefined) return 'no price from CMR'
  const warmups = activeWarmups
    ? `, and ${counted(activeWarmups, 'active warm-up')} × ${money(prices.warmup)}`
    : ''
  // The price that it steps to, where that is certain.
  const mailboxes = renewedMailboxes(seats)
  const each = mailboxes ? (cents - activeWarmups * prices.warmup) / mailboxes : priceCents
  return `${mailboxes} × ${money(each)}${warmups}`
}

function stepNote(stepping: readonly string[], afterYear: number): string {
  const names = namesUpTo(stepping.map(escapeText), NAMED)
  return `:grey_question: *${names} may step to ${money(afterYear)} a mailbox*: CMR raises the price once a domain has completed its first year and was renewed, and its API does not show whether that has happened.`
}

/** The age of these customers' domains, by name: CMR's dates, and what the bot has seen of renewals. */
async function agesOf(
  { cmr, store }: CommandContext,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, DomainAge>> {
  const lists = await Promise.all(userIds.map((userId) => cmr.domains.list({ query: { userId } })))
  const rows = lists.flatMap(({ data }) => data.rows)
  const held = await Promise.all(userIds.map((userId) => domainHoldings(store.db, { userId })))
  const renewed = new Set(held.flat().flatMap(({ name, wasRenewed }) => (wasRenewed ? name : [])))
  return new Map(
    rows.map(({ domainName = '', ...dates }) => {
      const name = domainName.toLowerCase()
      return [name, ageOf({ ...dates, wasRenewed: renewed.has(name) })]
    }),
  )
}

/** The mailboxes of these customers, by subscription. */
async function mailboxesOf({ cmr }: CommandContext, userIds: readonly string[]) {
  const lists = await Promise.all(userIds.map((userId) => cmr.mailboxes.list({ query: { userId } })))
  return Map.groupBy(
    lists.flatMap(({ data }) => data.rows),
    ({ subscriptionId }) => subscriptionId,
  )
}

/** What a subscription's next renewal costs, and what that is made of. */
export interface KnownRenewal extends RenewalAmount {
  readonly billed: BilledSubscription
}

/**
 * Returns what the renewal of a subscription costs, and what that is made of.
 * @param held.age of its domain at that time
 * @param at when it renews, in milliseconds since 1970
 */
export function renewalOf(
  row: Subscription | undefined,
  {
    age,
    ...held
  }: Pick<BilledSubscription, 'activeWarmups' | 'emptySeats'> & { readonly age?: DomainAge | undefined },
  prices: ListPrices,
  at: number,
): KnownRenewal {
  const billed = { priceCents: toCents(row?.pricePerMailbox), quantity: row?.totalMailboxQuantity, ...held }
  const step = priceStepAt(billed.priceCents, age, prices, at)
  return { ...subscriptionAmount(billed, prices, step), billed }
}

/** Returns what the next renewals of subscriptions cost, by id: the warm-ups and ages are those last seen. */
export async function knownRenewals(
  { store, prices, clock }: Pick<CommandContext, 'store' | 'prices' | 'clock'>,
  rows: readonly Subscription[],
): Promise<ReadonlyMap<string, KnownRenewal>> {
  const names = [...new Set(rows.flatMap(({ domain }) => domain?.toLowerCase() ?? []))]
  if (names.length === 0) return new Map()
  const held = await subscriptionHoldings(store.db, { domains: names })
  const domains = new Map((await domainHoldings(store.db, { domains: names })).map((one) => [one.name, one]))
  const byId = new Map(held.map((one) => [one.id, one]))
  return new Map(
    rows.map((row) => {
      const { activeWarmups = 0, emptySeats } = byId.get(row.subscriptionId) ?? {}
      const at = Math.max(clock().getTime(), timeOf(row.periodEnd) ?? 0)
      const domain = domains.get(row.domain?.toLowerCase() ?? '')
      const age = domain && ageAt(ageOf({ ...domain, expiryDate: domain.expiresAt }), domain.autoRenew, at)
      return [row.subscriptionId, renewalOf(row, { activeWarmups, emptySeats, age }, prices, at)]
    }),
  )
}

/** Returns what the renewal of a domain costs for a year, as far as it was told of it or of others of its ending. */
export async function knownDomainRenewal({ db }: Pick<Store, 'db'>, domain: string): Promise<RenewalAmount> {
  const name = domain.toLowerCase()
  const [own] = await domainHoldings(db, { domain: name })
  const told = own?.renewalCents
  if (told !== undefined) return { cents: told, atMostCents: told, isEstimate: false }
  const cents = commonPrices(await pricesOfEndings(db, [endingOf(name)])).get(endingOf(name))
  return { cents, atMostCents: cents, isEstimate: cents !== undefined }
}

/** "com", "co.uk" */
export const endingOf = (name: string) => name.slice(name.indexOf('.') + 1)

/** Returns the price that CMR told for most domains of each ending; of several as frequent the highest. */
export function commonPrices(
  domains: readonly Pick<DomainHolding, 'name' | 'renewalCents'>[],
): ReadonlyMap<string, number> {
  const priced = domains.filter(({ renewalCents }) => renewalCents !== undefined)
  const endings = Map.groupBy(priced, ({ name }) => endingOf(name))
  return new Map(
    [...endings].map(([ending, rows]) => [
      ending,
      mostFrequent(rows.map(({ renewalCents = 0 }) => renewalCents)),
    ]),
  )
}

function mostFrequent(all: readonly number[]): number {
  const counts = [...Map.groupBy(all, (cents) => cents)].map(([cents, same]) => ({
    cents,
    count: same.length,
  }))
  const [first] = counts.sort((a, b) => b.count - a.count || b.cents - a.cents)
  return first?.cents ?? 0
}
