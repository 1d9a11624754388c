import type { ServerResponse } from 'node:http'
import type { CustomRoute } from '@slack/bolt'
import type { Check, Status } from './messages/status.ts'
import { lastEventAt } from './store/events.ts'
import { outboxStats } from './store/outbox.ts'
import type { Store } from './store/store.ts'
import type { Worker } from './worker.ts'

/**
 * Looks at everything that the bot stands on.
 * @param parts.slack,parts.cmr,parts.alertsChannel resolve to a sentence where all is well, and throw otherwise
 */
export function createHealth(parts: {
  readonly store: Store
  readonly slack: () => Promise<string>
  readonly cmr: () => Promise<string>
  readonly alertsChannel: () => Promise<string>
  readonly workers: readonly Worker[]
  readonly since: Date
}) {
  const storeCheck = () => checkOf('Store', () => parts.store.ping().then(() => parts.store.dialect))
  const slackCheck = () => checkOf('Slack', parts.slack)
  const workers = () =>
    parts.workers.map((worker) =>
      checkOf(worker.name, async () => {
        if (!worker.running()) throw new Error('not running')
        const trouble = await worker.trouble?.()
        if (trouble) throw new Error(trouble)
        return 'running'
      }),
    )

  return {
    /** What `/readyz` asks: without CMR, which may be down while the bot is ready to say so. */
    ready: () => Promise.all([storeCheck(), slackCheck(), ...workers()]),
    async status(): Promise<Status> {
      const [checks, stats, lastWebhookAt] = await Promise.all([
        Promise.all([
          storeCheck(),
          slackCheck(),
          checkOf('CMR', parts.cmr),
          checkOf('Alerts channel', parts.alertsChannel),
          ...workers(),
        ]),
        outboxStats(parts.store.db).catch(() => ({ waiting: 0, failed: 0 })),
        lastEventAt(parts.store.db).catch(() => undefined),
      ])
      return { checks, lastWebhookAt, ...stats, since: parts.since }
    },
  }
}

async function checkOf(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, tells: await look() }
  } catch (error) {
    return { name, ok: false, tells: error instanceof Error ? error.message : String(error) }
  }
}

/** `/healthz`, `/readyz` and `/metrics`. */
export function healthRoutes(health: ReturnType<typeof createHealth>, store: Store): CustomRoute[] {
  return [
    { path: '/healthz', method: 'GET', handler: (_, response) => json(response, 200, { ok: true }) },
    {
      path: '/readyz',
      method: 'GET',
      handler: async (_, response) => {
        const checks = await health.ready()
        json(response, checks.every((check) => check.ok) ? 200 : 503, { checks })
      },
    },
    {
      path: '/metrics',
      method: 'GET',
      handler: async (_, response) => {
        const { metricsText } = await import('./metrics.ts')
        const unknown = { waiting: Number.NaN, failed: Number.NaN }
        const stats = await outboxStats(store.db).catch(() => unknown)
        const { type, text } = await metricsText(stats, await health.ready())
        response.writeHead(200, { 'content-type': type }).end(text)
      },
    },
  ]
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
