import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Check } from './health.ts'

// Loaded with the first scrape: starting does not need it.
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const registers = [registry]
const waiting = new Gauge({ name: 'cmr_alerts_waiting', help: 'Alerts that are not posted yet', registers })
const failed = new Gauge({ name: 'cmr_alerts_failed', help: 'Alerts that Slack refused for good', registers })
const unexpected = new Gauge({
  name: 'cmr_unexpected_errors',
  help: 'Errors that nobody caught since the start',
  registers,
})
const up = new Gauge({ name: 'cmr_part_up', help: 'Whether a part is well', labelNames: ['part'], registers })

const refused = new Counter({
  name: 'cmr_webhooks_refused_total',
  help: 'Webhooks with CMR’s signature headers that were refused since the start',
  labelNames: ['reason'],
  registers,
})
const reasons = ['signature', 'variant', 'clock']

/** The Prometheus text of this moment. @param outbox NaN where nobody knows */
export async function metricsText(
  outbox: { waiting: number; failed: number },
  checks: readonly Check[],
  counts: { unexpectedErrors: number; refusedWebhooks: ReadonlyMap<string, number> },
): Promise<{ type: string; text: string }> {
  waiting.set(outbox.waiting)
  failed.set(outbox.failed)
  unexpected.set(counts.unexpectedErrors)
  refused.reset()
  for (const reason of reasons) refused.inc({ reason }, counts.refusedWebhooks.get(reason) ?? 0)
  for (const check of checks) up.set({ part: check.name }, check.ok ? 1 : 0)
  return { type: registry.contentType, text: await registry.metrics() }
}
