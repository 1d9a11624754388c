import type { CustomRoute } from '@slack/bolt'
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import type { Config } from '../config.ts'
import { App, HTTPReceiver, SocketModeReceiver } from './bolt.ts'
import { listen } from './handlers.ts'
import type { House } from './house.ts'
import { within } from './within.ts'

/** Who the bot is, as `auth.test` tells it. */
export interface Identity {
  readonly botId?: string
  readonly botUserId?: string
  readonly teamId?: string
}

/** Whoever stops a container kills it after ten seconds. What is not done by then is looked for after the start. */
const DRAIN_MS = 8000
const BASE: WebClientOptions = { logLevel: LogLevel.ERROR }

/**
 * A Web API client without retries of its own: posting has no idempotency key, so who posts decides.
 * @param config.SLACK_API_URL another Slack Web API, for an emulator
 */
export function createSlackClient(config: Pick<Config, 'SLACK_BOT_TOKEN' | 'SLACK_API_URL'>): WebClient {
  return new WebClient(config.SLACK_BOT_TOKEN, {
    ...clientOptions(config),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
  })
}

function clientOptions(config: Pick<Config, 'SLACK_API_URL'>): WebClientOptions {
  if (!config.SLACK_API_URL) return BASE
  return { ...BASE, slackApiUrl: config.SLACK_API_URL.replace(/\/?$/, '/') }
}

/** Slack's side of the bot, with the other routes beside it on one port. */
export interface SlackSide {
  start(): Promise<void>
  /** Takes no more, and waits a little for what people have asked for already. */
  stop(): Promise<void>
}

/**
 * Bolt over HTTP, or over Socket Mode where `SLACK_APP_TOKEN` is set.
 * @param routes `/webhooks/cmr`, `/healthz` and so on; served in both modes
 */
export function createSlackSide(
  config: Config,
  house: House,
  identity: () => Identity,
  routes: CustomRoute[],
): SlackSide {
  const appToken = config.SLACK_APP_TOKEN
  const receiver = appToken
    ? new SocketModeReceiver({
        appToken,
        customRoutes: routes,
        logLevel: LogLevel.ERROR,
        installerOptions: { port: config.PORT, clientOptions: clientOptions(config) },
      })
    : new HTTPReceiver({
        signingSecret: config.SLACK_SIGNING_SECRET ?? '',
        customRoutes: routes,
        endpoints: '/slack/events',
        logLevel: LogLevel.ERROR,
      })
  const app = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(config),
    // Neither is needed: the bot keeps nothing by conversation and listens to no messages.
    convoStore: false,
    ignoreSelf: false,
    // One workspace, one token: Slack need not be asked who we are with every request.
    authorize: async () => ({ botToken: config.SLACK_BOT_TOKEN, ...identity() }),
  })
  app.error(async (error) => house.logger.error({ err: error }, 'Bolt could not handle a request'))
  const listening = listen(app, house)
  return {
    async start() {
      if (receiver instanceof HTTPReceiver) await receiver.start({ port: config.PORT, host: config.HOST })
      else await receiver.start()
    },
    async stop() {
      await receiver.stop()
      await within(listening.settled(), DRAIN_MS)
    },
  }
}
