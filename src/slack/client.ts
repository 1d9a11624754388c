import { LogLevel, type WebClient, type WebClientOptions } from '@slack/web-api'
import { fetchFromSlack } from './rate-limits.ts'
import { ScrubbingClient } from './scrubbing-client.ts'

/** The settings that say which Slack to call, and as whom. */
interface Connection {
  readonly SLACK_BOT_TOKEN: string
  readonly SLACK_API_URL?: string | undefined
}

const BASE: WebClientOptions = { logLevel: LogLevel.ERROR, fetch: fetchFromSlack }
const REQUEST_MS = 10_000

/**
 * A Web API client without retries of its own: posting has no idempotency key, so who posts decides.
 * @param config.SLACK_API_URL another Slack Web API, for an emulator
 */
export function createSlackClient(config: Connection): WebClient {
  return new ScrubbingClient(config.SLACK_BOT_TOKEN, {
    ...clientOptions(config),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })
}

/** Returns how every Web API client of the bot calls Slack. */
export function clientOptions(config: Pick<Connection, 'SLACK_API_URL'>): WebClientOptions {
  const options = { ...BASE, timeout: REQUEST_MS }
  if (!config.SLACK_API_URL) return options
  return { ...options, slackApiUrl: config.SLACK_API_URL.replace(/\/?$/, '/') }
}
