import type { ServerResponse } from 'node:http'
import type { HttpRoute } from '../http/server.ts'
import type { EventStats, Health } from './health.ts'

/**
 * `/healthz`, `/readyz` and `/metrics`.
 * @param counts.unexpectedErrors how many errors nobody has caught since the start
 * @param counts.refusedWebhooks how many webhooks were refused since the start, by reason
 */
export function healthRoutes(
  health: Health,
  events: Pick<EventStats, 'outbox'>,
  counts: {
    readonly unexpectedErrors: () => number
    readonly refusedWebhooks: () => ReadonlyMap<string, number>
  },
): HttpRoute[] {
  return [
    {
      path: '/healthz',
      methods: ['GET', 'HEAD'],
      handle: (_, response) => json(response, 200, { ok: true }),
    },
    {
      path: '/readyz',
      methods: ['GET', 'HEAD'],
      async handle(_, response) {
        const checks = await health.checks()
        json(response, checks.some((check) => check.stopsService) ? 503 : 200, { checks })
      },
    },
    {
      path: '/metrics',
      methods: ['GET'],
      async handle(_, response) {
        const { metricsText } = await import('./metrics.ts')
        const unknown = { waiting: Number.NaN, failed: Number.NaN }
        const stats = await events.outbox().catch(() => unknown)
        const { type, text } = await metricsText(stats, await health.checks(), {
          unexpectedErrors: counts.unexpectedErrors(),
          refusedWebhooks: counts.refusedWebhooks(),
        })
        response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text)
      },
    },
  ]
}

function json(response: ServerResponse, status: number, body: unknown) {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}
