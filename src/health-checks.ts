import { createMembershipCheck } from './access/accounts.ts'
import { recentPolicy } from './access/policy.ts'
import { checkAlertsChannel } from './alerts/alerts-channel.ts'
import type { Cmr } from './cmr/client.ts'
import { CmrError } from './cmr/errors.ts'
import type { EventFlow } from './event-flow.ts'
import type { Foundation } from './foundation.ts'
import { type HealthCheck, informational, type Waiting, waitsCheck } from './health/health.ts'
import { millisecondsInMinute } from './process/dates.ts'
import { createWebhookCheck } from './renewals/reconciliation/reconciler.ts'
import { checkChannel } from './slack/channel-access.ts'
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
