import type { WebClient } from '@slack/web-api'
import type { HealthCheck } from '../health/health.ts'
import { postFailure } from './errors.ts'

/** The bot's identity as `auth.test` reports it. */
export interface BotIdentity {
  readonly botId?: string
  readonly botUserId?: string
  readonly teamId?: string
}

/** Slack is asked at most so often by whoever watches the bot: a token may be revoked at any time. */
const KEPT_MS = 5000

/** Asks Slack who the bot is. Slack being away is no reason to take the bot out of service, a refused token is. */
export function createSignIn(slack: WebClient): {
  /** The identity as far as Slack has reported it. */
  readonly identity: () => BotIdentity
  readonly check: HealthCheck
} {
  let identity: BotIdentity = {}

  async function look() {
    try {
      const { bot_id, user_id, team_id } = await slack.auth.test()
      identity = {
        ...(bot_id && { botId: bot_id }),
        ...(user_id && { botUserId: user_id }),
        ...(team_id && { teamId: team_id }),
      }
      return `signed in as ${user_id}`
    } catch (error) {
      throw new Error(sentenceOf(error), { cause: error })
    }
  }

  return {
    identity: () => identity,
    check: {
      name: 'Slack',
      serves: 'commands',
      look,
      keptMs: KEPT_MS,
      stopsService: (error) => isRefused((error as Error).cause),
      isKeyRefused: (error) => isRefused((error as Error).cause),
    },
  }
}

function isRefused(error: unknown): boolean {
  return postFailure(error).kind === 'token'
}

function sentenceOf(error: unknown): string {
  const failure = postFailure(error)
  if (failure.kind === 'token')
    return `Slack refuses the bot token (${failure.error}): reinstall the app and set SLACK_BOT_TOKEN`
  return failure.kind === 'paced' ? 'Slack asks the bot to wait' : `Slack does not answer (${failure.error})`
}
