import type { RefusedItem } from '../../cmr/endpoint.ts'
import { cut, escapeText, type Message, section } from '../../slack/blocks.ts'

/** Refused items that a receipt spells out. */
const NAMED = 20

/** One item that CMR refused, as people call it. */
export interface RefusedByName {
  readonly name: string
  /** CMR's own words; empty where it gave none. */
  readonly reason: string
}

/** `:no_entry: acme.com: Rate limit exceeded`, in mrkdwn. */
export function refusedLine({ name, reason }: RefusedByName): string {
  return `:no_entry: *${escapeText(name)}*: ${escapeText(reason || 'CMR gave no reason')}`
}

/**
 * Adds what CMR refused to a message, each item in CMR's own words.
 * @param title what that means
 */
export function withRefused(
  message: Message,
  refused: readonly RefusedByName[],
  title = `CMR refused ${refused.length} of them. Nothing was done there`,
): Message {
  if (refused.length === 0) return message
  const more = refused.length > NAMED ? [`and ${refused.length - NAMED} more`] : []
  const text = [`*${title}:*`, ...refused.slice(0, NAMED).map(refusedLine), ...more].join('\n')
  const at = message.blocks.findIndex(({ type }) => type === 'actions' || type === 'context')
  const before = at === -1 ? message.blocks.length : at
  const blocks = message.blocks.toSpliced(before, 0, section(cut(text, 2900)))
  return { text: cut(`${message.text}\n${text}`, 3000), blocks }
}

/** Returns refused items by the names that people gave them. @param called CMR's name, in lower case → theirs */
export function byName(
  refused: readonly RefusedItem[],
  called: ReadonlyMap<string, string>,
): readonly RefusedByName[] {
  return refused.map(({ names, reason }) => {
    const spoken = names.map((name) => called.get(name)).find((name) => name !== undefined)
    return { name: spoken ?? names[0] ?? 'An item that CMR did not name', reason }
  })
}
