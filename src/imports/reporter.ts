import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Waiting } from '../health/health.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { subMilliseconds } from '../process/dates.ts'
import { backOffMs } from '../process/retries.ts'
import type { Message } from '../slack/blocks.ts'
import { isBeyondEditing, postFailure } from '../slack/errors.ts'
import type { Files } from '../slack/files.ts'
import type { PostedMessage, PostedMessages } from '../slack/posted-message.ts'
import type { Store } from '../store/store.ts'
import { runMessage } from './messages.ts'
import { outcomeFile } from './outcome.ts'
import { viewOf } from './runs.ts'
import { rowsOf } from './store/items.ts'
import { claimPosting, claimSharing, noteRun, runsToReport, setRunMessage } from './store/message.ts'
import type { ImportRun } from './store/runs.ts'

/** Slack takes about one edit a second and channel; people need no more than one in two. */
const PACE_MS = 2000
/** After a failure, doubled with each one that follows. */
const BACK_OFF = { firstMs: PACE_MS, longestMs: 60_000 }
/** How often runs are looked at. */
const LOOK_MS = 500
/** Longer than a call of Slack may take: after that it is looked whether it did what it was asked. */
const POSTING_MS = 15_000
/** What was shared after a run had ended is looked for from a little earlier: clocks differ. */
const SLACK_CLOCK_S = 60

/**
 * Shows runs in Slack: one message each, edited in place until it shows how the run ended, and the outcome as a
 * file in its thread.
 */
export function createImportReporter(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly messages: PostedMessages
  readonly files: Files
  readonly editPaceMs?: number | undefined
  readonly clock: () => Date
  readonly logger: Logger
}): Worker & Waiting {
  const { store, slack, messages, files, editPaceMs = PACE_MS, clock, logger } = parts
  /** By run: it is left alone until then, and how often it could not be shown. */
  const rests = new Map<string, { readonly until: number; readonly failures: number }>()
  let quietUntil = 0

  const loop = createBackgroundLoop({
    name: 'Import messages',
    serves: 'imports',
    everyMs: LOOK_MS,
    round: showAll,
    onError: 'runs cannot be read; tries again',
    logger,
  })

  async function showAll() {
    for (const run of await runsToReport(store.db)) {
      const now = performance.now()
      const { until = 0, failures = 0 } = rests.get(run.id) ?? {}
      if (now < Math.max(until, quietUntil)) continue
      try {
        await show(run)
        const rest = run.outcome_state === 'sharing' ? POSTING_MS : editPaceMs
        rests.set(run.id, { until: now + rest, failures: 0 })
      } catch (error) {
        const rest = backOffMs(failures, BACK_OFF)
        rests.set(run.id, { until: now + rest, failures: failures + 1 })
        const failure = postFailure(error)
        // Slack's own pace is for everything that the bot says ("Rate limits").
        if (failure.kind === 'paced') quietUntil = now + failure.retryAfterMs
        logger.warn({ err: error, run: run.id }, 'a run could not be shown; tries again')
      }
    }
  }

  async function show(run: ImportRun) {
    const message = runMessage(await viewOf(store.db, run))
    const at = run.message_ts ? await edited(run, run.message_ts, message) : await posted(run, message)
    if (!at) return
    await setRunMessage(store.db, run.id, { ...at, now: clock() })
    await noteRun(store.db, run.id, { shown_version: run.version })
    if (run.state === 'done' && run.outcome_state !== 'shared') await shareOutcome(run, at)
  }

  /** @returns where it stands; nothing where a new one is needed, which the next check posts */
  async function edited(run: ImportRun, ts: string, message: Message): Promise<PostedMessage | undefined> {
    const channel = run.message_channel ?? run.actor
    try {
      await messages.edit({ channel, ts }, message)
      return { channel, ts }
    } catch (error) {
      const failure = postFailure(error)
      if (failure.kind !== 'channel' && !isBeyondEditing(failure)) throw error
      logger.info({ err: error, run: run.id }, 'the message of a run can no longer be edited')
      await noteRun(store.db, run.id, { message_ts: null, posting_at: null })
      return undefined
    }
  }

  /**
   * The channel of the command, or the person if the bot may not post there.
   * @returns nothing where it may be under way: it is looked for later
   */
  async function posted(run: ImportRun, message: Message): Promise<PostedMessage | undefined> {
    if (!(await claimPosting(store.db, run.id, askedNow()))) return undefined
    const metadata = { event_type: 'cmr_import', event_payload: { run_id: run.id } }
    const channels = [run.channel, run.actor]
    const { posted, found } = await messages.postOnce(channels, message, metadata, run.posting_at)
    // One that was found may show an older state.
    if (found) await messages.edit(posted, message)
    return posted
  }

  function askedNow() {
    const now = clock()
    return { now, before: subMilliseconds(now, POSTING_MS) }
  }

  /** Once: a sharing that was begun and not noted is looked for in the thread. */
  async function shareOutcome(run: ImportRun, at: PostedMessage) {
    if (!(await claimSharing(store.db, run.id, askedNow()))) return
    const file = outcomeFile(run, await rowsOf(store.db, run.id))
    const before = run.outcome_state === 'sharing' && (await isShared(run, at, file.name))
    if (!before) {
      const comment = 'The outcome of every row.'
      await files.share(file, { channel: at.channel, threadTs: at.ts, comment })
    }
    await noteRun(store.db, run.id, { outcome_state: 'shared' })
  }

  async function isShared(run: ImportRun, at: PostedMessage, name: string): Promise<boolean> {
    // What its requests have caused stands before it, and may be more than a page.
    const oldest = String(Date.parse(run.ended_at ?? run.created_at) / 1000 - SLACK_CLOCK_S)
    const { messages = [] } = await slack.conversations.replies({ ...at, oldest, limit: 200 })
    return messages.some(({ files: shared }) => shared?.some((file) => file.name === name))
  }

  return {
    ...loop,
    async waits() {
      const ms = quietUntil - performance.now()
      return ms > 0 ? [{ what: 'messages of imports', ms, why: 'Slack asked the bot to pause' }] : []
    },
    endWaits() {
      quietUntil = 0
      rests.clear()
    },
  }
}
