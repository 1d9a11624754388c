import type { KnownBlock } from '@slack/types'
import { pino } from 'pino'
import { createAccess } from './access/access.ts'
import { createApprovals } from './access/approvals/approvals.ts'
import { createAudit } from './access/audit/audit.ts'
import { createAuditRetention } from './access/audit/retention.ts'
import { createMembershipGuard, installedWorkspace } from './access/membership.ts'
import { createMembershipCheck } from './access/membership-check.ts'
import { offeredTo } from './access/offers.ts'
import { createUserGroups } from './access/user-groups.ts'
import { createAlertLookup } from './alerts/alert-lookup.ts'
import type { AlertService } from './alerts/alert-service.ts'
import { checkAlertsChannel, createChannelAccess, NO_ALERTS_CHANNEL } from './alerts/channel-access.ts'
import { createDelivery } from './alerts/delivery/delivery.ts'
import { createFollow } from './alerts/delivery/update-threads.ts'
import { isReminder } from './alerts/own-events.ts'
import { createReminders } from './alerts/reminders.ts'
import { createEventRouter } from './alerts/routing/route-event.ts'
import { createRouteTable } from './alerts/routing/route-table.ts'
import { channelNames } from './alerts/store/channel-queues.ts'
import { runApproved } from './approved-run.ts'
import { createCmr } from './cmr/client.ts'
import type { Corrections } from './cmr/corrections.ts'
import { declarationOf } from './cmr/events/index.ts'
import { GUESSED_WARMUP_CENTS } from './cmr/money.ts'
import { createCommands, traitsOf } from './command-list.ts'
import { createPlaces } from './commands/places.ts'
import { auditKeysIn, type Config, sandboxIn, secretsIn } from './config.ts'
import { withOwners } from './directory/event-owners.ts'
import { createDirectoryRefresh } from './directory/refresh/refresh.ts'
import { createDirectoryUpdater } from './directory/updater.ts'
import { createIngest, type PlaceEvent } from './events/ingest.ts'
import { createIntake } from './events/intake.ts'
import { createPersist } from './events/persist.ts'
import { createWebhookReceiver } from './events/receive.ts'
import { createRefusedWebhooks } from './events/refused-webhooks.ts'
import { createSignatures } from './events/signatures.ts'
import { lastEventAt, type StoredEvent } from './events/store/events.ts'
import { outboxStats } from './events/store/outbox.ts'
import { createHealth, informational } from './health/health.ts'
import { healthRoutes } from './health/routes.ts'
import { type Waiting, waitsCheck } from './health/waits.ts'
import { createHttpServer } from './http/server.ts'
import { imports } from './imports/commands.ts'
import { createImportReporter } from './imports/reporter.ts'
import { createRunner } from './imports/runner.ts'
import { listenToSlack } from './listeners/app.ts'
import { type AppContext, commandContext, type SharedContext } from './listeners/app-context.ts'
import { createDrafts } from './listeners/drafts.ts'
import { createOperationDeadlines } from './operations/deadlines.ts'
import { createFollowUps } from './operations/follow-ups.ts'
import { createMatch } from './operations/match-events.ts'
import { createOperationPoller } from './operations/poller.ts'
import { createReceipts } from './operations/receipts.ts'
import type { Monotonic } from './process/clock.ts'
import { millisecondsInMinute } from './process/dates.ts'
import { rememberSecret, scrubText } from './process/seen-secrets.ts'
import type { Worker } from './process/worker.ts'
import { createDigests } from './renewals/digest/digests.ts'
import { createReportReader } from './renewals/digest/report.ts'
import { currentForecast } from './renewals/forecast/read.ts'
import { createDashboardReader } from './renewals/home/dashboard.ts'
import { createHome } from './renewals/home/home.ts'
import { createReconciler } from './renewals/reconciliation/reconciler.ts'
import { createWebhookCheck } from './renewals/reconciliation/webhook-check.ts'
import { createRenewalReminders } from './renewals/reminders/reminders.ts'
import { createChannels } from './slack/channels.ts'
import { createSlackClient } from './slack/client.ts'
import { createSlackConnection } from './slack/connection.ts'
import { createFiles } from './slack/files.ts'
import { createNotifyAdmins } from './slack/notify-admins.ts'
import { createPostedMessages } from './slack/posted-message.ts'
import { createSignIn } from './slack/sign-in.ts'
import { stopWithin } from './stop.ts'
import { openStore } from './store/store.ts'
import { createUnexpectedErrors } from './unexpected-errors.ts'

