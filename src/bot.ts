import { pino } from 'pino'
import { createAccess } from './access/roles.ts'
import { createTellAdmins } from './alerts/admins.ts'
import { createDoor } from './alerts/channel-check.ts'
import { createDelivery } from './alerts/delivery/delivery.ts'
import { createFollow } from './alerts/delivery/follow.ts'
import { createReminders } from './alerts/reminders.ts'
import { createPlace } from './alerts/routes/place.ts'
import { createRouteTable } from './alerts/routes/route-table.ts'
import { createRunner } from './bulk/runner.ts'
import { createTeller } from './bulk/teller.ts'
import { createCmr } from './cmr/client.ts'
import type { Corrections } from './cmr/corrections.ts'
import { GUESSED_WARMUP_CENTS } from './cmr/money.ts'
import { imports } from './commands/imports.ts'
import { createCommands } from './commands/index.ts'
import { createPlaces } from './commands/places.ts'
import { type Config, sandboxIn } from './config.ts'
import { createIngest } from './events/ingest.ts'
import { createIntake } from './events/intake.ts'
import { createWebhookReceiver } from './events/receive.ts'
import { createSignatures } from './events/signatures.ts'
import { createHealth, healthRoutes } from './health.ts'
import { createFiller } from './mirror/fill.ts'
import { createLearner } from './mirror/learn.ts'
import { createChaser } from './operations/chase.ts'
import { createMatch } from './operations/match.ts'
import { createPatience } from './operations/patience.ts'
import { createReceipts } from './operations/receipts.ts'
import { createSlackClient, createSlackSide, type Identity } from './slack/app.ts'
import { createDrafts } from './slack/drafts.ts'
import { contextFor, type House } from './slack/house.ts'
import { createChannels } from './slack/web-api/channels.ts'
import { createFiles } from './slack/web-api/files.ts'
import { channelNames } from './store/lanes.ts'
import { openStore } from './store/store.ts'
import type { Worker } from './worker.ts'

/** A running bot. */
export interface Bot {
  /** Takes no more, finishes what it is doing, closes. */
  stop(): Promise<void>
}

/** What runs at another pace than CMR's and Slack's own: for tests that look at something else. */
export interface Pace {
  readonly requestsPerSecond?: number | undefined
  /** Factor on how long operations are waited for. */
  readonly patience?: number | undefined
  readonly clock?: (() => Date) | undefined
}

/** Names of what pino must never print. */
const secrets = ['token', '*.token', 'authorization', '*.authorization', 'headers', '*.headers', 'config']

const NOBODY_TOLD = 'CMR_ALERTS_CHANNEL is not set: what no route takes is kept, but nobody is told'

/**
 * The composition root: builds the parts, connects them, starts them.
 * @throws where the store cannot be opened or the port is taken
 */
