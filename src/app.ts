import type { AlertService } from './alerts/commands/alert-command.ts'
import type { Corrections } from './cmr/corrections.ts'
import { connectCommands } from './command-flow.ts'
import { createCommands } from './command-list.ts'
import type { Config } from './config.ts'
import { connectEvents } from './event-flow.ts'
import { changesFound, lastEventAt } from './events/store/events.ts'
import { outboxStats } from './events/store/outbox.ts'
import { openFoundation, type Pace } from './foundation.ts'
import { createHealth, type EventStats, type Waiting } from './health/health.ts'
import { createRefusedKeys } from './health/refused-keys.ts'
import { healthRoutes } from './health/routes.ts'
import { createUnexpectedErrors, healthChecks, NO_ALERTS_CHANNEL } from './health-checks.ts'
import { createHttpServer } from './http/server.ts'
import { listenToSlack } from './listeners/listeners.ts'
import type { Worker } from './process/background-loop.ts'
import { createChannelAccess } from './slack/channel-access.ts'
import { createSignIn } from './slack/client.ts'
import { createSlackConnection } from './slack/connection.ts'
import { createOutsideReaders } from './slack/outside-readers.ts'
import { stopWithin } from './stop.ts'

/** A running bot. */
export interface Bot {
  /**
   * Takes no more, finishes what it is doing, closes: within ten seconds, after which whoever stops a container
   * kills it. What is not done by then is given back, and looked for after the next start.
   */
  stop(): Promise<void>
  /** Does what has become due, once its clock has been moved: what that leads to is posted last. */
  catchUp(): Promise<void>
  /** Notes an error that nobody caught; the bot goes on. */
  noteUnexpected(error: unknown): void
}

/**
 * The composition root: builds the parts, connects them, starts them.
 * @throws where the store cannot be opened or the port is taken
 */
export async function startBot(config: Config, corrections: Corrections, pace: Pace = {}): Promise<Bot> {
  const foundation = await openFoundation(config, corrections, pace)
  const { store, slack, channels, clock, logger } = foundation
  const alertsChannel = config.CMR_ALERTS_CHANNEL
  const events = connectEvents(foundation)
  const { deliverer } = events
  const commands = connectCommands(foundation, {
    registry: () => registry,
    onReceipt: deliverer.wake,
    silentSince: events.silentSince,
    ingestFound: events.ingestFound,
  })
  const { shared, members, home, receipts } = commands
  const waiting: readonly Waiting[] = [deliverer, ...commands.waiting]
  /** In the order of their start. */
  const workers: readonly Worker[] = [
    ...events.delivering,
    ...commands.operating,
    ...events.reminding,
    ...commands.carryingOn,
    ...events.refreshing,
    createRefusedKeys({
      checks: () => health.checks(),
      notifyAdmins: foundation.notifyAdmins,
      logger,
    }),
  ]

  const signIn = createSignIn(slack)
  const unexpected = createUnexpectedErrors({ logger, clock })
  const slackConnection = createSlackConnection(config, { clock, logger })
  const eventStats: EventStats = {
    lastEventAt: () => lastEventAt(store.db),
    outbox: () => outboxStats(store.db),
    ...(foundation.intervalMs > 0 && { changesFound: (since: Date) => changesFound(store.db, since) }),
  }
  const health = createHealth({
    store,
    events: eventStats,
    workers,
    checks: healthChecks(foundation, {
      events,
      signIn: signIn.check,
      slackConnection,
      waiting,
      unexpected: unexpected.check,
    }),
    since: clock(),
    monotonic: foundation.monotonic,
  })
  const readers = createOutsideReaders(slack, { logger, monotonic: foundation.monotonic })
  const channelAccess = createChannelAccess(slack, channels, foundation.messages, readers)
  const alerts: AlertService = {
    routes: events.routeTable,
    channelAccess,
    ingest: events.ingest,
    wake: deliverer.wake,
    lookUp: events.lookUp,
    endWaits: () => {
      for (const one of waiting) one.endWaits()
    },
    get alertsChannel() {
      return alertsChannel && channels.known(alertsChannel)
    },
    state: events.state,
  }
  const registry = createCommands({
    alerts,
    access: { control: commands.access, audit: commands.audit, members, channelAccess },
    operationPoller: commands.operationPoller,
    deadlines: foundation.deadlines,
    health,
    readReport: commands.readReport,
    bulkCmr: foundation.cmr.at('bulk'),
  })
  const { timer } = foundation
  const app = { ...shared, shared, registry, members, slack, lookUp: events.lookUp, receipts, home, timer }
  const listening = listenToSlack(config, slackConnection, app, signIn.identity)
  const server = createHttpServer(
    [
      { path: '/webhooks/cmr', methods: ['POST'], handle: events.receive },
      ...slackConnection.routes,
      ...healthRoutes(health, eventStats, {
        unexpectedErrors: unexpected.count,
        refusedWebhooks: events.signatures.counts,
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

  const { directoryUpdater } = foundation
  return {
    noteUnexpected: unexpected.note,
    async catchUp() {
      await Promise.all(workers.filter((one) => one !== deliverer).map((one) => one.catchUp?.()))
      await deliverer.catchUp()
    },
    stop: () => stopWithin({ server, slackConnection, listening, workers, directoryUpdater, store, logger }),
  }
}
