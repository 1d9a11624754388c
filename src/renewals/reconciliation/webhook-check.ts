import { webhookSettings } from '../../commands/dashboard.ts'
import type { DirectoryRefresh } from '../../directory/refresh/refresh.ts'
import { eventCounts, lastEventAt } from '../../events/store/events.ts'
import type { HealthCheck } from '../../health/health.ts'
import {
  addMilliseconds,
  formatDistanceStrict,
  millisecondsInDay,
  subMilliseconds,
} from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import { WEBHOOK_TRIES_MS } from './reconciler.ts'

/** One webhook may always get lost. */
const SUSPICIOUS = 3

/**
 * Tells when the last webhook came and how many changes had to be found by sync instead, and warns where webhooks
 * seem to be off, all of them or those of some events. What the bot itself slept through says nothing of that.
 */
export function createWebhookCheck(parts: {
  readonly store: Pick<Store, 'db'>
  readonly catchingUp: DirectoryRefresh['catchingUp']
  readonly clock: () => Date
}): HealthCheck {
  const { store, catchingUp, clock } = parts

  async function look(): Promise<string> {
    const now = clock()
    const since = subMilliseconds(now, millisecondsInDay)
    const { until } = catchingUp()
    const [last, today, awake] = [
      await lastEventAt(store.db),
      await eventCounts(store.db, since),
      until ? await eventCounts(store.db, latest(since, addMilliseconds(until, 2 * WEBHOOK_TRIES_MS))) : [],
    ]
    const came = last ? `the last one came ${formatDistanceStrict(last, now)} ago` : 'none has come yet'
    const found = today.reduce((sum, { sync }) => sum + sync, 0)
    const changes = found === 1 ? 'one change was' : `${found} changes were`
    const tells = `${came}; ${changes} found by sync instead in the last 24 hours`
    const missing = awake.filter(({ sync, webhook }) => sync >= SUSPICIOUS && webhook === 0)
    if (missing.length === 0) return tells
    const areAllOff = awake.every(({ webhook }) => webhook === 0)
    const which = areAllOff
      ? 'Webhooks seem'
      : `Webhooks of ${missing.map(({ event }) => event).join(', ')} seem`
    throw new Error(`${which} to be off: ${tells}. ${webhookSettings}`)
  }

  return { name: 'Webhooks', serves: 'alerts', look }
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b
}
