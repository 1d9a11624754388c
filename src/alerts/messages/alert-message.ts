import { randomUUID } from 'node:crypto'
import type { OutboxRow } from '../../events/store/outbox.ts'
import { millisecondsInMinute } from '../../process/dates.ts'
import { actions, cut, escapeText, type Message, moment, section } from '../../slack/blocks.ts'
import { whyBroken } from '../../slack/errors.ts'
import type { Thread } from '../store/threads.ts'
import type { AlertEvent, AlertHandling } from './alert-event.ts'
import { type BatchState, batchMessage } from './batch.ts'
import {
  alertButtons,
  eventAlertOf,
  eventMessage,
  headlineOf,
  isTest,
  notificationLine,
  signs,
  titleOf,
} from './event-message.ts'
import { type AlertState, inOneLine, takenLine } from './event-parts.ts'

/** A message as it is posted, and whether a list of all that it tells has to follow. */
interface AlertMessage extends Message {
  readonly owesFile: boolean
}

/**
 * How rows of the outbox that share a message read.
 * @param events of the rows, in their order
 * @param state what its buttons depend on
 */
export function alertMessage(
  rows: readonly OutboxRow[],
  events: readonly AlertEvent[],
  state: MessageState,
): AlertMessage {
  const [only] = events
  const message =
    only && events.length === 1
      ? { ...singleMessage(rows[0], only, state), unnamed: 0 }
      : batchMessage(events, state)
  const summary = summaryOf(rows)
  const mentions = distinct(rows.map(({ mention }) => mention)).join(' ')
  const detours = distinct(rows.map(detourOf))
  return {
    text: cut([summary, message.text, mentions, ...detours].filter(Boolean).join(' '), 4000),
    blocks: [
      ...(summary ? [section(summary)] : []),
      ...(detours.length ? [section(detours.map((one) => `:arrow_right_hook: ${one}`).join('\n'))] : []),
      ...message.blocks,
      ...(mentions ? [section(mentions)] : []),
    ],
    owesFile: message.unnamed > 0,
  }
}

/** What a message depends on beside its events. */
interface MessageState extends AlertState, BatchState {
  /** The thread that it stands in. */
  readonly threadTs?: string | null | undefined
}

function singleMessage(row: OutboxRow | undefined, event: AlertEvent, state: MessageState): Message {
  const { handling } = event
  if (row && isThreadReply(row, state.threadTs)) return replyMessage(event, row.severity === 'urgent', state)
  // The buttons of a test say that it is one, and do nothing.
  const subject = isTest(event) ? event.eventId : row?.threaded ? row.subject : null
  const shown = eventMessage(event, {
    subject,
    acknowledgedBy: handling?.acknowledged?.by,
    resolved: handling?.ended !== undefined,
    ...state,
  })
  return withLines(shown, handlingLines(handling))
}

/** In the thread of its subject, whose root tells the rest; a receipt, or a reminder, has a thread of another kind. */
function isThreadReply({ threaded, operation_id, event }: OutboxRow, threadTs: string | null | undefined) {
  return Boolean(threadTs && threaded && !operation_id && event !== 'alert.reminder')
}

/** The first line of a batch: a digest, the end of quiet hours, or what a sync found. */
function summaryOf(rows: readonly OutboxRow[]): string | undefined {
  const [kind] = rows[0]?.batch_key?.split(':') ?? []
  const many = rows.length === 1 ? 'one event' : `${rows.length} events`
  if (kind === 'quiet') return `:crescent_moon: *During quiet hours: ${many}*`
  if (kind === 'digest') return `:newspaper: *Digest: ${many}*`
  if (kind === 'sync')
    return `:mag: *Found by sync: ${many}* that no webhook announced. The most urgent come first.`
  return undefined
}

/** Why it stands here and not where it was meant to. */
function detourOf({ moved_from, error }: OutboxRow): string | null {
  if (!moved_from) return null
  const channel = moved_from.startsWith('#') ? escapeText(moved_from) : `<#${moved_from}>`
  return `Meant for ${channel}, where ${whyBroken(error)}. \`/cmr alerts repair\` tries it again.`
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))]
}

/**
 * The root of a subject's thread: the newest state, how it came to it, who takes care, and what can be done.
 * @param trouble what is open, or was resolved
 */
export function rootMessage(
  thread: Thread,
  latest: AlertEvent,
  trouble: AlertEvent | undefined,
  more: AlertState,
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
function replyMessage(event: AlertEvent, isBroadcast: boolean, state: AlertState): Message {
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

/** Returns who has silenced an alert or wants to be reminded of it, and until when; a line each. */
function silenceLines({ mute, snoozes = [] }: AlertHandling = {}): string[] {
  const until = mute && (mute.until ? `until ${moment(mute.until)}` : 'until it is resolved')
  return [
    ...(mute ? [`:no_bell: Muted ${until} by <@${mute.by}>`] : []),
    ...snoozes.slice(0, 3).map(({ by, at }) => `:alarm_clock: <@${by}> is reminded ${moment(at)}`),
  ]
}

/** Returns all that was done about an alert, a line each. */
function handlingLines(handling: AlertHandling = {}): string[] {
  const { ended, acknowledged } = handling
  if (ended) return [`:checkered_flag: *Resolved*: ${titleOf(ended)}, ${moment(ended.at)}`]
  return [...(acknowledged ? [takenLine(acknowledged)] : []), ...silenceLines(handling)]
}

/** Returns a message with lines below its first block, and at the end of its notification. */
function withLines({ text, blocks }: Message, lines: readonly string[]): Message {
  const [first, ...rest] = blocks
  if (!first || lines.length === 0) return { text, blocks }
  return { text: inOneLine([text, ...lines]), blocks: [first, section(lines.join('\n')), ...rest] }
}

/** Slack documents no size: kept below this ("Message metadata"). */
const MOST = 6000

/** The metadata of every alert, for the search after a crash and for other apps (docs/alerts.md). */
export function metadataOf(deliveryId: string, eventIds: readonly string[]) {
  return {
    event_type: 'cmr_alert',
    event_payload: { delivery_id: deliveryId, event_ids: eventIds.join(' ') },
  }
}

/** Returns how many bytes of metadata are left for the ids of events, each with its space. */
export function roomForIds(deliveryId: string): number {
  return MOST - bytes(metadataOf(deliveryId, [])) - 1
}

/** What an id takes of that room. */
export function sizeOfId(eventId: string): number {
  // Without its quotes, with its space.
  return bytes(eventId) - 2 + 1
}

function bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Returns a new id that holds the time it was made, so that the search for its message knows where to begin. */
export function newDeliveryId(now: Date): string {
  return `${now.getTime().toString(36)}-${randomUUID()}`
}

/** Returns when a delivery was begun. */
export function begunAt(deliveryId: string): Date {
  return new Date(Number.parseInt(deliveryId.split('-')[0] ?? '', 36) || 0)
}
