import { warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import { type ListPrices, money, toCents } from '../cmr/money.ts'
import type { CommandContext } from '../commands/context.ts'
import { domainHoldings, emptySeatsOf } from '../directory/store/holdings.ts'
import { subscriptionCalled } from '../directory/subscriptions.ts'
import { counted, escapeText } from '../slack/blocks.ts'
import { type Price, sumOf, warmupNotes } from './prices.ts'
import {
  type BilledSubscription,
  type DomainAge,
  emptySeatsNote,
  priceStepAt,
  type RenewalAmount,
  renewedMailboxes,
  subscriptionAmount,
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
    const warming = own.filter((box) => warmupStatusOf(box) === 'ACTIVE').length
    const billed = billedOf(one, warming, emptySeatsOf(one?.totalMailboxQuantity, own.length))
    const step = priceStepAt(billed.priceCents, ages.get(nameOf(one)), prices, clock().getTime())
    const amount = subscriptionAmount(billed, prices, step)
    return { name: one?.domain ?? one?.subscriptionId ?? String(subscriptionIds[at]), billed, ...amount }
  })
  const cents = sumOf(priced.map((one) => one.cents))
  const atMost = sumOf(priced.map((one) => one.atMostCents))
  const stepping = priced.filter((one) => one.atMostCents !== one.cents).map(({ name }) => name)
  return {
    cents,
    ...(cents !== undefined && atMost !== undefined && atMost > cents && { atMost }),
    isEstimate: priced.some(({ isEstimate }) => isEstimate),
    lines: priced.map((one) => `${escapeText(one.name)}: ${billingLine(one.billed, one, prices)}`),
    notes: [
      ...(stepping.length > 0 ? [stepNote(stepping, prices.mailboxAfterYear)] : []),
      ...(priced.some(({ billed }) => billed.emptySeats) ? [emptySeatsNote] : []),
      'CMR’s documentation is unclear on whether PAUSED warm-ups are billed.',
      ...(priced.some(({ billed }) => billed.activeWarmups > 0) ? warmupNotes(prices) : []),
    ],
  }
}

/** Returns what a subscription's renewal is computed from. */
export function billedOf(
  row: Subscription | undefined,
  activeWarmups: number,
  emptySeats: number | undefined,
): BilledSubscription {
  const { pricePerMailbox, totalMailboxQuantity: quantity } = row ?? {}
  return { priceCents: toCents(pricePerMailbox), quantity, emptySeats, activeWarmups }
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
  const names = stepping.slice(0, NAMED).map(escapeText)
  const more = stepping.length > NAMED ? ` and ${stepping.length - NAMED} more` : ''
  return `:grey_question: *${names.join(', ')}${more} may step to ${money(afterYear)} a mailbox*: CMR raises the price once a domain has completed its first year and was renewed, and its API does not show whether that has happened.`
}

const nameOf = (row: Subscription | undefined) => row?.domain?.toLowerCase() ?? ''

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
    rows.map(({ domainName = '', registeredOn, expiryDate, status }) => {
      const name = domainName.toLowerCase()
      const wasRenewed = renewed.has(name) || status === 'RENEWING'
      return [name, { registered: timeOf(registeredOn), expiry: timeOf(expiryDate), wasRenewed }]
    }),
  )
}

/** Returns milliseconds since 1970; undefined where CMR told no time. */
export function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** The mailboxes of these customers, by subscription. */
async function mailboxesOf({ cmr }: CommandContext, userIds: readonly string[]) {
  const lists = await Promise.all(userIds.map((userId) => cmr.mailboxes.list({ query: { userId } })))
  return Map.groupBy(
    lists.flatMap(({ data }) => data.rows),
    ({ subscriptionId }) => subscriptionId,
  )
}
