import type { Receiver } from '@slack/bolt'
import type { Logger } from 'pino'
import type { HealthCheck } from '../health/health.ts'
import type { HttpRoute } from '../http/server.ts'
import { clientOptions } from './client.ts'
import { createHttpReceiver } from './http-receiver.ts'
import { createSocketMode } from './socket-mode.ts'

/** The connection by which Slack reaches the bot. */
export interface SlackConnection {
  readonly receiver: Receiver
  /** The routes that Slack posts to, for the bot's HTTP server: none in Socket Mode. */
  readonly routes: readonly HttpRoute[]
  readonly checks: readonly HealthCheck[]
  /** Connects in Socket Mode; over HTTP there is nothing to start. */
  start(): void
  /** Takes no more in Socket Mode; over HTTP the server does. */
  stop(): Promise<void>
}

/**
 * Connects over HTTP, or over Socket Mode where `SLACK_APP_TOKEN` is set. Bolt's own receivers are not used: a
 * request line or a refused token must not end the process.
 */
export function createSlackConnection(
  config: {
    readonly SLACK_APP_TOKEN?: string | undefined
    readonly SLACK_SIGNING_SECRET?: string | undefined
    readonly SLACK_API_URL?: string | undefined
  },
  { clock, logger }: { readonly clock: () => Date; readonly logger: Logger },
): SlackConnection {
  const appToken = config.SLACK_APP_TOKEN
  if (!appToken) {
    const { receiver, route } = createHttpReceiver({
      signingSecret: config.SLACK_SIGNING_SECRET ?? '',
      logger,
    })
    return { receiver, routes: [route], checks: [], start() {}, async stop() {} }
  }
  const { receiver, check, start, stop } = createSocketMode({
    appToken,
    clientOptions: clientOptions(config),
    clock,
    logger,
  })
  return { receiver, routes: [], checks: [check], start, stop }
}
