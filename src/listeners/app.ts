import { App } from '@slack/bolt'
import { LogLevel } from '@slack/web-api'
import type { Config } from '../config.ts'
import type { HealthCheck } from '../health/health.ts'
import type { Route } from '../http/server.ts'
import { clientOptions } from '../slack/client.ts'
import { createHttpReceiver } from '../slack/http-receiver.ts'
import type { Identity } from '../slack/sign-in.ts'
import { createSocketMode } from '../slack/socket-mode.ts'
import type { AppContext } from './app-context.ts'
import { listen } from './listeners.ts'

/** Slack's side of the bot. */
export interface SlackSide {
  /** What Slack posts to, for the bot's HTTP server: none in Socket Mode. */
  readonly routes: readonly Route[]
  readonly checks: readonly HealthCheck[]
  /** Connects in Socket Mode; over HTTP there is nothing to start. */
  start(): void
  /** Takes no more in Socket Mode, and resolves when all that people have asked for is done. */
  stop(): Promise<void>
}

/**
 * Bolt over HTTP, or over Socket Mode where `SLACK_APP_TOKEN` is set. Bolt's own receivers are not used: a request
 * line or a refused token must not end the process.
 */
export function createSlackSide(config: Config, app: AppContext, identity: () => Identity): SlackSide {
  const { logger, clock } = app
  const appToken = config.SLACK_APP_TOKEN
  const socket = appToken
    ? createSocketMode({ appToken, clientOptions: clientOptions(config), clock, logger })
    : undefined
  const http = createHttpReceiver({ signingSecret: config.SLACK_SIGNING_SECRET ?? '', logger })
  const bolt = new App({
    receiver: (socket ?? http).receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(config),
    // Neither is needed: the bot keeps nothing by conversation and listens to no messages.
    convoStore: false,
    ignoreSelf: false,
    // One workspace, one token: Slack need not be asked who we are with every request.
    authorize: async () => ({ botToken: config.SLACK_BOT_TOKEN, ...identity() }),
  })
  bolt.error(async (error) => logger.error({ err: error }, 'Bolt could not handle a request'))
  const listening = listen(bolt, app)
  return {
    routes: socket ? [] : [http.route],
    checks: socket ? [socket.check] : [],
    start() {
      socket?.start()
    },
    async stop() {
      await socket?.stop()
      await listening.settled()
    },
  }
}
