import type { Logger } from 'pino'
import { type OutboxRow, outboxStats } from '../../events/store/outbox.ts'
import { type Monotonic, stillToCome } from '../../process/clock.ts'
import { addMilliseconds, millisecondsInHour } from '../../process/dates.ts'
import { backOffMs } from '../../process/retries.ts'
import { escapeText } from '../../slack/blocks.ts'
import { type Channels, isChannelId } from '../../slack/channels.ts'
import { LONGEST_PAUSE_MS } from '../../slack/client.ts'
import { postFailure, whyBroken } from '../../slack/errors.ts'
import type { NotifyAdmins } from '../../slack/notify-admins.ts'
import type { Store } from '../../store/store.ts'
import {
  breakQueue,
  type ChannelQueue,
  moveWaiting,
  noteAdminsNotified,
  slowQueue,
} from '../store/channel-queues.ts'
import { failForGood, unnameDelivery } from '../store/deliveries.ts'
import { forgetThread } from '../store/threads.ts'

/** After so long Slack is asked again, whatever it said and however often. */
export const LONGEST_WAIT_MS = LONGEST_PAUSE_MS
const BACK_OFF = { firstMs: 1000, longestMs: LONGEST_WAIT_MS }
const backOff = ({ attempts }: ChannelQueue) => backOffMs(attempts, BACK_OFF)
/** So long a name may take to be looked up before people are asked for the channel's id. */
const NAME_MS = 60_000
/** In a row, about two minutes of them. */
const MOST_REFUSALS = 7
/** What Slack is still working on is not looked for yet. */
export const SETTLE_MS = 2000
/** What its name meant is no more. */
const gone = new Set(['channel_not_found', 'is_archived'])
/** A broken channel is tried again by itself after that. */
const TRY_AGAIN_MS = millisecondsInHour

/** What becomes of a message that could not be posted, and of its channel. */
export interface Failures {
  /** @returns when its queue is to be looked at again */
  handle(channelQueue: ChannelQueue, rows: readonly OutboxRow[], error: unknown): Promise<Date>
  /**
   * What may stand in Slack could not be looked for. Its rows stay named, and nothing is posted, until that has
   * succeeded: a message that is there must not be posted again because Slack was busy when it was asked.
   * @returns when its queue is to be looked at again
   */
  unseen(channelQueue: ChannelQueue, rows: readonly OutboxRow[], error: unknown): Promise<Date>
  /**
   * Slack has not told which channel a name means. After a minute of that the admins are asked, once, for the id, and
   * what is urgent goes to the fallback channel.
   * @returns when its queue is to be looked at again
   */
  nameUnknown(channelQueue: ChannelQueue, error: unknown): Promise<Date>
  /** Slack has told which channel a name means. */
  nameFound(channelQueue: ChannelQueue): void
  /** Sends what waits in a broken queue elsewhere. @returns when the queue is to be tried again */
  detour(channelQueue: ChannelQueue): Promise<Date>
  /** Slack takes posts again. */
  well(): void
  /** Where Slack lets everybody wait: when to come again; nothing for whoever may ask now. */
  waits: Probe['waits']
  /** Asks Slack again at once: a person says that it is well. */
  endWaits(): void
  /** Why nothing at all can be posted, if so. */
  trouble(): string | undefined
}