/** A running bot. */
export interface Bot {
  /**
   * Takes no more, finishes what it is doing, closes: within ten seconds, after which whoever stops a container
   * kills it. What is not done by then is given back, and looked for after the next start.
   */
  stop(): Promise<void>
  /** Notes an error that nobody caught; the bot goes on. */
  noteUnexpected(error: unknown): void
}

/** What runs at another pace than CMR's and Slack's own: for tests that look at something else. */
export interface Pace {
  readonly requestsPerSecond?: number | undefined
  /** How long CMR is waited for. */
  readonly cmrTimeoutMs?: number | undefined
  /** How long PostgreSQL may say nothing. */
  readonly databaseSilenceMs?: number | undefined
  /** Between two edits of receipts, of roots of threads, and of a run's message. */
  readonly editPaceMs?: number | undefined
  /** Factor on how long operations are waited for. */
  readonly deadlines?: number | undefined
  readonly clock?: (() => Date) | undefined
  /** Milliseconds of a clock that never steps. */
  readonly monotonic?: Monotonic | undefined
}

/** How far confirmations look whether the wallet lasts. */
const WALLET_HORIZON_DAYS = 90

/** Names of what pino must never print. */
const secrets = ['token', '*.token', 'authorization', '*.authorization', 'headers', '*.headers', 'config']

/**
 * The composition root: builds the parts, connects them, starts them.
 * @throws where the store cannot be opened or the port is taken
 */
