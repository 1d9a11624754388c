import { millisecondsInMinute } from '../../process/dates.ts'
import { actions, cut, type Message, moment, section } from '../../slack/blocks.ts'
import type { Thread } from '../store/threads.ts'
import type { AlertEvent, AlertHandling } from './alert-event.ts'
import { type AlertState, inOneLine } from './event-alert.ts'
import {
  alertButtons,
  eventAlertOf,
  eventMessage,
  headlineOf,
  notificationLine,
  signs,
  titleOf,
} from './event-message.ts'

/**
 * The root of a subject's thread: the newest state, how it came to it, who takes care, and what can be done.
 * @param trouble what is open, or was resolved
 */
export function rootMessage(
  thread: Thread,
  latest: AlertEvent,
  trouble: AlertEvent | undefined,
  more: AlertState = {},
): Message {
  const { events, opened_at, resolved_at, trouble_at, acknowledged_at, acknowledged_by, subject } = thread
  const open = trouble && !resolved_at && trouble.eventId !== latest.eventId ? trouble : undefined
  const state = { subject, acknowledgedBy: acknowledged_by, resolved: resolved_at !== null, ...more }
  const lines = [
    open && `:hourglass_flowing_sand: *Still open:* ${headlineOf(open)}`,
    resolved_at && trouble_at && `:checkered_flag: *Resolved after ${duration(trouble_at, resolved_at)}*`,
    acknowledged_by && acknowledged_at && takenLine({ by: acknowledged_by, at: acknowledged_at }),
    ...silenceLines((open ?? latest).handling),
    events > 1 && `${events} events since ${moment(opened_at)}: the history is in the thread`,
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

/**
 * The alert of an event in the thread of its subject: one line, since the root tells the newest state and what to do.
 * What is shown in the channel as well has the first button, until it is over.
 */
export function replyMessage(event: AlertEvent, isBroadcast: boolean, state: AlertState = {}): Message {
  const { ended } = event.handling ?? {}
  const headline = headlineOf(event)
  const sign = ended ? ':white_check_mark:' : signs[event.severity]
  const line = ended ? `~${headline.replaceAll('*', '').replaceAll('~', '')}~` : headline
  const [first] = (eventAlertOf(event)?.buttons ?? []).flatMap((button) => button(event, state) ?? [])
  return {
    text: notificationLine(event, sign, line),
    blocks: [
      section([`${sign} ${line}`, ...(isBroadcast ? handlingLines(event.handling) : [])].join('\n')),
      ...(isBroadcast && first && !ended ? [actions(first)] : []),
    ],
  }
}

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
