import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { createMembershipCheck } from './access/accounts.ts'
import { recentPolicy } from './access/policy.ts'
import type { Cmr } from './cmr/client.ts'
import { CmrError } from './cmr/errors.ts'
import type { EventFlow } from './event-flow.ts'
import type { Foundation } from './foundation.ts'
import { type HealthCheck, informational, type Waiting, waitsCheck } from './health/health.ts'
import { millisecondsInDay, millisecondsInMinute } from './process/dates.ts'
import { momentText } from './process/day-text.ts'
import { createWebhookCheck } from './renewals/reconciliation/reconciler.ts'
import { checkChannel } from './slack/channel-access.ts'
import type { Channels } from './slack/channels.ts'
import type { SlackConnection } from './slack/connection.ts'

async function lookAtCmr(cmr: Cmr): Promise<string> {
  try {
    await cmr.wallet.get()
    return 'answers'
  } catch (error) {
    if (!isKeyRefused(error)) throw error
    const sentence = 'CMR refuses the API key (401): make a new one in its dashboard and set CMR_API_KEY'
    throw new Error(sentence, { cause: error })
  }
}

const isKeyRefused = (error: unknown) => error instanceof CmrError && error.kind === 'unauthorized'

/** Returns what `/readyz` and `/cmr status` look at beside the store and the workers, in the order in which they list it. */
export function healthChecks(
  foundation: Foundation,
  parts: {
    readonly events: EventFlow
    readonly signIn: HealthCheck
    readonly slackConnection: SlackConnection
    readonly waiting: readonly Waiting[]
    readonly unexpected: HealthCheck
  },
): HealthCheck[] {
  const { config, store, cmr, slack, channels, intervalMs, clock } = foundation
  const { deliverer, signatures, catchingUp } = parts.events
  return [
    parts.signIn,
    ...parts.slackConnection.checks,
    createMembershipCheck(slack),
    {
      name: 'CMR',
      serves: 'commands',
      look: () => lookAtCmr(cmr),
      keptMs: millisecondsInMinute / 2,
      isKeyRefused: (error) => isKeyRefused((error as Error).cause),
    },
    {
      name: 'Alerts channel',
      serves: 'alerts',
      look: () => checkAlertsChannel(slack, channels, config.CMR_ALERTS_CHANNEL),
      keptMs: millisecondsInMinute,
    },
    {
      name: 'Approvals channel',
      serves: 'changes',
      async look() {
        const { channel } = (await recentPolicy(store)).approvals
        if (!channel) return 'none is set up'
        return checkChannel(slack, channel, 'choose another with /cmr approvals set')
      },
      keptMs: millisecondsInMinute,
    },
    waitsCheck(parts.waiting, clock),
    informational('Channels', 'alerts', deliverer.refusedChannels, 'Slack takes every alert'),
    signatures.check,
    ...(intervalMs > 0 ? [createWebhookCheck({ store, catchingUp, clock })] : []),
    parts.unexpected,
  ]
}

/** Errors that nobody caught, a library's among them. */
interface UnexpectedErrors {
  /** Logs and counts one. */
  note(error: unknown): void
  count(): number
  readonly check: HealthCheck
}

/** Recent enough that somebody should look into the log. */
const RECENT_MS = millisecondsInDay

/**
 * Keeps the process alive through errors that nobody caught: webhooks are taken all the same. They are logged and
 * counted. What they say stays in the log: it may name what is nobody else's business.
 */
export function createUnexpectedErrors(parts: {
  readonly logger: Logger
  readonly clock: () => Date
}): UnexpectedErrors {
  const { logger, clock } = parts
  let count = 0
  let lastAt: Date | undefined
  return {
    note(error) {
      count++
      lastAt = clock()
      logger.error({ err: error }, 'an error that nobody caught; the bot goes on')
    },
    count: () => count,
    check: {
      name: 'Process',
      serves: 'commands',
      async look() {
        if (!lastAt) return 'no unexpected error since the start'
        const seen = `${count === 1 ? 'one unexpected error' : `${count} unexpected errors`} since the start, the last on ${momentText(lastAt)}`
        if (clock().getTime() - lastAt.getTime() < RECENT_MS) throw new Error(`${seen}: look into the log`)
        return seen
      },
    },
  }
}

/** What the log and the status say without `CMR_ALERTS_CHANNEL`. */
export const NO_ALERTS_CHANNEL =
  'CMR_ALERTS_CHANNEL is not set: events that no route takes are stored, but posted nowhere'

/**
 * Looks whether alerts that no route takes will reach their channel (`CMR_ALERTS_CHANNEL`).
 * @param channel id or #name
 * @returns a sentence on what it saw
 * @throws an Error that says what to do
 */
export async function checkAlertsChannel(
  slack: WebClient,
  channels: Pick<Channels, 'idOf'>,
  channel: string | undefined,
): Promise<string> {
  if (!channel) throw new Error(NO_ALERTS_CHANNEL)
  return checkChannel(slack, await channels.idOf(channel), 'set CMR_ALERTS_CHANNEL')
}
