import { pino } from 'pino'
import { channelNames } from './alerts/store/channel-queues.ts'
import { createCmr } from './cmr/client.ts'
import type { Corrections } from './cmr/corrections.ts'
import { GUESSED_WARMUP_CENTS } from './cmr/money.ts'
import { traitsOf } from './command-list.ts'
import { type Config, sandboxIn, secretsIn } from './config.ts'
import { createDirectoryUpdater } from './directory/updater.ts'
import { createOperationDeadlines } from './operations/deadlines.ts'
import { type Monotonic, processTimer, type Timer } from './process/clock.ts'
import { rememberSecret, scrubText } from './process/seen-secrets.ts'
import { currentForecast } from './renewals/forecast/read.ts'
import { createChannels } from './slack/channels.ts'
import { createSlackClient } from './slack/client.ts'
import { createFiles } from './slack/files.ts'
import { createNotifyAdmins } from './slack/notify-admins.ts'
import { createPostedMessages } from './slack/posted-message.ts'
import { openStore } from './store/store.ts'

/** What runs at another pace than CMR's and Slack's own: for tests that look at something else. */
export interface Pace {
  readonly requestsPerSecond?: number | undefined
  /** How long CMR is waited for. */
  readonly cmrTimeoutMs?: number | undefined
  /** Factor on the waits between two attempts at CMR. */
  readonly retryFactor?: number | undefined
  /** How long PostgreSQL may say nothing. */
  readonly databaseSilenceMs?: number | undefined
  /** Between two edits of receipts, of roots of threads, of a run’s message, and of somebody’s Home. */
  readonly editPaceMs?: number | undefined
  /** Factor on how long operations are waited for. */
  readonly deadlines?: number | undefined
  readonly clock?: (() => Date) | undefined
  /** Milliseconds of a clock that never steps. */
  readonly monotonic?: Monotonic | undefined
  /** Counts how long a person waits. */
  readonly timer?: Timer | undefined
}

/** What every part of the bot stands on: settings, clocks, the store, and the clients of CMR and Slack. */
export type Foundation = Awaited<ReturnType<typeof openFoundation>>

/** Names of what pino must never print. */
const secrets = ['token', '*.token', 'authorization', '*.authorization', 'headers', '*.headers', 'config']

/**
 * Opens the store and builds the clients; nothing is asked of CMR or Slack yet.
 * @throws where the store cannot be opened
 */
export async function openFoundation(config: Config, corrections: Corrections, pace: Pace) {
  const { clock = () => new Date(), monotonic = () => performance.now(), timer = processTimer } = pace
  for (const secret of secretsIn(config)) rememberSecret(secret, { keep: true })
  const logger = pino({ level: config.LOG_LEVEL, redact: secrets, hooks: { streamWrite: scrubText } })
  const store = await openStore(config.DATABASE_URL, pace.databaseSilenceMs)
  const intervalMs = config.CMR_SYNC_INTERVAL * 1000
  const directoryUpdater = createDirectoryUpdater({
    store,
    findsChanges: intervalMs > 0,
    traitsOf,
    clock,
    logger,
  })
  const cmr = createCmr({
    apiKey: config.CMR_API_KEY,
    apiUrl: config.CMR_API_URL,
    sandbox: sandboxIn(config),
    corrections,
    requestsPerSecond: pace.requestsPerSecond,
    timeoutMs: pace.cmrTimeoutMs,
    retryFactor: pace.retryFactor,
    logger,
    onAnswer: directoryUpdater.answered,
  })
  const slack = createSlackClient(config)
  const prices = {
    mailbox: config.CMR_MAILBOX_PRICE,
    mailboxAfterYear: config.CMR_MAILBOX_PRICE_AFTER_YEAR,
    warmup: config.CMR_WARMUP_PRICE ?? GUESSED_WARMUP_CENTS,
    warmupGuessed: config.CMR_WARMUP_PRICE === undefined,
  }
  return {
    config,
    editPaceMs: pace.editPaceMs,
    requestsPerSecond: pace.requestsPerSecond,
    clock,
    monotonic,
    timer,
    logger,
    store,
    cmr,
    slack,
    files: createFiles(slack, { token: config.SLACK_BOT_TOKEN, slackApiUrl: config.SLACK_API_URL }),
    channels: createChannels(slack, channelNames(store.db), monotonic),
    messages: createPostedMessages({ slack, logger }),
    notifyAdmins: createNotifyAdmins(slack, config.CMR_ADMINS, logger),
    directoryUpdater,
    traitsOf,
    deadlines: createOperationDeadlines(traitsOf, pace.deadlines),
    /** Between two refreshes of the directory; 0 where there are none. */
    intervalMs,
    zone: config.CMR_TIMEZONE,
    prices,
    forecast: (days: number) =>
      currentForecast(store, { now: clock(), zone: config.CMR_TIMEZONE, days, prices }),
  }
}
