import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { releaseHeld } from '../../events/store/outbox.ts'
import type { Waiting } from '../../health/health.ts'
import { createBackgroundLoop, createErrorLog, type Worker } from '../../process/background-loop.ts'
import { CLOCK_SKEW_MS, type Monotonic, stillToCome } from '../../process/clock.ts'
import { addMilliseconds, millisecondsInHour } from '../../process/dates.ts'
import { type Channels, isChannelId } from '../../slack/channels.ts'
import { NAME_UNKNOWN, whyBroken, whyPaced } from '../../slack/errors.ts'
import type { Files } from '../../slack/files.ts'
import type { NotifyAdmins } from '../../slack/notify-admins.ts'
import { createPostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import type { AlertLookup } from '../alert-lookup.ts'
import type { AlertState } from '../messages/event-parts.ts'
import {
  brokenQueues,
  busyQueues,
  type ChannelQueue,
  claimQueue,
  pacedQueues,
  releaseQueue,
  releaseQueuesOf,
  wakeQueues,
} from '../store/channel-queues.ts'
import { createAfterwards } from './afterwards.ts'
import { createStep } from './channel-step.ts'
import { createFailures, LONGEST_WAIT_MS, SETTLE_MS } from './failures.ts'
import { LONGEST_PACES } from './next-message.ts'

/** Longer than one step takes: a search, a post and a second attempt without blocks. */
const LEASE_MS = 60_000
/** The interval between two checks of the channel queues without a wake-up, in milliseconds. */
const LOOK_MS = 1000
/** How long a burst may gather before it is looked at. */
const GATHER_MS = 30

interface Deliverer extends Worker, Waiting {
  catchUp(): Promise<void>
  /** There may be something to post. */
  wake(): void
  /** Returns which channels Slack refuses although alerts wait for them; undefined where there is none. */
  refusedChannels(): Promise<string | undefined>
}

/**
 * Posts what waits in the outbox: each channel has a queue of its own, in order, at Slack's pace, each row in exactly
 * one message. Only the holder of a queue's lease posts there.
 * @param parts.slack a client without retries of its own
 * @param parts.fallback where alerts go whose channel refuses them: id or #name (`CMR_ALERTS_CHANNEL`)
 * @param parts.paceMs between two messages in one channel (`CMR_ALERT_PACE_MS`)
 * @param parts.state what the buttons of every alert depend on
 */
export function createDelivery(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly files: Pick<Files, 'share'>
  readonly channels: Channels
  readonly lookUp: AlertLookup
  readonly notifyAdmins: NotifyAdmins
  readonly fallback: string | undefined
  readonly paceMs: number
  readonly editPaceMs: number | undefined
  readonly state: AlertState
  readonly clock: () => Date
  readonly monotonic: Monotonic
  readonly logger: Logger
}): Deliverer {
  const { store, slack, clock, logger, paceMs } = parts
  const messages = createPostedMessages({ slack, logger, turn: createTurns() })
  const failures = createFailures(parts)
  const afterwards = createAfterwards({ ...parts, messages })
  const step = createStep({ ...parts, messages, failures, afterwards })
  const { db } = store
  const me = randomUUID()
  const draining = new Map<string, Promise<void>>()
  const drainErrors = createErrorLog(logger)
  const loop = createBackgroundLoop({
    name: 'Delivery',
    serves: 'alerts',
    everyMs: LOOK_MS,
    round,
    onError: 'the outbox cannot be read; tries again',
    logger,
  })

  async function round() {
    let soonest = LOOK_MS
    await releaseHeld(db, clock())
    for (const channelQueue of await busyQueues(db)) {
      if (draining.has(channelQueue.channel) || loop.signal.aborted) continue
      const now = clock()
      const at = dueAt(channelQueue, now) ?? failures.waits(now)
      if (at) soonest = Math.min(soonest, at.getTime() - now.getTime())
      else draining.set(channelQueue.channel, drainInBackground(channelQueue.channel))
    }
    return soonest
  }

  async function drainInBackground(channel: string) {
    let againMs = GATHER_MS
    try {
      await drain(channel)
      drainErrors.clear()
    } catch (error) {
      drainErrors.log(error, 'delivery stopped; tries again')
      againMs = LOOK_MS
    }
    draining.delete(channel)
    loop.wake(againMs)
  }

  async function drain(channel: string) {
    for (;;) {
      const now = clock()
      const channelQueue = await claimQueue(db, channel, {
        by: me,
        now,
        until: addMilliseconds(now, LEASE_MS),
      })
      if (!channelQueue) return
      const done = loop.signal.aborted ? { restUntil: now } : await step(channelQueue)
      if (done !== 'posted') return releaseQueue(db, channel, me, done.restUntil)
      await sleep(paceMs, undefined, { signal: loop.signal }).catch(() => undefined)
    }
  }

  /** Returns when a queue is due next; undefined if it is due now. A lease counts while its holder lives. */
  function dueAt(channelQueue: ChannelQueue, now: Date): Date | undefined {
    if (channelQueue.leased_by && channelQueue.leased_by !== me)
      return stillToCome(channelQueue.leased_until, now, LEASE_MS + CLOCK_SKEW_MS)
    const longest = channelQueue.broken_at
      ? millisecondsInHour
      : Math.max(LONGEST_WAIT_MS, LONGEST_PACES * paceMs)
    const [due, paced] = [channelQueue.due_at, channelQueue.paced_until].map((at) =>
      stillToCome(at, now, longest),
    )
    return [due, paced]
      .filter((at) => at !== undefined)
      .toSorted((a, b) => a.getTime() - b.getTime())
      .at(-1)
  }

  return {
    ...loop,
    wake: () => loop.wake(GATHER_MS),
    async catchUp() {
      await loop.catchUp()
      await Promise.all(draining.values())
    },
    trouble: async () => failures.trouble(),
    async refusedChannels() {
      const stuck = (await brokenQueues(db)).filter(({ waiting }) => waiting > 0)
      const lines = stuck.map(({ channel, error, waiting }) => {
        const wait = waiting === 1 ? 'one alert waits' : `${waiting} alerts wait`
        return `${wait} for ${channel}, where ${whyBroken(error)}`
      })
      return lines.join('; ') || undefined
    },
    endWaits() {
      failures.endWaits()
      loop.wake()
    },
    async waits() {
      const now = clock()
      const channelQueues = await pacedQueues(db)
      return channelQueues.flatMap(({ channel, waiting, error, paced_until }) => {
        const until = stillToCome(paced_until, now, LONGEST_WAIT_MS)
        if (!until) return []
        const what = `${waiting === 1 ? 'one alert' : `${waiting} alerts`} for ${channel}`
        const why = isChannelId(channel) ? whyPaced(error) : NAME_UNKNOWN
        return [{ what, ms: until.getTime() - now.getTime(), why }]
      })
    },
    async start() {
      await wakeQueues(store, clock())
      await loop.start()
    },
    async stop() {
      await loop.stop()
      await Promise.all(draining.values())
    },
    // What this process has sent to Slack without an answer may arrive meanwhile: whoever goes on searches for it.
    handBack: () => releaseQueuesOf(db, me, addMilliseconds(clock(), SETTLE_MS)),
  }
}

/** Slack's limit for a whole workspace is not documented in numbers ("Rate limits"): kept well below what is seen. */
export const PER_SECOND = 20

/** Creates what waits until the workspace may be posted to again: one turn after the other, for all channels together. */
function createTurns(): () => Promise<void> {
  const every = 1000 / PER_SECOND
  let next = 0
  return async () => {
    const now = performance.now()
    const mine = Math.max(now, next)
    next = mine + every
    if (mine > now) await new Promise((resolve) => setTimeout(resolve, mine - now))
  }
}
