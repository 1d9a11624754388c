import type { KnownBlock } from '@slack/types'
import { type ListPrices, money } from '../../cmr/money.ts'
import { namesUpTo } from '../../directory/find/labels.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { type Price, warmupNotes } from '../../resources/prices.ts'
import { emptySeatsNote, priceText, renewedMailboxes } from '../../resources/renewal-amount.ts'
import { sumOfRenewals } from '../../resources/renewal-price.ts'
import { button, counted, cut, date, escapeText, type Message, sections } from '../../slack/blocks.ts'
import type { PlannedRenewal, QuotedItem } from './plan.ts'

/** "3 domains and 2 subscriptions" */
export function countOf(items: readonly Pick<QuotedItem, 'kind'>[]): string {
  const of = (wanted: QuotedItem['kind']) => items.filter(({ kind }) => kind === wanted).length
  const [domains, subscriptions] = [of('domain'), of('subscription')]
  return [
    ...(domains ? [counted(domains, 'domain')] : []),
    ...(subscriptions ? [counted(subscriptions, 'subscription')] : []),
  ].join(' and ')
}

/** What people call what is renewed: "acme.com, beta.com and 3 more". */
export function namesOf(plan: readonly PlannedRenewal[]): string {
  return namesUpTo([...new Set(plan.map(({ domain }) => domain))], 3)
}

/** Each thing with its price, by customer. @param owners names of customers by userId */
export function itemBlocks(
  items: readonly QuotedItem[],
  owners: ReadonlyMap<string, string>,
  prices: ListPrices,
): KnownBlock[] {
  const byOwner = Map.groupBy(items, ({ userId }) => userId)
  const lines = [...byOwner].flatMap(([userId, own]) => [
    `*${escapeText(cut(owners.get(userId) ?? userId, 200))}*`,
    ...own.map((one) => `• ${itemLine(one, prices)}`),
  ])
  return sections(lines)
}

function itemLine(item: QuotedItem, prices: ListPrices): string {
  const until = untilOf(item)
  const name = escapeText(cut(item.domain, 100))
  if (item.kind === 'domain') return `${name}, the domain for a year: *${priceText(item)}*${until}`
  return `${name}, its mailboxes for a month: ${billing(item, prices)}*${priceText(item)}*${until}`
}

/** Returns what is paid already and what this buys, so that neither is taken for the other. */
function untilOf({ paidUntil, renewedUntil }: QuotedItem): string {
  if (!paidUntil) return ''
  if (!renewedUntil) return ` · so far paid until ${date(paidUntil)}`
  return ` · ends ${date(paidUntil)}, then paid until ${date(renewedUntil)}`
}

function billing({ billed }: QuotedItem, prices: ListPrices): string {
  if (billed?.priceCents === undefined || billed.quantity === undefined) return ''
  const { priceCents, activeWarmups } = billed
  const warmups = activeWarmups
    ? ` and ${counted(activeWarmups, 'active warm-up')} × ${money(prices.warmup)}`
    : ''
  return `${renewedMailboxes(billed)} × ${money(priceCents)}${warmups} = `
}

/** What all of it costs, and what may differ. */
export function priceOfAll(items: readonly QuotedItem[], prices: ListPrices): Price {
  const mayStep = items.some(
    ({ kind, cents: own, atMostCents }) => kind === 'subscription' && own !== atMostCents,
  )
  return {
    ...sumOfRenewals(items),
    notes: [
      ...(mayStep
        ? [
            `:grey_question: CMR raises a mailbox to ${money(prices.mailboxAfterYear)} once its domain has completed a year and was renewed, and does not show whether that has happened. Those prices are marked “may step up”.`,
          ]
        : []),
      ...(items.some(({ billed }) => billed?.emptySeats) ? [emptySeatsNote] : []),
      ...(items.some(({ billed }) => billed?.activeWarmups) ? warmupNotes(prices) : []),
    ],
  }
}

/** The upper part of the receipt: what became of each thing stands below, and is kept up to date there. */
export function bulkReceipt(plan: readonly PlannedRenewal[]): Message {
  return receipt({
    text: `:outbox_tray: Renewing *${countOf(plan)}*, one after the other`,
    follows: ['This message shows the outcome of each. Nothing is sent twice, even after a restart.'],
    buttons: [button({ text: 'Wallet', actionId: 'wallet.get' })],
  })
}
