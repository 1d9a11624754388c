import type { Button } from '@slack/types'
import type { RefusedItem } from '../../cmr/endpoint.ts'
import {
  actions,
  button,
  context,
  cut,
  escapeText,
  longestValue,
  type Message,
  section,
} from '../../slack/blocks.ts'

/** The content of a receipt: mrkdwn that is escaped already. CMR's ids of it are in its history, for admins. */
interface Receipt {
  readonly text: string
  /** A line each. */
  readonly follows?: readonly (string | undefined)[]
  /** Small print. */
  readonly notes?: readonly string[]
  readonly buttons?: readonly Button[]
}

/** Returns the message about something that was done. A button whose value is too long for Slack is left out. */
export function receipt({ text, follows = [], notes = [], buttons = [] }: Receipt): Message {
  const lines = [text, ...follows.filter((line) => !!line)]
  const fitting = buttons.filter(({ value = '' }) => value.length <= longestValue)
  return {
    text: cut(text, 3000),
    blocks: [
      section(lines.join('\n')),
      ...(notes.length ? [context(...notes)] : []),
      ...(fitting.length ? [actions(...fitting)] : []),
    ],
  }
}

/** Refused items that a receipt spells out. */
const NAMED = 20

/** One item that CMR refused, as people call it. */
export interface RefusedByName {
  readonly name: string
  /** CMR's own words; empty where it gave none. */
  readonly reason: string
}

/** `:no_entry: acme.com: Rate limit exceeded`, in mrkdwn. */
function refusedLine({ name, reason }: RefusedByName): string {
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

/**
 * Returns the buttons of an order that waits to be processed.
 * @param order the arguments that name it
 * @param suffix tells them from others of the same message
 */
export function parkedButtons(order: string, suffix = ''): Button[] {
  return [
    button({ text: 'Process order', actionId: `orders.process${suffix}`, value: order, style: 'primary' }),
    button({ text: 'Drop', actionId: `orders.drop${suffix}`, value: order }),
  ]
}

/** Returns the button that adds what the domains of an operation lack for mail. */
export function addMissing(id: string): Button {
  return button({
    text: 'Add what is missing',
    actionId: 'dns.set-up',
    value: `operation=${id}`,
    style: 'primary',
  })
}

/** Returns the buttons that record the outcome of an unknown or overdue operation. */
export function decisions(id: string): Button[] {
  return [
    button({ text: 'It happened', actionId: 'operations.settle:yes', value: `${id} yes`, style: 'primary' }),
    button({
      text: 'It did not happen',
      actionId: 'operations.settle:no',
      value: `${id} no`,
      style: 'danger',
    }),
    button({ text: 'Keep checking', actionId: 'operations.look', value: id }),
  ]
}