export async function startBot(config: Config, corrections: Corrections, pace: Pace = {}): Promise<Bot> {
  const { clock = () => new Date(), monotonic = () => performance.now(), editPaceMs } = pace
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
    logger,
    onAnswer: directoryUpdater.answered,
  })
  const slack = createSlackClient(config)
  const files = createFiles(slack, { token: config.SLACK_BOT_TOKEN, slackApiUrl: config.SLACK_API_URL })
  const notifyAdmins = createNotifyAdmins(slack, config.CMR_ADMINS, logger)
  const intake = createIntake({ store, notifyAdmins, logger })
  const refusals = createRefusedWebhooks({ store, notifyAdmins, clock, logger })
  const channels = createChannels(slack, channelNames(store.db), monotonic)
  const alertState = { dashboardUrl: new URL(config.CMR_API_URL).origin }
  const prices = {
    mailbox: config.CMR_MAILBOX_PRICE,
    mailboxAfterYear: config.CMR_MAILBOX_PRICE_AFTER_YEAR,
    warmup: config.CMR_WARMUP_PRICE ?? GUESSED_WARMUP_CENTS,
    warmupGuessed: config.CMR_WARMUP_PRICE === undefined,
  }
  const lookUp = createAlertLookup({ store, prices, clock })
  const deliverer = createDelivery({
    store,
    slack,
    files,
    channels,
    lookUp,
    notifyAdmins,
    fallback: config.CMR_ALERTS_CHANNEL,
    paceMs: config.CMR_ALERT_PACE_MS,
    editPaceMs,
    state: alertState,
    clock,
    monotonic,
    logger,
  })
  const alertsChannel = config.CMR_ALERTS_CHANNEL
  const routeTable = createRouteTable({ store, clock, logger })
  const admins = config.CMR_ADMINS.map((id) => `<@${id}>`).join(' ')
  const mentionOf = (event: StoredEvent) =>
    isReminder(event) && event.severity === 'urgent' && admins ? admins : null
  const place = createEventRouter({ routeMatcher: routeTable.routeMatcher, alertsChannel, mentionOf, clock })
  const deadlines = createOperationDeadlines(traitsOf, pace.deadlines)
  const refresh = createDirectoryRefresh({
    cmr,
    store,
    directoryUpdater,
    intervalMs,
    requestsPerSecond: pace.requestsPerSecond,
    clock,
    logger,
  })
  const placeKnown: PlaceEvent = (event, own) =>
    place(event, own).map((one) => ({ ...one, channel: channels.known(one.channel) }))
  const ingests = createIngest({
    store,
    nameOwners: withOwners,
    match: createMatch({ dialect: store.dialect, deadlines, clock, logger }),
    place: placeKnown,
    fallback: () => (alertsChannel ? [{ channel: channels.known(alertsChannel) }] : []),
    follow: createFollow({ clock }),
    logger,
    onStored(news) {
      routeTable.noteNews(news)
      deliverer.wake()
      directoryUpdater.happened(news)
      if (news.some(({ event }) => declarationOf(event)?.charges)) refresh.moneyMoved()
      renewalReminders.noteNews()
    },
  })
  const { ingest } = ingests
  const forecast = (days: number) =>
    currentForecast(store, { now: clock(), zone: config.CMR_TIMEZONE, days, prices })
  const renewalReminders = createRenewalReminders({
    store,
    forecast,
    place: placeKnown,
    onTold: deliverer.wake,
    settings: { days: config.CMR_REMINDER_DAYS, walletDays: config.CMR_WALLET_DAYS },
    clock,
    monotonic,
    logger,
  })
  const messages = createPostedMessages({ slack, logger })
  const receipts = createReceipts({
    store,
    messages,
    editPaceMs,
    clock,
    logger,
    onPosted: deliverer.wake,
  })
  const operationPoller = createOperationPoller({ store, cmr, clock, deadlines, traitsOf, logger })
  const auditKeys = auditKeysIn(config)
  const audit = createAudit({ store, keys: auditKeys })
  const access = createAccess({
    store,
    admins: config.CMR_ADMINS,
    defaultRole: config.CMR_DEFAULT_ROLE,
    groups: createUserGroups(slack, logger),
    clock,
  })
  const shared: SharedContext = {
    cmr,
    store,
    files,
    places: createPlaces(cmr),
    prices,
    async walletNeeds() {
      const { days, missing } = await forecast(WALLET_HORIZON_DAYS)
      return missing.length > 0 ? undefined : days.map(({ neededCents }) => neededCents)
    },
    drafts: createDrafts(store, clock),
    access,
    audit,
    approvals: { request: (wish) => approvals.request(wish) },
    deadlines,
    traitsOf,
    clock,
    logger,
    zone: config.CMR_TIMEZONE,
  }
  const approvals = createApprovals({
    store,
    audit,
    messages,
    commandById: (id) => registry.byId(id),
    quote: async (command, caller, input) => command.confirm?.(commandContext({ shared }, caller), input),
    run: (command, caller, input, approval) =>
      runApproved(commandContext({ shared }, caller), receipts, command, input, approval),
    clock,
    logger,
  })
  const runner = createRunner({
    store,
    cmr,
    imports,
    commandContext: (caller) => commandContext({ shared }, caller),
    clock,
    logger,
  })
  const importReporter = createImportReporter({ store, slack, messages, files, editPaceMs, clock, logger })
  const cmrPause: Waiting = {
    async waits() {
      const ms = cmr.pausedMs()
      return ms > 0 ? [{ what: 'requests to CMR', ms, why: 'CMR asked the bot to pause' }] : []
    },
    endWaits: cmr.endPause,
  }
  const waiting: readonly Waiting[] = [deliverer, receipts, importReporter, cmrPause]
  const members = createMembershipGuard({
    slack,
    workspace: () => installedWorkspace(slack),
    store,
    admins: config.CMR_ADMINS,
    notifyAdmins,
    clock,
    logger,
  })
  const readReport = createReportReader({
    store,
    prices: shared.prices,
    zone: shared.zone,
    clock,
    silentSince: () => refresh.silentSince(),
  })
  const home = createHome({
    store,
    slack,
    members,
    access: shared.access,
    offered: (userId, blocks) =>
      offeredTo(commandContext({ shared }, { userId, teamId: '' }), registry, blocks as KnownBlock[]),
    dashboard: createDashboardReader({
      store,
      prices: shared.prices,
      zone: shared.zone,
      clock,
      silentSince: () => refresh.silentSince(),
      monotonic,
      logger,
    }),
    clock,
    monotonic,
    logger,
  })
  /** In the order of their start. */
  const workers: readonly Worker[] = [
    intake,
    refusals,
    routeTable,
    deliverer,
    receipts,
    operationPoller,
    createFollowUps({ store, cmr, audit, clock, deadlines, logger }),
    createReminders({ store, ingest, clock, logger }),
    renewalReminders,
    importReporter,
    runner,
    approvals,
    ...(config.CMR_AUDIT_DAYS > 0
      ? [createAuditRetention({ store, audit, keys: auditKeys, days: config.CMR_AUDIT_DAYS, clock, logger })]
      : []),
    home,
    createDigests({ store, messages, readReport, clock, logger }),
    ...(intervalMs > 0
      ? [
          refresh,
          createReconciler({
            store,
            ingestFound: ingests.ingestFound,
            catchingUp: refresh.catchingUp,
            clock,
            logger,
          }),
        ]
      : []),
  ]

  const signIn = createSignIn(slack)
  const unexpected = createUnexpectedErrors({ logger, clock })
  const noteSignature = createSignatures({ store, clock, logger })
  const receive = createWebhookReceiver({
    persist: createPersist({ ingests, store, logger }),
    intake,
    secrets: config.CMR_WEBHOOK_SECRET ?? [config.CMR_API_KEY],
    only: config.CMR_WEBHOOK_SIGNATURE,
    onSigned(variant) {
      noteSignature(variant)
      refusals.accepted()
    },
    onRefused(kind) {
      if (kind !== 'unsigned') refusals.refused(kind)
    },
    clock,
    logger,
  })
  const slackConnection = createSlackConnection(config, { clock, logger })
  const eventStats = { lastEventAt: () => lastEventAt(store.db), outbox: () => outboxStats(store.db) }
  const health = createHealth({
    store,
    events: eventStats,
    workers,
    checks: [
      signIn.check,
      ...slackConnection.checks,
      createMembershipCheck(slack),
      {
        name: 'CMR',
        serves: 'commands',
        look: () => cmr.wallet.get().then(() => 'answers'),
        keptMs: millisecondsInMinute,
      },
      {
        name: 'Alerts channel',
        serves: 'alerts',
        look: () => checkAlertsChannel(slack, channels, alertsChannel),
        keptMs: millisecondsInMinute,
      },
      waitsCheck(waiting, clock),
      informational('Channels', 'alerts', deliverer.refusedChannels, 'Slack takes every alert'),
      refusals.check,
      ...(intervalMs > 0 ? [createWebhookCheck({ store, catchingUp: refresh.catchingUp, clock })] : []),
      unexpected.check,
    ],
    since: clock(),
    monotonic,
  })
  const alerts: AlertService = {
    routes: routeTable,
    channelAccess: createChannelAccess(slack, channels, messages),
    ingest,
    wake: deliverer.wake,
    lookUp,
    endWaits: () => {
      for (const one of waiting) one.endWaits()
    },
    get alertsChannel() {
      return alertsChannel && channels.known(alertsChannel)
    },
    state: alertState,
  }
  const registry = createCommands({
    alerts,
    control: access,
    audit,
    operationPoller,
    deadlines,
    health,
    readReport,
    bulkCmr: cmr.at('bulk'),
  })
  const app: AppContext = { ...shared, shared, registry, members, slack, lookUp, receipts, home }
  const listening = listenToSlack(config, slackConnection, app, signIn.identity)
  const server = createHttpServer(
    [
      { path: '/webhooks/cmr', methods: ['POST'], handle: receive },
      ...slackConnection.routes,
      ...healthRoutes(health, eventStats, {
        unexpectedErrors: unexpected.count,
        refusedWebhooks: refusals.counts,
      }),
    ],
    logger,
  )

  if (!alertsChannel) logger.warn(NO_ALERTS_CHANNEL)
  for (const worker of workers) await worker.start()
  await server.listen(config.PORT, config.HOST)
  slackConnection.start()
  logger.info({ port: config.PORT, store: store.dialect }, 'the bot listens')
  // Not waited for: Slack may be away for a while, and webhooks must be taken all the same.
  signIn.check
    .look()
    .catch((error: unknown) => logger.error({ err: error }, 'the bot is not signed in to Slack yet'))

  return {
    noteUnexpected: unexpected.note,
    stop: () => stopWithin({ server, slackConnection, listening, workers, directoryUpdater, store, logger }),
  }
}
