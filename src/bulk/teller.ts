import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Message } from '../messages/blocks.ts'
import { runMessage } from '../messages/bulk.ts'
import type { Files } from '../slack/web-api/files.ts'
import { claimPosting, noteRun, runsToTell, setRunMessage } from '../store/bulk/message.ts'
import { rowsOf } from '../store/bulk/rows.ts'
import type { BulkRun } from '../store/bulk/runs.ts'
import type { Store } from '../store/store.ts'
import type { Worker } from '../worker.ts'
import { outcomeCsv, outcomeName } from './outcome.ts'
import { viewOf } from './run-view.ts'

/** Slack takes about one edit a second and channel; people need no more than one in two. */
const PACE_MS = 2000
/** How often runs are looked at. */
const LOOK_MS = 500
/** Longer than a call of Slack may take: after that a posting is looked for. */
const POSTING_MS = 15_000
/** Posting was begun at that time or a little later: clocks differ. */
const SLACK_CLOCK_S = 60

interface At {
  readonly channel: string
  readonly ts: string
}

/**
 * Shows runs in Slack: one message each, edited in place until it shows how the run ended, and the outcome as a
 * file in its thread.
 */
export function createTeller(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly files: Files
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { store, slack, files, clock, logger } = parts
  const stopped = new AbortController()
  const shownAt = new Map<string, number>()
  let quietUntil = 0
  let working: Promise<void> | undefined

  async function work() {
    while (!stopped.signal.aborted) {
      await tellAll().catch((error: unknown) =>
        logger.error({ err: error }, 'runs cannot be read; tries again'),
      )
      await sleep(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }

  async function tellAll() {
    for (const run of await runsToTell(store.db)) {
      const now = clock().getTime()
      const resting = run.state !== 'done' && now < (shownAt.get(run.id) ?? 0) + PACE_MS
      if (resting || now < quietUntil) continue
      shownAt.set(run.id, now)
      await tell(run).catch((error: unknown) => {
        quietUntil = now + retryAfterMs(error)
        logger.warn({ err: error, run: run.id }, 'a run could not be shown; tries again')
      })
    }
  }

  async function tell(run: BulkRun) {
    const message = runMessage(await viewOf(store.db, run))
    const at = (await edited(run, message)) ?? (await posted(run, message))
    if (!at) return
    await noteRun(store.db, run.id, { shown_version: run.version })
    if (run.state === 'done' && run.outcome_state !== 'shared') await shareOutcome(run, at.channel, at.ts)
  }

  /** @returns where it stands; nothing where there is none yet, or somebody has deleted it */
  async function edited(run: BulkRun, message: Message): Promise<At | undefined> {
    const { message_channel: channel, message_ts: ts } = run
    if (!channel || !ts) return undefined
    try {
      await slack.chat.update({ channel, ts, ...message })
      return { channel, ts }
    } catch (error) {
      if (errorOf(error) !== 'message_not_found') throw error
      await noteRun(store.db, run.id, { message_ts: null, posting_at: null })
      return undefined
    }
  }

  /**
   * Where it was asked for; where the bot may not write there, to the person.
   * @returns nothing where it may be under way: it is looked for later
   */
  async function posted(run: BulkRun, message: Message): Promise<At | undefined> {
    const now = clock()
    const before = new Date(now.getTime() - POSTING_MS)
    if (!(await claimPosting(store.db, run.id, { now, before }))) return undefined
    for (const place of [run.channel, run.actor].filter((one) => one !== null)) {
      try {
        const at = (await begun(run, place)) ?? (await post(run, place, message))
        await setRunMessage(store.db, run.id, { ...at, now })
        return at
      } catch (error) {
        if (!refused(error) || place === run.actor) throw error
        logger.info({ err: error, channel: place }, 'a run is shown to the person who started it')
      }
    }
    return undefined
  }

  async function post(run: BulkRun, place: string, message: Message): Promise<At> {
    const metadata = { event_type: 'cmr_import', event_payload: { run_id: run.id } }
    const answer = await slack.chat.postMessage({ channel: place, ...message, metadata, unfurl_links: false })
    return { channel: String(answer.channel ?? place), ts: String(answer.ts) }
  }

  /** The message of a run whose posting was begun and not noted as done: Slack may have it. */
  async function begun(run: BulkRun, place: string): Promise<At | undefined> {
    if (!run.posting_at) return undefined
    const channel = place === run.actor ? await directMessage(place) : place
    const oldest = String(Date.parse(run.posting_at) / 1000 - SLACK_CLOCK_S)
    const page = await slack.conversations.history({
      channel,
      oldest,
      include_all_metadata: true,
      limit: 200,
    })
    const found = (page.messages ?? []).find(({ metadata }) => {
      const payload = metadata?.event_payload as { run_id?: unknown } | undefined
      return payload?.run_id === run.id
    })
    return found?.ts ? { channel, ts: found.ts } : undefined
  }

  async function directMessage(person: string): Promise<string> {
    const { channel } = await slack.conversations.open({ users: person })
    return String(channel?.id ?? person)
  }

  /** Once: a sharing that was begun and not noted is looked for in the thread. */
  async function shareOutcome(run: BulkRun, channel: string, ts: string) {
    const name = outcomeName(run)
    const before = run.outcome_state === 'sharing' && (await isShared(channel, ts, name))
    if (!before) {
      await noteRun(store.db, run.id, { outcome_state: 'sharing' })
      const content = outcomeCsv(await rowsOf(store.db, run.id))
      const comment = 'The outcome of every row.'
      await files.share({ name, content }, { channel, threadTs: ts, comment })
    }
    await noteRun(store.db, run.id, { outcome_state: 'shared' })
  }

  async function isShared(channel: string, ts: string, name: string): Promise<boolean> {
    const { messages = [] } = await slack.conversations.replies({ channel, ts, limit: 200 })
    return messages.some(({ files: shared }) => shared?.some((file) => file.name === name))
  }

  return {
    name: 'Import messages',
    running: () => working !== undefined && !stopped.signal.aborted,
    async start() {
      working = work()
    },
    async stop() {
      stopped.abort()
      await working
    },
  }
}

function errorOf(error: unknown): string | undefined {
  const answer = error instanceof Error && 'data' in error ? (error.data as { error?: string }) : undefined
  return answer?.error
}

/** Slack has said that it will not be: not a failure that passes, and not one after which it may stand there. */
function refused(error: unknown): boolean {
  const said = errorOf(error)
  return said !== undefined && !/ratelimited|internal_error|fatal_error|service_unavailable/.test(said)
}

/** Slack's own pace ("Rate limits"); other failures may pass at once. */
function retryAfterMs(error: unknown): number {
  return error instanceof Error && 'retryAfter' in error ? Number(error.retryAfter) * 1000 : 0
}
