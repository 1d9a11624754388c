import type { App, Receiver } from '@slack/bolt'
import { SocketModeClient } from '@slack/socket-mode'
import { LogLevel, type Logger as SdkLogger, type WebClientOptions } from '@slack/web-api'
import type { Logger } from 'pino'
import type { HealthCheck } from '../health/health.ts'
import { createBackgroundLoop } from '../process/background-loop.ts'
import { withTimeout } from '../process/clock.ts'
import { momentText } from '../process/day-text.ts'
import { postFailure } from './errors.ts'
import { scrubForOneReader } from './scrub.ts'

const BACK_OFF = { firstMs: 1000, longestMs: 60_000 }
/** Slack says hello within a second or two of `apps.connections.open`. */
const CONNECT_MS = 30_000
/** A connection that ends sooner was none: Slack must not be asked for the next one without a wait. */
const STABLE_MS = 10_000
/** Commands are acknowledged by then, and the acknowledgement needs the connection. */
const ACKNOWLEDGE_MS = 1000

/** The bot's connection to Slack where `SLACK_APP_TOKEN` is set. */
export interface SocketMode {
  readonly receiver: Receiver
  readonly check: HealthCheck
  /** Connects in the background, and again and again for as long as the bot runs. */
  start(): void
  stop(): Promise<void>
}

/** An envelope of Socket Mode ("Using Socket Mode"), which the client leaves untyped. */
interface SlackEvent {
  readonly body: unknown
  readonly ack: (response?: unknown) => Promise<void>
  readonly retry_num?: number
  readonly retry_reason?: string
}

type State =
  | { readonly is: 'connecting' }
  | { readonly is: 'connected'; readonly since: Date }
  | { readonly is: 'down'; readonly error: unknown }

/**
 * Keeps a Socket Mode connection open: one that is lost, refused or never answered is tried again with back-off,
 * forever. Each connection has a client of its own, because the SDK's own reconnecting rejects where nobody can
 * catch it, and a late event of an old connection would count as one of the new.
 */
export function createSocketMode(parts: {
  readonly appToken: string
  readonly clientOptions: WebClientOptions
  readonly clock: () => Date
  readonly logger: Logger
}): SocketMode {
  const { appToken, clock, logger } = parts
  const clientOptions = { ...parts.clientOptions, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }
  const underWay = new Set<Promise<void>>()
  let app: App | undefined
  let client: SocketModeClient | undefined
  let state: State = { is: 'connecting' }

  const loop = createBackgroundLoop({
    name: 'Socket Mode',
    serves: 'commands',
    everyMs: 0,
    backOff: BACK_OFF,
    round: stayConnected,
    onError: 'no Socket Mode connection; tries again',
    logger,
  })

  async function stayConnected() {
    const begun = performance.now()
    try {
      const connection = await connect()
      state = { is: 'connected', since: clock() }
      await connection.lost
    } catch (error) {
      state = { is: 'down', error }
      throw error
    }
    state = { is: 'connecting' }
    if (performance.now() - begun < STABLE_MS) throw new Error('Slack closed the connection within seconds')
  }

  async function connect(): Promise<{ readonly lost: Promise<void> }> {
    const next = new SocketModeClient({
      appToken,
      clientOptions,
      autoReconnectEnabled: false,
      logger: quietLogger(logger),
    })
    client = next
    const lost = new Promise<void>((resolve) => next.once('disconnected', () => resolve()))
    next.on('slack_event', (event: SlackEvent) => {
      const taken = take(event).finally(() => underWay.delete(taken))
      underWay.add(taken)
    })
    try {
      const opened = await withTimeout(next.start(), CONNECT_MS)
      if (!opened) throw new Error(`Slack opened no connection within ${CONNECT_MS / 1000} s`)
      // A stop could not end what was not open yet; Slack would go on sending commands to it.
      loop.signal.throwIfAborted()
      return { lost }
    } catch (error) {
      next.removeAllListeners('slack_event')
      next.disconnect().catch(() => undefined)
      // The SDK rejects with nothing where the socket closes before Slack has said hello.
      throw error ?? new Error('Slack closed the connection at once')
    }
  }

  async function take({ body, ack, retry_num, retry_reason }: SlackEvent) {
    try {
      if (typeof body !== 'object' || body === null) return
      let acknowledged = false
      await app?.processEvent({
        body: body as Record<string, unknown>,
        async ack(said) {
          if (acknowledged) return
          acknowledged = true
          await ack(scrubForOneReader(said))
        },
        ...(retry_num !== undefined && { retryNum: retry_num }),
        ...(retry_reason !== undefined && { retryReason: retry_reason }),
      })
    } catch (error) {
      logger.error({ err: error }, 'Bolt could not process what came by Socket Mode')
    }
  }

  return {
    receiver: {
      init(bolt) {
        app = bolt
      },
      start: async () => undefined,
      stop: async () => undefined,
    },
    check: {
      name: 'Socket Mode',
      serves: 'commands',
      async look() {
        if (state.is === 'connected') return `connected since ${momentText(state.since)}`
        if (state.is === 'connecting') throw new Error('not connected yet: commands do not arrive')
        throw new Error(sentenceOf(state.error), { cause: state.error })
      },
      stopsService: (error) => isRefusedToken((error as Error).cause),
      isKeyRefused: (error) => isRefusedToken((error as Error).cause),
    },
    start: () => void loop.start(),
    async stop() {
      // Not waited for: the round under way ends with its connection.
      void loop.stop()
      await withTimeout(Promise.all(underWay), ACKNOWLEDGE_MS)
      if (client) await withTimeout(client.disconnect(), ACKNOWLEDGE_MS)
    },
  }
}

function isRefusedToken(error: unknown): boolean {
  return postFailure(error).kind === 'token'
}

function sentenceOf(error: unknown): string {
  const said = postFailure(error).error
  return isRefusedToken(error)
    ? `Slack refuses the app token (${said}): commands do not arrive. Make a new one under Basic Information → App-Level Tokens and set SLACK_APP_TOKEN`
    : `not connected (${said}): commands do not arrive. The bot tries again by itself`
}

/** The SDK writes to the console what is logged here with its reason already. */
function quietLogger(logger: Logger): SdkLogger {
  const write = (...said: unknown[]) => logger.debug({ said: said.map(String) }, 'the Socket Mode SDK says')
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: write,
    error: write,
    setLevel: () => undefined,
    getLevel: () => LogLevel.ERROR,
    setName: () => undefined,
  }
}
