import { randomUUID } from 'node:crypto'
import type { OutboxRow } from '../../events/store/outbox.ts'
import { cut, escapeText, type Message, section } from '../../slack/blocks.ts'
import { whyBroken } from '../../slack/errors.ts'
import type { AlertEvent } from '../messages/alert-event.ts'
import { type BatchState, batchMessage } from '../messages/batch.ts'
import type { AlertState } from '../messages/event-alert.ts'
import { eventMessage, isTest } from '../messages/event-message.ts'
import { handlingLines, replyMessage, withLines } from '../messages/thread-messages.ts'

/** A message as it is posted, and whether a list of all that it tells has to follow. */
export interface AlertMessage extends Message {
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
  state: MessageState = {},
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
export interface MessageState extends AlertState, BatchState {
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
