import type { ActionsBlock } from '@slack/types'
import { isTrouble, severityRank } from '../../cmr/events/event.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { amountText } from '../../resources/renewal-amount.ts'
import { actions, button, counted, cut, escapeText, type Message, section } from '../../slack/blocks.ts'
import { type AlertEvent, nameIn, type RenewableItem } from './alert-event.ts'
import { eventAlertOf, headlineOf, notificationLine, signs, titleOf, todoOf } from './event-message.ts'
import { takenLine } from './event-parts.ts'

/** Several events as one message. */
interface BatchMessage extends Message {
  /** How many of them it does not name: a list of all has to follow in its thread. */
  readonly unnamed: number
}

/** All text of a message; Slack refuses somewhat more (`msg_blocks_too_long` has no documented number). */
const MOST_CHARACTERS = 11_000
const SECTION = 2800
/** How much of that may be sentences; what does not fit is told by its name. */
const MOST_WORDS = 7000
/** As many of a kind are told in words anyway. */
const TOLD = 3
/** More urgent ones than that are found faster by their customers' names. */
const TOLD_IF_URGENT = 12

/** A piece of text, and how many of the events it names. */
interface Piece {
  readonly text: string
  readonly names: number
}

const isDone = ({ handling }: AlertEvent) => handling?.ended !== undefined

/**
 * Several events as one message that still names every one: what is urgent first and in words, then the rest by
 * kind as counts and names. What is over since is struck through.
 */
export function batchMessage(events: readonly AlertEvent[], state: BatchState = {}): BatchMessage {
  const kinds = kindsOf(events)
  const budget = { words: MOST_WORDS }
  const pieces = kinds.flatMap((kind) => piecesOf(kind, budget))
  const { sections, unnamed } = laidOut(pieces)
  if (unnamed > 0) sections.push(`…and ${unnamed} more: all ${events.length} are in the list in this thread.`)
  const taken = state.takenBy ? [section(takenLine(state.takenBy))] : []
  const blocks = [...sections.map((text) => section(text)), ...taken, ...batchButtons(events, state)]
  return { text: summaryOf(events, kinds), blocks, unnamed }
}

/** What the phone shows: the worst in words, then how much else there is. */
function summaryOf(events: readonly AlertEvent[], kinds: readonly AlertEvent[][]): string {
  const counts = kinds.map((kind) => countOf(kind)).join(', ')
  const worst = kinds[0]?.find((event) => !isDone(event))
  if (!worst || severityRank(worst.severity) > 1) return cut(counts, 3000)
  const others = events.length > 1 ? ` And ${events.length - 1} more: ${counts}` : ''
  const line = notificationLine(worst, signs[worst.severity], headlineOf(worst).replaceAll('*', ''))
  return cut(`${line}.${others}`, 3000)
}

/** By kind, the most urgent first. */
function kindsOf(events: readonly AlertEvent[]): AlertEvent[][] {
  const kinds = Map.groupBy(events, ({ event, severity }) => `${severity} ${event}`)
  return [...kinds.values()].toSorted(([a], [b]) =>
    a && b ? severityRank(a.severity) - severityRank(b.severity) : 0,
  )
}

function piecesOf(kind: readonly AlertEvent[], budget: { words: number }): Piece[] {
  const [first] = kind
  if (!first) return []
  // The same thing may have failed for the tenth time.
  const things = [...Map.groupBy(kind, nameOf).values()].flatMap((same) => [sameThing(same)])
  const sentences = things.map(({ event, times }) => ({
    text: `\n• ${done(event, `${headlineOf(event)}${timesOf(times)}`)}`,
    names: times,
  }))
  const length = sentences.reduce((sum, { text }) => sum + text.length, 0)
  const most = severityRank(first.severity) === 0 ? TOLD_IF_URGENT : TOLD
  const worded = things.length <= most && length <= budget.words
  if (worded) budget.words -= length
  const todo = worded ? todoFor(kind) : undefined
  const items = worded ? sentences : namesIn(things)
  if (worded && kind.length === 1) {
    const sign = isDone(first) ? ':white_check_mark:' : signs[first.severity]
    const alone = { text: `\n\n${sign} ${done(first, headlineOf(first))}`, names: 1 }
    return todo ? [alone, { text: `\n*To do:* ${todo}`, names: 0 }] : [alone]
  }
  return [
    { text: `\n\n${countOf(kind)}`, names: 0 },
    ...items,
    ...(todo ? [{ text: `\n*To do:* ${todo}`, names: 0 }] : []),
  ]
}

/** What to do about those that are open: of several, what one of them costs is not what is to do. */
function todoFor(kind: readonly AlertEvent[]): string | undefined {
  const open = kind.filter((event) => !isDone(event))
  const [first] = open
  if (!first || open.length === 1) return first && todoOf(first)
  const amount = amountOfAll(openItems(open))
  const wallet = first.details?.walletCents
  if (!amount || wallet === undefined) return todoOf({ ...first, details: undefined })
  const { cents, isEstimate } = amount
  const missing = cents - wallet
  if (missing <= 0) return `Renew them: the wallet covers all of it (${amountText(amount)}).`
  return `${addFunds()}: ${amountText({ cents: missing, isEstimate })} is missing to renew all of it. Then renew them.`
}

/** A thing, by the last of its events, and how many there are of it. */
interface RepeatedEvent {
  readonly event: AlertEvent
  readonly times: number
}

