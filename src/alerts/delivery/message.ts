import type { StoredEvent } from '../../events/store/events.ts'
import type { OutboxRow } from '../../events/store/outbox.ts'
import { cut, escapeText, type Message, section } from '../../slack/blocks.ts'
import { whyBroken } from '../../slack/errors.ts'
import { batchMessage } from '../messages/batch.ts'
import type { BatchState } from '../messages/batch-buttons.ts'
import { handlingLines, withLines } from '../messages/handling-lines.ts'
import { type AlertEvent, type AlertState, eventMessage, isTest } from '../messages/index.ts'
import { replyMessage } from '../messages/reply.ts'
import { rootMessage } from '../messages/root.ts'
import type { Thread } from '../store/threads.ts'

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

/**
 * The root of a thread, as it reads now.
 * @param trouble what is open, or was resolved
 */
export function threadMessage(
  thread: Thread,
  latest: AlertEvent,
  trouble: AlertEvent | undefined,
  state: AlertState = {},
): Message {
  const { events, opened_at, resolved_at, trouble_at, acknowledged_at, acknowledged_by, subject } = thread
  const isOpen = trouble && !resolved_at && trouble.eventId !== latest.eventId
  const story = {
    events,
    openedAt: opened_at,
    open: isOpen ? trouble : undefined,
    resolved: resolved_at && trouble_at ? { at: resolved_at, since: trouble_at } : undefined,
    acknowledged:
      acknowledged_by && acknowledged_at ? { by: acknowledged_by, at: acknowledged_at } : undefined,
  }
  return rootMessage(latest, story, {
    subject,
    acknowledgedBy: acknowledged_by,
    resolved: resolved_at !== null,
    ...state,
  })
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

/** A stored event as an alert tells it. */
export function alertOf(
  stored: Pick<StoredEvent, 'event' | 'event_id' | 'severity' | 'data' | 'domain' | 'source'>,
): AlertEvent {
  return {
    event: stored.event,
    eventId: stored.event_id,
    severity: stored.severity as AlertEvent['severity'],
    data: JSON.parse(stored.data) as Record<string, unknown>,
    domain: stored.domain,
    source: stored.source,
  }
}
