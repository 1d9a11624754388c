import { severityRank } from '../../cmr/events/event.ts'
import { cut, escapeText, type Message, section } from '../../slack/blocks.ts'
import { headlineOf, signs, todoOf } from './index.ts'
import { notificationLine, notificationParts, titleOf } from './notification.ts'
import { type AlertEvent, nameIn } from './read.ts'

/** Several events as one message. */
export interface BatchMessage extends Message {
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

/** A piece of text, and how many of the events it names. */
interface Piece {
  readonly text: string
  readonly names: number
}

/**
 * Several events as one message that still names every one: what is urgent first and in words, then the rest by
 * kind as counts and names.
 */
export function batchMessage(events: readonly AlertEvent[]): BatchMessage {
  const kinds = kindsOf(events)
  const budget = { words: MOST_WORDS }
  const pieces = kinds.flatMap((kind) => piecesOf(kind, budget))
  const { sections, unnamed } = laidOut(pieces)
  if (unnamed > 0) sections.push(`…and ${unnamed} more: all ${events.length} are in the list in this thread.`)
  return { text: summaryOf(events, kinds), blocks: sections.map((text) => section(text)), unnamed }
}

/** What the phone shows: the worst in words, then how much else there is. */
function summaryOf(events: readonly AlertEvent[], kinds: readonly AlertEvent[][]): string {
  const counts = kinds.map((kind) => countOf(kind)).join(', ')
  const [worst] = kinds[0] ?? []
  if (!worst || severityRank(worst.severity) > 1) return cut(counts, 3000)
  const others = events.length > 1 ? ` And ${events.length - 1} more: ${counts}` : ''
  const first = { sign: signs[worst.severity], headline: headlineOf(worst).replaceAll('*', '') }
  return cut(`${notificationLine(first, notificationParts(worst), titleOf(worst))}.${others}`, 3000)
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
  const sentences = kind.map((event) => `\n• ${headlineOf(event)}`)
  const length = sentences.reduce((sum, sentence) => sum + sentence.length, 0)
  const worded = (severityRank(first.severity) === 0 || kind.length <= TOLD) && length <= budget.words
  if (worded) budget.words -= length
  const items = worded ? sentences.map((text) => ({ text, names: 1 })) : namesIn(kind)
  const todo = worded ? todoOf(first) : undefined
  if (worded && kind.length === 1) {
    const alone = { text: `\n\n${signs[first.severity]} ${headlineOf(first)}`, names: 1 }
    return todo ? [alone, { text: `\n*To do:* ${todo}`, names: 0 }] : [alone]
  }
  return [
    { text: `\n\n${countOf(kind)}`, names: 0 },
    ...items,
    ...(todo ? [{ text: `\n*To do:* ${todo}`, names: 0 }] : []),
  ]
}

/** Returns each name once, with its count: a domain may have been blocked for the tenth time. */
function namesIn(kind: readonly AlertEvent[]): Piece[] {
  return [...Map.groupBy(kind, nameOf)].map(([name, events], at) => ({
    text: `${at === 0 ? '\n' : ', '}${name}${events.length > 1 ? ` (${events.length} times)` : ''}`,
    names: events.length,
  }))
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

/** ":warning: *3 × domain renewal failed*" */
function countOf(kind: readonly AlertEvent[]): string {
  const [first] = kind
  if (!first) return ''
  return `${signs[first.severity]} *${kind.length} × ${titleOf(first)}*`
}

/** What people call what an event is about, or its id. */
export function nameOf(event: AlertEvent): string {
  return cut(nameIn(event) ?? escapeText(event.eventId), 300)
}
