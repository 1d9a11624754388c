import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import type { HealthCheck } from '../health/health.ts'
import { retryAfterMs } from '../process/retries.ts'
import { isAnswerLost, postFailure } from './errors.ts'
import { scrubForEverybody, scrubForOneReader } from './scrub.ts'

/** The settings that say which Slack to call, and as whom. */
interface Connection {
  readonly SLACK_BOT_TOKEN: string
  readonly SLACK_API_URL?: string | undefined
}

const REQUEST_MS = 10_000

/**
 * A Web API client that posts nothing twice by itself: posting has no idempotency key, so who posts decides.
 * @param config.SLACK_API_URL another Slack Web API, for an emulator
 */
export function createSlackClient(config: Connection): WebClient {
  return new BotClient(config.SLACK_BOT_TOKEN, {
    ...clientOptions(config),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })
}

/** Returns how every Web API client of the bot calls Slack. */
export function clientOptions(config: Pick<Connection, 'SLACK_API_URL'>): WebClientOptions {
  return {
    logLevel: LogLevel.ERROR,
    fetch: fetchFromSlack,
    timeout: REQUEST_MS,
    ...(config.SLACK_API_URL && { slackApiUrl: config.SLACK_API_URL.replace(/\/?$/, '/') }),
  }
}

/**
 * Slack's limits are by the minute ("Rate limits"). A `Retry-After` that names hours is cut to this: after it one
 * message a channel finds out whether it is over.
 */
export const LONGEST_PAUSE_MS = 60_000

/**
 * Fetches as the Web API client wants it: every 429 carries whole seconds, at least one and at most
 * `LONGEST_PAUSE_MS`. The client knows no other form, and where it waits by itself it waits for as long as it is told.
 */
async function fetchFromSlack(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(input, init)
  if (response.status !== 429) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after', String(Math.ceil(retryAfterMs(response, LONGEST_PAUSE_MS) / 1000)))
  return new Response(response.body, { status: 429, statusText: response.statusText, headers })
}

const forOneReader = /^(views\.|chat\.postEphemeral$)/
/** What may be asked twice: it reads, or leaves the same behind. */
const repeatable =
  /^(chat\.(update|getPermalink)|views\.(update|publish)|conversations\.(history|replies|info|members|list|open)|users\.(info|list|lookupByEmail)|usergroups\.users\.list|files\.info|auth\.test)$/

/**
 * A Web API client that takes credentials which the bot has seen out of everything that it sends, and asks once more
 * where an answer was lost that may be asked for twice: who waits for an edit would wait for ever.
 */
class BotClient extends WebClient {
  override async apiCall(
    ...[method, options]: Parameters<WebClient['apiCall']>
  ): ReturnType<WebClient['apiCall']> {
    const scrub = forOneReader.test(method) ? scrubForOneReader : scrubForEverybody
    const scrubbed = scrub(options)
    try {
      return await super.apiCall(method, scrubbed)
    } catch (error) {
      // A view that has changed since its hash may have been changed by the first of the two.
      if (!repeatable.test(method) || scrubbed?.hash !== undefined || !isAnswerLost(error)) throw error
      return super.apiCall(method, scrubbed)
    }
  }
}

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
