import { randomUUID } from 'node:crypto'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Message } from '../messages/blocks.ts'
import {
  dueChannels,
  leaseNext,
  markFailed,
  markPosted,
  nameDelivery,
  type Waiting,
  wakeOutbox,
} from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { Worker } from '../worker.ts'
import { createChannels } from './channels.ts'
import { postFailure } from './slack-errors.ts'

/** Longer than any call of Slack may take. */
const LEASE_MS = 60_000
/** About one message a second and channel ("Rate limits"). */
const PACE_MS = 1000
/** How often rows are looked for that nobody woke us for: retries whose time has come. */
const LOOK_MS = 1000
/** How long a burst may gather before it is looked at. */
const GATHER_MS = 30
const LONGEST_WAIT_MS = 60_000

export interface Deliverer extends Worker {
  /** There may be something to post. */
  wake(): void
}

/**
 * Posts what waits in the outbox: per channel in order, at Slack's pace, each row in exactly one message.
 * @param parts.slack a client without retries of its own: it cannot know what was posted
 * @param parts.messageOf how rows that share a message read
 */
export function createDeliverer(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly messageOf: (rows: readonly Waiting[]) => Message
  readonly clock: () => Date
  readonly logger: Logger
  readonly paceMs?: number
}): Deliverer {
  const { store, slack, clock, logger, paceMs = PACE_MS } = parts
  const me = randomUUID()
  const channels = createChannels(slack)
  const draining = new Map<string, Promise<void>>()
  const stopped = new AbortController()
  let looking = Promise.resolve()
  let soon: NodeJS.Timeout | undefined
  let timer: NodeJS.Timeout | undefined

  async function look() {
    for (const channel of await dueChannels(store.db, clock())) {
      if (draining.has(channel) || stopped.signal.aborted) continue
      const drained = drain(channel)
        .catch((error: unknown) => logger.error({ err: error, channel }, 'delivery stopped; tries again'))
        .finally(() => draining.delete(channel))
      draining.set(channel, drained)
    }
  }

  /** Looks a moment later, so that a burst of webhooks is one look. */
  function wake() {
    if (stopped.signal.aborted || soon) return
    soon = setTimeout(() => {
      soon = undefined
      looking = looking
        .then(look)
        .catch((error: unknown) => logger.error({ err: error }, 'the outbox cannot be read; tries again'))
    }, GATHER_MS)
  }

  async function drain(channel: string) {
    while (!stopped.signal.aborted) {
      const now = clock()
      const rows = await leaseNext(store, channel, { by: me, now, until: new Date(now.getTime() + LEASE_MS) })
      if (rows.length === 0) return
      await deliver(channel, rows)
      await pause(paceMs, stopped.signal)
    }
  }

  async function deliver(channel: string, rows: readonly Waiting[]) {
    const begun = rows[0]?.delivery_id
    const deliveryId = begun ?? newDeliveryId(clock())
    try {
      const id = await channels.idOf(channel)
      // Begun before and not noted as posted: Slack may have it.
      const found = begun ? await findPosted(slack, id, rows[0]?.thread_ts, begun) : undefined
      if (!begun) await nameDelivery(store.db, rows, deliveryId)
      const ts = found ?? (await post(id, rows, deliveryId))
      await markPosted(store.db, rows, { deliveryId, channel: id, ts, at: clock() })
    } catch (error) {
      await failed(channel, rows, error)
    }
  }

  async function post(channel: string, rows: readonly Waiting[], deliveryId: string): Promise<string> {
    const { text, blocks } = parts.messageOf(rows)
    const metadata = {
      event_type: 'cmr_alert',
      event_payload: { delivery_id: deliveryId, event_ids: rows.map((row) => row.event_id).join(' ') },
    }
    const thread = rows[0]?.thread_ts ? { thread_ts: rows[0].thread_ts } : {}
    const common = { channel, text, metadata, ...thread, unfurl_links: false, unfurl_media: false }
    try {
      return String((await slack.chat.postMessage({ ...common, blocks })).ts)
    } catch (error) {
      if (postFailure(error).kind !== 'content') throw error
      logger.warn({ err: error, deliveryId }, 'Slack refuses the blocks; the text alone is posted')
      return String((await slack.chat.postMessage(common)).ts)
    }
  }

  async function failed(channel: string, rows: readonly Waiting[], error: unknown) {
    const failure = postFailure(error)
    const attempts = rows[0]?.attempts ?? 0
    const backOff = Math.min(1000 * 2 ** attempts, LONGEST_WAIT_MS)
    const wait = failure.kind === 'paced' ? failure.retryAfterMs : backOff
    logger.warn({ channel, events: rows.length, error: failure.error, wait }, 'an alert could not be posted')
    await markFailed(store.db, rows, {
      error: failure.error,
      keepDelivery: failure.kind === 'unknown',
      ...(failure.kind !== 'content' && { notBefore: new Date(clock().getTime() + wait) }),
    })
  }

  return {
    name: 'Delivery',
    wake,
    running: () => timer !== undefined && !stopped.signal.aborted,
    async start() {
      await wakeOutbox(store, clock())
      timer = setInterval(wake, LOOK_MS)
      wake()
    },
    async stop() {
      stopped.abort()
      clearInterval(timer)
      clearTimeout(soon)
      await looking
      await Promise.all(draining.values())
    },
  }
}

/** Holds the time it was made, so that the search for it knows where to begin. */
function newDeliveryId(now: Date): string {
  return `${now.getTime().toString(36)}-${randomUUID()}`
}

/** The message of a delivery, if Slack has it: in the channel, or in the thread it belongs to. */
async function findPosted(
  slack: WebClient,
  channel: string,
  thread: string | null | undefined,
  deliveryId: string,
): Promise<string | undefined> {
  const since = Number.parseInt(deliveryId.split('-')[0] ?? '', 36) / 1000 - 60
  const window = { channel, oldest: String(since), include_all_metadata: true, limit: 200 }
  let cursor: string | undefined
  do {
    const asked = { ...window, ...(cursor && { cursor }) }
    const page = thread
      ? await slack.conversations.replies({ ...asked, ts: thread })
      : await slack.conversations.history(asked)
    for (const message of page.messages ?? []) {
      const payload = message.metadata?.event_payload as { delivery_id?: unknown } | undefined
      if (payload?.delivery_id === deliveryId) return message.ts
    }
    cursor = page.response_metadata?.next_cursor || undefined
  } while (cursor)
  return undefined
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
