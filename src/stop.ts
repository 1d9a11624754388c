import type { Logger } from 'pino'
import type { DirectoryUpdater } from './directory/updater.ts'
import type { HttpServer } from './http/server.ts'
import type { Listening } from './listeners/listeners.ts'
import type { Worker } from './process/background-loop.ts'
import { withTimeout } from './process/clock.ts'
import type { SlackConnection } from './slack/connection.ts'
import type { Store } from './store/store.ts'

/** Whoever stops a container kills it after ten seconds; the rest is for giving back and closing. */
const STOP_MS = 7000
const CLOSE_MS = 1000

/**
 * Stops everything at once under one deadline: requests that have begun are answered, workers finish what they are
 * doing. What is not over by then is cut off, its leases are given back, and it is looked for after the next start.
 */
export async function stopWithin(parts: {
  readonly server: HttpServer
  readonly slackConnection: SlackConnection
  readonly listening: Listening
  readonly workers: readonly Worker[]
  readonly directoryUpdater: DirectoryUpdater
  readonly store: Store
  readonly logger: Logger
}): Promise<void> {
  const { server, slackConnection, listening, workers, directoryUpdater, store, logger } = parts
  const unfinished = new Set<string>()
  const stopping = (name: string, stopped: Promise<unknown>) => {
    unfinished.add(name)
    return stopped
      .catch((error: unknown) => logger.error({ err: error, part: name }, 'a part did not stop cleanly'))
      .finally(() => unfinished.delete(name))
  }
  await withTimeout(
    Promise.all([
      stopping('HTTP server', server.close()),
      stopping(
        'Slack',
        slackConnection.stop().then(() => listening.settled()),
      ),
      ...workers.map((worker) => stopping(worker.name, worker.stop())),
    ]),
    STOP_MS,
  )
  if (unfinished.size > 0) {
    logger.warn(
      { unfinished: [...unfinished] },
      'not everything was done in time; the next start goes on with it',
    )
    server.closeAll()
    const late = workers.filter(({ name }) => unfinished.has(name))
    await withTimeout(Promise.allSettled(late.map((worker) => worker.handBack?.())), CLOSE_MS)
  }
  await withTimeout(
    directoryUpdater.settled().then(() => store.close()),
    CLOSE_MS,
  )
}
