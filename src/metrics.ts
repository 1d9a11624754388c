import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Check } from './messages/status.ts'

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

/** The Prometheus text of this moment. @param outbox NaN where nobody knows */
export async function metricsText(
  outbox: { waiting: number; failed: number },
  checks: readonly Check[],
  unexpectedErrors: number,
): Promise<{ type: string; text: string }> {
  waiting.set(outbox.waiting)
  failed.set(outbox.failed)
  unexpected.set(unexpectedErrors)
  for (const check of checks) up.set({ part: check.name }, check.ok ? 1 : 0)
  return { type: registry.contentType, text: await registry.metrics() }
}
