import { addFunds, isWalletReason } from '../../commands/dashboard.ts'
import type { EventButton } from './event-buttons.ts'
import { type AlertEvent, listsDomains, type Reader, type RenewableItem, reader } from './read.ts'

/** What an event comes to, in escaped mrkdwn. */
export interface EventText {
  /** An emoji instead of that of its severity. */
  readonly sign?: string
  /** What happened to whom. */
  readonly headline: string
  /** What follows from it; what is not known is left out. */
  readonly follows: readonly (string | undefined)[]
  readonly todo?: string
}

/**
 * Tells one kind of event.
 * @param lineOf another event, told in one line
 * @param event the event itself, for what a reader of plain fields cannot say
 */
type EventWriter = (read: Reader, lineOf: (event: AlertEvent) => string, event: AlertEvent) => EventText

/** How an event is shown in Slack; the rest of it is declared in `cmr/events`. */
export interface EventAlert {
  readonly text: EventWriter
  /** Returns what was paid, or what it costs, as people read it. */
  readonly amount?: (event: AlertEvent) => string | undefined
  /** Returns what can be renewed so that it is over, for the button that does it for many alerts at once. */
  readonly renews?: (event: AlertEvent) => readonly RenewableItem[]
  /** What people can do about it, the most useful first. */
  readonly buttons: readonly EventButton[]
}

/** Lines of a message as a phone's notification shows them: one after the other, each a sentence. */
export function inOneLine(lines: readonly string[]): string {
  return lines.map((line) => (/[.!?:…][*_]?$/.test(line) ? line : `${line}.`)).join(' ')
}

/** What was paid for the thing. */
export const paidAmount = (event: AlertEvent) => reader(event).price('price')

/** What renewing the thing costs. */
export const renewalAmount = (event: AlertEvent) => reader(event).renewal

/** Returns the domain of an event as something to renew; nothing where it names none, or several. */
export function domainItem(event: AlertEvent): RenewableItem[] {
  const { data, domain, details } = event
  const name = data.domainName ?? data.domain ?? domain
  if (listsDomains(data) || typeof name !== 'string') return []
  const isItsPrice = event.event.startsWith('domain.')
  const known = isItsPrice ? { ...details?.renewal, autoRenew: details?.autoRenew } : {}
  return [{ kind: 'domain', id: name.toLowerCase(), ...known }]
}

/** Returns the subscription of an event as something to renew; nothing where it names none. */
export function subscriptionItem(event: AlertEvent): RenewableItem[] {
  const { subscriptionId } = event.data
  if (typeof subscriptionId !== 'string' || !subscriptionId) return []
  const { autoRenew } = reader(event)
  return [{ kind: 'subscription', id: subscriptionId, ...event.details?.renewal, autoRenew }]
}

/** "CMR says: …", where it said why. */
export function because(reason: string | undefined): string | undefined {
  return reason && `CMR says: ${reason}`
}

/**
 * Returns what to do about a failure: to add funds where the wallet was too low; where CMR gave no reason, both.
 * @param after what comes once there are funds, as a verb
 * @param otherwise a sentence for every other reason
 */
export function walletTodo(reason: string | undefined, after: string, otherwise: string): string {
  if (isWalletReason(reason)) return `${addFunds()}. Then ${after}.`
  return reason ? otherwise : `${otherwise} Was the wallet too low? ${addFunds()}.`
}

/**
 * Says of which domains a success is one, and which of those it lists CMR does not report as active.
 * @param done what is true of the active ones, behind "is" or "are"
 */
export function succeeded(read: Reader, done: string): Pick<EventText, 'sign' | 'headline' | 'follows'> {
  const { active, notActive, domain, is } = read
  const headline = active ? `*${active.domain}* ${active.is} ${done}` : `*${domain}* ${is} not ${done} yet`
  if (!notActive) return { headline, follows: [] }
  return { sign: ':warning:', headline, follows: [`CMR reports ${notActive}.`] }
}

/** "Paid $14.50." */
export function paid(price: string | undefined): string | undefined {
  return price && `Paid ${price} from the wallet.`
}

/**
 * "Good until Nov 24."
 * @param what must hold of a day that is over and of one to come: nobody knows here which it is
 */
export function until(day: string | undefined, what: string): string | undefined {
  return day && `${what} ${day}.`
}