function sameThing(same: readonly AlertEvent[]): RepeatedEvent {
  return { event: same.at(-1) as AlertEvent, times: same.length }
}

const timesOf = (times: number) => (times > 1 ? ` (${times} times)` : '')

/** Struck through once it is over. A star within would end the line too early. */
function done(event: AlertEvent, text: string): string {
  if (!isDone(event)) return text
  return `~${text.replaceAll('*', '').replaceAll('~', '')}~ ${titleOf({ event: event.handling?.ended?.event ?? '' })}`
}

/** Returns each name once, with its count; of customers that are known, a line each. */
function namesIn(things: readonly RepeatedEvent[]): Piece[] {
  const byCustomer = Map.groupBy(things, ({ event }) => event.details?.customer)
  const named = [...byCustomer].toSorted(([a], [b]) => Number(!a) - Number(!b))
  return named.flatMap(([customer, own]) =>
    own.map(({ event, times }, at) => {
      const head = customer ? `*${escapeText(cut(customer, 100))}*: ` : ''
      const before = at === 0 ? `\n${byCustomer.size > 1 || customer ? '• ' : ''}${head}` : ', '
      const name = isDone(event) ? `~${nameOf(event)}~` : nameOf(event)
      return { text: `${before}${name}${timesOf(times)}`, names: times }
    }),
  )
}

function laidOut(pieces: readonly Piece[]): { sections: string[]; unnamed: number } {
  const sections: string[] = []
  let [current, total, unnamed] = ['', 0, 0]
  for (const { text, names } of pieces) {
    if (total + text.length > MOST_CHARACTERS) {
      unnamed += names
      continue
    }
    total += text.length
    if (current && current.length + text.length > SECTION) {
      sections.push(current)
      current = ''
    }
    current += current ? text : text.replace(/^(\n+|, )/, '')
  }
  if (current) sections.push(current)
  return { sections, unnamed }
}

/** ":warning: *3 × domain renewal failed*", and how many of them are over. */
function countOf(kind: readonly AlertEvent[]): string {
  const [first] = kind
  if (!first) return ''
  const over = kind.filter(isDone).length
  const sign = over === kind.length ? ':white_check_mark:' : signs[first.severity]
  const left =
    over === 0 ? '' : over === kind.length ? ', all resolved' : `, ${counted(over, 'resolved', 'resolved')}`
  return `${sign} *${kind.length} × ${titleOf(first)}*${left}`
}

/** What people call what an event is about, or its id. */
export function nameOf(event: AlertEvent): string {
  return cut(nameIn(event) ?? escapeText(event.eventId), 300)
}

/** What a batch depends on beside its events. */
export interface BatchState {
  /** The message that it is, whose events its buttons act on; a batch without it has none. */
  readonly deliveryId?: string | undefined
  /** Who has taken over all of it, and when. */
  readonly takenBy?: { readonly by: string; readonly at: string } | undefined
}

/** The suffix of an action_id whose value is the id of a message: the command acts on all that is open in it. */
export const messageSuffix = 'message'

/** Names all of a message to `/cmr alerts acknowledge`. */
const allOf = (deliveryId: string) => `message:${deliveryId}`

const isOpen = (event: AlertEvent) => isTrouble(event) && !isDone(event)

/** Returns what can be renewed of events that nobody has dealt with, each thing once. */
export function openItems(events: readonly AlertEvent[]): RenewableItem[] {
  const items = events.filter(isOpen).flatMap((event) => eventAlertOf(event)?.renews?.(event) ?? [])
  return [...new Map(items.map((item) => [`${item.kind} ${item.id}`, item])).values()]
}

/** Returns the buttons that act on all of a message at once; nothing where nobody has to act. */
function batchButtons(events: readonly AlertEvent[], { deliveryId, takenBy }: BatchState): ActionsBlock[] {
  const open = events.filter(isOpen)
  if (!deliveryId || open.length === 0) return []
  const items = openItems(events)
  const off = items.filter(({ autoRenew }) => autoRenew === false)
  const buttons = [
    items.length > 0 &&
      button({
        text: renewText(items),
        actionId: `renewals.renew:${messageSuffix}`,
        value: deliveryId,
        style: 'primary',
      }),
    off.length > 0 &&
      button({
        text:
          off.length === items.length ? 'Turn auto-renew on for all' : `Turn auto-renew on for ${off.length}`,
        actionId: `renewals.auto-renew:${messageSuffix}`,
        value: deliveryId,
      }),
    !takenBy && button({ text: 'Acknowledge all', actionId: 'alerts.acknowledge', value: allOf(deliveryId) }),
  ].filter((one) => !!one)
  return buttons.length > 0 ? [actions(...buttons)] : []
}

/** "Renew all 7 for $57.00" */
function renewText(items: readonly RenewableItem[]): string {
  const what = items.length === 1 ? 'Renew it' : `Renew all ${items.length}`
  const amount = amountOfAll(items)
  return amount ? `${what} for ${amountText(amount)}` : what
}

/** Returns what it costs to renew several things; nothing where the price of one is not known. */
function amountOfAll(
  items: readonly RenewableItem[],
): { readonly cents: number; readonly isEstimate: boolean } | undefined {
  const known = items.flatMap(({ cents }) => cents ?? [])
  if (known.length === 0 || known.length < items.length) return undefined
  return {
    cents: known.reduce((sum, cents) => sum + cents, 0),
    isEstimate: items.some(({ isEstimate }) => isEstimate),
  }
}