/** @param parts.fallback id or #name (`CMR_ALERTS_CHANNEL`) */
export function createFailures(parts: {
  readonly store: Store
  readonly channels: Channels
  readonly fallback: string | undefined
  readonly notifyAdmins: NotifyAdmins
  readonly clock: () => Date
  readonly monotonic: Monotonic
  readonly logger: Logger
}): Failures {
  const { store, channels, fallback, notifyAdmins, clock, monotonic, logger } = parts
  const probe = createProbe(monotonic)
  /** Names that Slack has not told the channels of, since when. */
  const unknownNames = new Map<string, number>()
  const { db } = store
  let token: string | undefined

  async function slow({ channel }: ChannelQueue, error: string, ms: number): Promise<Date> {
    const until = addMilliseconds(clock(), ms)
    await slowQueue(db, channel, error, until)
    return until
  }

  async function handle(
    channelQueue: ChannelQueue,
    rows: readonly OutboxRow[],
    thrown: unknown,
  ): Promise<Date> {
    const failure = postFailure(thrown)
    const { channel, attempts } = channelQueue
    const { kind, error } = failure
    logger.warn({ channel, events: rows.length, kind, error }, 'alerts could not be posted')
    // The rows stay named: before they are posted again, the channel is searched for them.
    if (kind === 'unknown') return slow(channelQueue, error, Math.max(backOff(channelQueue), SETTLE_MS))
    if (kind === 'content') {
      // Before they are marked: of two channels whose first alerts fail at once, neither would be told of afterwards.
      const { failed } = await outboxStats(db)
      await failForGood(db, rows, error)
      // Who has not looked after the first ones yet need not hear of each.
      if (failed === 0) await notifyAdmins(failedNotice(channel, rows.length, error))
      return clock()
    }
    // A name that cannot be looked up has begun nothing yet.
    if (rows.length > 0) await unnameDelivery(db, rows, { error, leaveThread: kind === 'thread' })
    switch (kind) {
      case 'thread':
        await forgetThread(db, channel, rows[0]?.thread_ts ?? '')
        return clock()
      case 'paced':
        probe.paced(channel)
        // Slack that says so again and again is asked less and less: each attempt costs the store a plan.
        return slow(channelQueue, error, Math.max(failure.retryAfterMs, backOff(channelQueue)))
      case 'token':
        token = error
        return slow(channelQueue, error, LONGEST_WAIT_MS)
      case 'channel':
        return broken(channelQueue, error)
      case 'refused':
        // What Slack says again and again it means, whatever its word for it.
        if (channelQueue.error === error && attempts >= MOST_REFUSALS) return broken(channelQueue, error)
        return slow(channelQueue, error, backOff(channelQueue))
    }
  }

  async function unseen(
    channelQueue: ChannelQueue,
    rows: readonly OutboxRow[],
    thrown: unknown,
  ): Promise<Date> {
    const failure = postFailure(thrown)
    const { kind, error } = failure
    // Where the thread or the channel is gone, so is the message.
    if (kind === 'thread' || kind === 'channel') return handle(channelQueue, rows, thrown)
    logger.warn(
      { channel: channelQueue.channel, events: rows.length, kind, error },
      'alerts could not be looked for',
    )
    if (kind === 'token') token = error
    const asked = failure.kind === 'paced' ? failure.retryAfterMs : 0
    return slow(channelQueue, error, Math.max(asked, backOff(channelQueue)))
  }

  async function nameUnknown(channelQueue: ChannelQueue, thrown: unknown): Promise<Date> {
    const failure = postFailure(thrown)
    const { channel } = channelQueue
    if (failure.kind !== 'paced' && failure.kind !== 'unknown') return handle(channelQueue, [], thrown)
    const since = unknownNames.get(channel) ?? monotonic()
    unknownNames.set(channel, since)
    if (monotonic() - since >= NAME_MS) await giveUpName(channelQueue)
    // The look-up goes on where it was: it is not asked less and less often, as a channel that refuses is.
    return slow(
      channelQueue,
      failure.error,
      failure.kind === 'paced' ? failure.retryAfterMs : backOff(channelQueue),
    )
  }

  /** Tells the admins of a queue, once for as long as it lasts. */
  async function tellAdmins({ channel, admins_notified_at }: ChannelQueue, text: string) {
    if (admins_notified_at || !(await notifyAdmins(text))) return
    await noteAdminsNotified(db, channel, clock())
  }

  async function giveUpName(channelQueue: ChannelQueue) {
    const { channel } = channelQueue
    const place = fallback && channels.known(fallback)
    const elsewhere = place && isChannelId(place) ? place : undefined
    if (elsewhere)
      await moveWaiting(db, channel, elsewhere, clock(), { error: 'name_unknown', onlyUrgent: true })
    await tellAdmins(channelQueue, unknownNotice(channel, elsewhere))
  }

  async function broken(channelQueue: ChannelQueue, error: string): Promise<Date> {
    const now = clock()
    await breakQueue(db, channelQueue.channel, error, now)
    if (gone.has(error)) await channels.forget(channelQueue.channel)
    return detour({ ...channelQueue, error, broken_at: now.toISOString() })
  }

  async function detour(channelQueue: ChannelQueue): Promise<Date> {
    const { channel, error } = channelQueue
    const elsewhere = fallback && (await channels.idOf(fallback).catch(() => undefined))
    const moves = elsewhere && elsewhere !== channel
    if (moves) await moveWaiting(db, channel, elsewhere, clock(), { error: error ?? 'unknown' })
    await tellAdmins(channelQueue, notice(channel, error, moves ? elsewhere : undefined))
    return tryAgainAt(channelQueue, clock()) ?? clock()
  }

  return {
    handle,
    unseen,
    nameUnknown,
    nameFound: ({ channel }) => void unknownNames.delete(channel),
    detour,
    well() {
      token = undefined
      probe.well()
    },
    waits: probe.waits,
    endWaits: probe.well,
    trouble: () => token && `Slack refuses the bot's token (${token}): everything waits`,
  }
}

