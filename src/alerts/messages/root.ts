import { millisecondsInMinute } from '../../process/dates.ts'
import { cut, type Message, moment, section } from '../../slack/blocks.ts'
import { alertButtons } from './buttons.ts'
import type { AlertState } from './event-buttons.ts'
import { inOneLine } from './event-text.ts'
import { silenceLines, takenLine } from './handling-lines.ts'
import { eventMessage, headlineOf } from './index.ts'
import type { AlertEvent } from './read.ts'

/** How a subject's story stands. */
export interface Story {
  /** How many events were told of it. */
  readonly events: number
  readonly openedAt: string
  /** The trouble that is still open, where the latest event is another one. */
  readonly open?: AlertEvent | undefined
  readonly resolved?: { readonly at: string; readonly since: string } | undefined
  readonly acknowledged?: { readonly by: string; readonly at: string } | undefined
}

/** The root of a subject's thread: the newest state, how it came to it, who takes care, and what can be done. */
export function rootMessage(latest: AlertEvent, story: Story, state: AlertState = {}): Message {
  const { events, openedAt, open, resolved, acknowledged } = story
  const lines = [
    open && `:hourglass_flowing_sand: *Still open:* ${headlineOf(open)}`,
    resolved && `:checkered_flag: *Resolved after ${duration(resolved.since, resolved.at)}*`,
    acknowledged && takenLine(acknowledged),
    ...silenceLines((open ?? latest).handling),
    events > 1 && `${events} events since ${moment(openedAt)}: the history is in the thread`,
  ].flatMap((line) => line || [])
  const { text, blocks } = eventMessage(latest, state)
  const [first, ...rest] = blocks.filter(({ type }) => type !== 'actions')
  return {
    text: cut(inOneLine([text, ...lines]), 3000),
    blocks: [
      ...(first ? [first] : []),
      ...(lines.length ? [section(lines.join('\n'))] : []),
      ...rest,
      ...alertButtons(open ?? latest, state),
    ],
  }
}

/** "2 h 10 min", "3 d 4 h": the two largest units, at least a minute. */
function duration(from: string, to: string): string {
  const minutes = Math.trunc((Date.parse(to) - Date.parse(from)) / millisecondsInMinute)
  const hours = Math.floor(minutes / 60)
  const units = { d: Math.floor(hours / 24), h: hours % 24, min: minutes % 60 }
  const parts = Object.entries(units).flatMap(([unit, value]) => (value > 0 ? [`${value} ${unit}`] : []))
  return parts.slice(0, 2).join(' ') || 'less than a minute'
}
