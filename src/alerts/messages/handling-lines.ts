import { type Message, moment, section } from '../../slack/blocks.ts'
import type { AlertHandling } from './details.ts'
import { inOneLine } from './event-text.ts'
import { titleOf } from './notification.ts'

/** "@ana took it over at …" */
export function takenLine({ by, at }: { readonly by: string; readonly at: string }): string {
  return `:eyes: <@${by}> took it over at ${moment(at)}`
}

/** Returns who has silenced an alert or wants to be reminded of it, and until when; a line each. */
export function silenceLines({ mute, snoozes = [] }: AlertHandling = {}): string[] {
  const until = mute && (mute.until ? `until ${moment(mute.until)}` : 'until it is resolved')
  return [
    ...(mute ? [`:no_bell: Muted ${until} by <@${mute.by}>`] : []),
    ...snoozes.slice(0, 3).map(({ by, at }) => `:alarm_clock: <@${by}> is reminded ${moment(at)}`),
  ]
}

/** Returns all that was done about an alert, a line each. */
export function handlingLines(handling: AlertHandling = {}): string[] {
  const { ended, acknowledged } = handling
  if (ended) return [`:checkered_flag: *Resolved*: ${titleOf(ended)}, ${moment(ended.at)}`]
  return [...(acknowledged ? [takenLine(acknowledged)] : []), ...silenceLines(handling)]
}

/** Returns a message with lines below its first block, and at the end of its notification. */
export function withLines({ text, blocks }: Message, lines: readonly string[]): Message {
  const [first, ...rest] = blocks
  if (!first || lines.length === 0) return { text, blocks }
  return { text: inOneLine([text, ...lines]), blocks: [first, section(lines.join('\n')), ...rest] }
}
