import type { Logger } from 'pino'
import { plainText } from '../../cmr/normal-forms.ts'
import { eventsNamed } from '../../events/store/events.ts'
import type { OutboxRow } from '../../events/store/outbox.ts'
import type { Monotonic } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import { csvFile } from '../../resources/csv.ts'
import { isBeyondEditing, postFailure } from '../../slack/errors.ts'
import type { Files } from '../../slack/files.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import type { AlertLookup } from '../alert-lookup.ts'
import { alertOf } from '../messages/alert-event.ts'
import { alertMessage, rootMessage } from '../messages/alert-message.ts'
import { nameOf } from '../messages/batch.ts'
import { headlineOf } from '../messages/event-message.ts'
import type { AlertState } from '../messages/event-parts.ts'
import { noteFileShared, owedFile, rowsOfDelivery } from '../store/deliveries.ts'
import { type MessageRow, messageBehind, noteMessageShown } from '../store/messages.ts'
import { forgetThread, noteThreadShown, type Thread, threadBehind } from '../store/threads.ts'

/** `chat.update` is a method of tier 3: about fifty calls a minute for the whole workspace ("Rate limits"). */
const EDIT_PACE_MS = 1200
const TRY_AGAIN_MS = 30_000

/** What is owed to a channel once its alerts are posted: lists that were too long, roots that show the past. */
export interface Afterwards {
  /**
   * Does one of each; where one of them fails, the other is done all the same.
   * @returns when there may be another; nothing where all is done
   */
  next(channel: string): Promise<Date | undefined>
}

export function createAfterwards(parts: {
  readonly store: Store
  readonly messages: Pick<PostedMessages, 'edit' | 'joining'>
  readonly files: Pick<Files, 'share'>
  readonly lookUp: AlertLookup
  readonly editPaceMs: number | undefined
  readonly clock: () => Date
  readonly monotonic: Monotonic
  readonly logger: Logger
  readonly state: AlertState
}): Afterwards {
  const { store, messages, files, lookUp, editPaceMs = EDIT_PACE_MS, clock, monotonic, logger, state } = parts
  const { db } = store
  /** By channel, where Slack did not take a list. */
  const mayShareAt = new Map<string, number>()
  let mayEditAt = 0

  async function share(channel: string): Promise<Date | undefined> {
    const owed = await owedFile(db, channel)
    if (!owed) return undefined
    const rest = (mayShareAt.get(channel) ?? 0) - monotonic()
    if (rest > 0) return addMilliseconds(clock(), rest)
    const { delivery_id, ts, thread_ts } = owed
    const file = alertsFile(await rowsOfDelivery(db, delivery_id))
    const where = { channel, threadTs: thread_ts ?? ts }
    try {
      await messages.joining(channel, () => files.share(file, where))
    } catch (error) {
      const ms = failed(channel, error, 'a list could not be uploaded')
      mayShareAt.set(channel, monotonic() + ms)
      return addMilliseconds(clock(), ms)
    }
    mayShareAt.delete(channel)
    await noteFileShared(db, delivery_id)
    return clock()
  }

  /** A root first: it is what people look at. */
  async function edit(channel: string): Promise<Date | undefined> {
    const thread = await threadBehind(db, channel)
    const row = thread ? undefined : await messageBehind(db, channel)
    if (!thread && !row) return undefined
    const rest = mayEditAt - monotonic()
    if (rest > 0) return addMilliseconds(clock(), rest)
    if (row?.root) {
      // Its thread says how it reads.
      await noteMessageShown(db, row)
      return clock()
    }
    mayEditAt = monotonic() + editPaceMs
    return thread ? editRoot(channel, thread) : row && editMessage(row)
  }

  /** Edits what is no root: a batch, or a reply that is shown in its channel. */
  async function editMessage(row: MessageRow): Promise<Date> {
    const { channel, ts, thread_ts: threadTs, delivery_id: deliveryId, acknowledged_by: by } = row
    const rows = await rowsOfDelivery(db, deliveryId)
    const takenBy = by ? { by, at: row.acknowledged_at ?? row.posted_at } : undefined
    const shown = { ...state, deliveryId, threadTs, takenBy }
    const { text, blocks } = alertMessage(rows, await lookUp(rows), shown)
    try {
      if (rows.length > 0) await messages.edit({ channel, ts }, { text, blocks })
    } catch (error) {
      const failure = postFailure(error)
      if (!isBeyondEditing(failure) && failure.kind !== 'content') {
        const ms = failed(channel, error, 'an alert could not be brought up to date')
        if (failure.kind === 'paced') mayEditAt = monotonic() + ms
        return addMilliseconds(clock(), ms)
      }
    }
    await noteMessageShown(db, row)
    return clock()
  }

  async function editRoot(channel: string, thread: Thread): Promise<Date> {
    const events = await eventsNamed(db, [thread.last_event_id, thread.trouble_event_id ?? ''])
    const [latest, trouble] = [events.get(thread.last_event_id), events.get(thread.trouble_event_id ?? '')]
    if (!latest) return forgotten(channel, thread.root_ts)
    const [now = alertOf(latest), before] = await lookUp(trouble ? [latest, trouble] : [latest])
    const message = rootMessage(thread, now, before, state)
    try {
      await messages.edit({ channel, ts: thread.root_ts }, message)
    } catch (error) {
      const failure = postFailure(error)
      if (isBeyondEditing(failure)) return forgotten(channel, thread.root_ts)
      if (failure.kind !== 'content') {
        const ms = failed(channel, error, 'a root could not be brought up to date')
        if (failure.kind === 'paced') mayEditAt = monotonic() + ms
        return addMilliseconds(clock(), ms)
      }
      logger.warn({ channel, error: failure.error }, 'Slack refuses what a root should show')
    }
    await noteThreadShown(db, thread)
    return clock()
  }

  async function forgotten(channel: string, rootTs: string): Promise<Date> {
    await forgetThread(db, channel, rootTs)
    return clock()
  }

  /** @returns the milliseconds until it is tried again */
  function failed(channel: string, error: unknown, what: string): number {
    const failure = postFailure(error)
    logger.warn({ channel, error: failure.error }, what)
    return failure.kind === 'paced' ? failure.retryAfterMs : TRY_AGAIN_MS
  }

  return {
    next: async (channel) => earlier(await share(channel), await edit(channel)),
  }
}

function alertsFile(rows: readonly OutboxRow[]) {
  const lines = rows.map((row) => {
    const event = alertOf(row)
    return {
      event: row.event,
      severity: row.severity,
      name: nameOf(event),
      what: plainText(headlineOf(event)).replaceAll('*', ''),
      received: row.received_at,
      eventId: row.event_id,
    }
  })
  return csvFile('alerts.csv', lines)
}

/** The one that comes first, of moments at which something may be to be done. */
export function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}