/** @returns until when a broken channel is left alone; nothing where the queue may be tried now */
export function tryAgainAt({ broken_at }: ChannelQueue, now: Date): Date | undefined {
  return broken_at
    ? stillToCome(addMilliseconds(new Date(broken_at), TRY_AGAIN_MS).toISOString(), now, TRY_AGAIN_MS)
    : undefined
}

const placeOf = (channel: string) => (channel.startsWith('#') ? escapeText(channel) : `<#${channel}>`)

function failedNotice(channel: string, count: number, error: string): string {
  const what = count === 1 ? 'An alert' : `${count} alerts`
  return `:warning: ${what} could not be posted in ${placeOf(channel)}: Slack takes the message in no form (${error}). \`/cmr alerts failed\` shows what it was, and \`/cmr alerts retry all\` tries again.`
}

function unknownNotice(channel: string, elsewhere: string | undefined): string {
  const urgent = elsewhere ? `Urgent alerts go to <#${elsewhere}> meanwhile, the others wait` : 'They wait'
  return [
    `:warning: The bot could not find out within a minute which channel ${escapeText(channel)} is: Slack lets it read the list of channels only slowly.`,
    `${urgent}: nothing is lost, and the bot keeps looking.`,
    'To end this now, set the channel’s id in place of its name, in `CMR_ALERTS_CHANNEL` or with `/cmr alerts edit`. Slack shows the id (it begins with C) at the bottom of the channel’s details.',
  ].join(' ')
}

function notice(channel: string, error: string | null, elsewhere: string | undefined): string {
  const follows = elsewhere ? `They go to <#${elsewhere}> instead.` : 'They wait: nothing is lost.'
  return `:warning: Alerts cannot be posted in ${placeOf(channel)}: ${whyBroken(error)}. ${follows} When that is fixed, run \`/cmr alerts repair\`; the bot also tries again every hour.`
}

/** As many channels that Slack lets wait, with none in between that it takes posts for, mean all of Slack. */
const CHANNELS = 3
const PROBE_BACK_OFF = { firstMs: 1000, longestMs: 10_000 }

/**
 * The state of Slack as a whole. While it is down nothing is tried: each attempt costs the store a plan that those who
 * come in wait for.
 */
interface Probe {
  /** Slack lets a channel wait. */
  paced(channel: string): void
  /** Slack takes posts again. */
  well(): void
  /**
   * While Slack lets everybody wait, one queue at a time finds out whether it is over, less and less often.
   * @returns nothing for whoever may ask now; for all others, when to come again
   */
  waits(now: Date): Date | undefined
}

/** @param monotonic milliseconds of a clock that never steps */
export function createProbe(monotonic: Monotonic = () => performance.now()): Probe {
  const paced = new Set<string>()
  let probes = 0
  let nextAt = 0
  return {
    paced(channel) {
      paced.add(channel)
    },
    well() {
      paced.clear()
      probes = 0
      nextAt = 0
    },
    waits(now) {
      if (paced.size < CHANNELS) return undefined
      const left = nextAt - monotonic()
      if (left > 0) return addMilliseconds(now, left)
      nextAt = monotonic() + backOffMs(probes++, PROBE_BACK_OFF)
      return undefined
    },
  }
}
