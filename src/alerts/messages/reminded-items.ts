import { amountText, totalOf, totalText } from '../../resources/renewal-amount.ts'
import { type RenewalItem, spokenItem } from '../../resources/renewal-items.ts'
import { counted, cut, date, escapeText } from '../../slack/blocks.ts'
import type { AlertEvent, ItemProgress } from './alert-event.ts'

/** A thing as a reminder names it. */
export interface RemindedItem extends RenewalItem {
  readonly domain: string
  readonly userId?: string | undefined
  /** ISO 8601: when it ends, is due, or can no longer be renewed. */
  readonly at: string
  /** Whole days until then, rounded up. */
  readonly days: number
  /** The day on which it is due, in UTC; left out of what is no reminder. */
  readonly period?: string
  readonly cents?: number | undefined
  readonly isEstimate?: boolean
  /** Of a subscription in a countdown: CMR goes on trying. */
  readonly isRetried?: boolean | undefined
  /** Of a blocked subscription: when its domain ends. */
  readonly domainEndsAt?: string | undefined
  /** Of a blocked subscription: CMR may refuse it, and may not. */
  readonly isDoubtful?: boolean | undefined
}

/** What a reminder is made of. */
export interface ReminderData {
  /** The most urgent first. */
  readonly items: readonly RemindedItem[]
  /** The customer's name, where all are one customer's. */
  readonly customer?: string | undefined
}

/** What a reminder says now: what is left to do, and what has become of the rest since. */
interface ReminderNow extends ReminderData {
  /** Things of which nothing is left to do, in the order in which they were reminded of. */
  readonly done: readonly (RemindedItem & { readonly progress: ItemProgress })[]
}

const SHOWN = 15

/** Returns what an event reminds of, and what of it is done. */
export function reminderIn({ data, details }: AlertEvent): ReminderNow {
  const { items, customer } = data as unknown as ReminderData
  const all = items.map((item) => ({ ...item, progress: details?.progress?.get(spokenItem(item)) }))
  const done = all.flatMap(({ progress, ...item }) => (progress ? { ...item, progress } : []))
  return { items: all.filter(({ progress }) => !progress), customer, done }
}

export const inDays = (days: number) => (days <= 0 ? 'today' : `in ${counted(days, 'day')}`)

export const nameOf = ({ kind, domain }: RemindedItem) =>
  kind === 'domain' ? `*${escapeText(domain)}*` : `The subscription on *${escapeText(domain)}*`

/** "3 domains and 2 subscriptions of Acme Inc." */
export function countOf({ items, customer }: ReminderData): string {
  const of = (wanted: RenewalItem['kind']) => items.filter(({ kind }) => kind === wanted).length
  const parts = [
    ...(of('domain') ? [counted(of('domain'), 'domain')] : []),
    ...(of('subscription') ? [counted(of('subscription'), 'subscription')] : []),
  ]
  return `*${parts.join(' and ')}*${customer ? ` of ${escapeText(customer)}` : ''}`
}

const shortNameOf = ({ kind, domain }: RemindedItem) =>
  `${escapeText(cut(domain, 100))}, ${kind === 'domain' ? 'the domain' : 'its mailboxes'}`

/** A line a thing, with its day and price; the headline has the sum. What is done is struck through, below the rest. */
export function linesOf({ items, done }: ReminderNow): string[] {
  const lines = [
    ...items.map((item) => {
      const price = amountText(item)
      return `• ${shortNameOf(item)}: ${inDays(item.days)}, ${date(item.at)}${price ? `, ${price}` : ''}`
    }),
    ...done.map((item) => `• ~${shortNameOf(item)}~: ${progressText(item.progress)}`),
  ]
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : []
  return [...lines.slice(0, SHOWN), ...more]
}

function progressText({ what, until }: ItemProgress): string {
  return what === 'renewed' && until ? `renewed until ${date(until)}` : what
}

/** What renewing all of it costs, "at least" where a price is not known yet. */
export function sumOf({ items }: ReminderData): string | undefined {
  return totalText(totalOf(items.map(({ cents, isEstimate = false }) => ({ cents, isEstimate }))))
}