export async function startBot(config: Config, corrections: Corrections, pace: Pace = {}): Promise<Bot> {
  const { clock = () => new Date() } = pace
  const logger = pino({ level: config.LOG_LEVEL, redact: secrets })
  const store = await openStore(config.DATABASE_URL)
  const learner = createLearner({ store, clock, logger })
  const cmr = createCmr({
    apiKey: config.CMR_API_KEY,
    apiUrl: config.CMR_API_URL,
    sandbox: sandboxIn(config),
    corrections,
    requestsPerSecond: pace.requestsPerSecond,
    logger,
    onAnswer: learner.answered,
  })
  const slack = createSlackClient(config)
  const files = createFiles(slack, { token: config.SLACK_BOT_TOKEN, slackApiUrl: config.SLACK_API_URL })
  const tellAdmins = createTellAdmins(slack, config.CMR_ADMINS, logger)
  const intake = createIntake({ store, tellAdmins, logger })
  const channels = createChannels(slack, channelNames(store.db))
  const alertState = { dashboardUrl: new URL(config.CMR_API_URL).origin }
  const deliverer = createDelivery({
    store,
    slack,
    files,
    channels,
    tellAdmins,
    fallback: config.CMR_ALERTS_CHANNEL,
    paceMs: config.CMR_ALERT_PACE_MS,
    state: alertState,
    clock,
    logger,
  })
  const alertsChannel = config.CMR_ALERTS_CHANNEL
  const routeTable = createRouteTable({ store, clock, logger })
  const place = createPlace({ hearing: routeTable.hearing, alertsChannel, clock })
  const patience = createPatience(pace.patience)
  const ingest = createIngest({
    store,
    match: createMatch({ dialect: store.dialect, patience, clock }),
    place: (event, own) => place(event, own).map((one) => ({ ...one, channel: channels.known(one.channel) })),
    follow: createFollow({ clock }),
    onStored(news) {
      routeTable.noteNews(news)
      deliverer.wake()
      learner.happened(news)
    },
  })
  const receipts = createReceipts({ store, slack, clock, logger, onPosted: deliverer.wake })
  const chaser = createChaser({ store, cmr, clock, patience, logger })
  const runner = createRunner({
    store,
    cmr,
    imports,
    contextFor: (caller) => contextFor(house, caller),
    clock,
    logger,
  })
  const teller = createTeller({ store, slack, files, clock, logger })
  const intervalMs = config.CMR_SYNC_INTERVAL * 1000
  /** In the order of their start; they stop in the opposite one. */
  const workers: readonly Worker[] = [
    intake,
    routeTable,
    deliverer,
    receipts,
    chaser,
    createReminders({ store, ingest, clock, logger }),
    teller,
    runner,
    ...(intervalMs > 0 ? [createFiller({ cmr, store, learner, intervalMs, clock, logger })] : []),
  ]

  let identity: Identity | undefined
  const whoAmI = async () => {
    if (identity) return identity
    const { bot_id, user_id, team_id } = await slack.auth.test()
    identity = {
      ...(bot_id && { botId: bot_id }),
      ...(user_id && { botUserId: user_id }),
      ...(team_id && { teamId: team_id }),
    }
    return identity
  }
  const health = createHealth({
    store,
    slack: async () => `signed in as ${(await whoAmI()).botUserId}`,
    cmr: () => cmr.wallet.get().then(() => 'answers'),
    async alertsChannel() {
      if (!alertsChannel) throw new Error(NOBODY_TOLD)
      return 'hears what no route takes'
    },
    workers,
    since: clock(),
  })
  const house: House = {
    cmr,
    store,
    slack,
    clock,
    logger,
    places: createPlaces(cmr),
    prices: {
      mailbox: config.CMR_MAILBOX_PRICE,
      mailboxAfterYear: config.CMR_MAILBOX_PRICE_AFTER_YEAR,
      warmup: config.CMR_WARMUP_PRICE ?? GUESSED_WARMUP_CENTS,
      warmupGuessed: config.CMR_WARMUP_PRICE === undefined,
    },
    files,
    patience,
    chaser,
    receipts,
    alerts: {
      routes: routeTable,
      door: createDoor(slack, channels),
      ingest,
      wake: deliverer.wake,
      get alertsChannel() {
        return alertsChannel && channels.known(alertsChannel)
      },
      state: alertState,
      zone: config.CMR_TIMEZONE,
    },
    drafts: createDrafts(store, clock),
    access: createAccess({ admins: config.CMR_ADMINS, defaultRole: config.CMR_DEFAULT_ROLE }),
    registry: createCommands(),
    status: health.status,
  }
  const receive = createWebhookReceiver({
    ingest,
    intake,
    secret: config.CMR_WEBHOOK_SECRET ?? config.CMR_API_KEY,
    only: config.CMR_WEBHOOK_SIGNATURE,
    onSigned: createSignatures({ store, clock, logger }),
    clock,
    logger,
  })
  const routes = [{ path: '/webhooks/cmr', method: 'POST', handler: receive }, ...healthRoutes(health, store)]
  const slackSide = createSlackSide(config, house, () => identity ?? {}, routes)

  if (!alertsChannel) logger.warn(NOBODY_TOLD)
  for (const worker of workers) await worker.start()
  await slackSide.start()
  logger.info({ port: config.PORT, store: store.dialect }, 'the bot listens')
  // Not waited for: Slack may be away for a while, and webhooks must be taken all the same.
  whoAmI().catch((error: unknown) => logger.error({ err: error }, 'Slack does not accept the bot token yet'))

  return {
    async stop() {
      await slackSide.stop()
      for (const worker of workers.toReversed()) await worker.stop()
      await learner.settled()
      await store.close()
    },
  }
}
