import { createAlertLookup } from './alerts/alert-lookup.ts'
import { createDelivery } from './alerts/delivery/delivery.ts'
import { createFollow } from './alerts/delivery/threads.ts'
import { isReminder } from './alerts/own-events.ts'
import { createReminders } from './alerts/reminders.ts'
import { createEventRouter } from './alerts/routing/route-event.ts'
import { createRouteTable } from './alerts/routing/route-table.ts'
import { declarationOf } from './cmr/events/index.ts'
import { withOwners } from './directory/events.ts'
import { createDirectoryRefresh } from './directory/refresh/refresh.ts'
import { createIngest, type PlaceEvent } from './events/ingest.ts'
import { createIntake } from './events/intake.ts'
import { createWebhookReceiver } from './events/receive.ts'
import { createWebhookSignatures } from './events/signatures.ts'
import type { StoredEvent } from './events/store/events.ts'
import type { Foundation } from './foundation.ts'
import { createMatch } from './operations/match-events.ts'
import { createReconciler } from './renewals/reconciliation/reconciler.ts'
import { createRenewalReminders } from './renewals/reminders/reminders.ts'

export type EventFlow = ReturnType<typeof connectEvents>

/**
 * Connects where events come from (webhooks, the refresh, the bot itself), what stores them, and what posts them. Each
 * part takes of the foundation what it declares.
 */
export function connectEvents(foundation: Foundation) {
  const { config, channels, directoryUpdater, intervalMs } = foundation
  const alertsChannel = config.CMR_ALERTS_CHANNEL
  const state = { dashboardUrl: new URL(config.CMR_API_URL).origin }
  const lookUp = createAlertLookup(foundation)
  const deliverer = createDelivery({
    ...foundation,
    lookUp,
    fallback: alertsChannel,
    paceMs: config.CMR_ALERT_PACE_MS,
    state,
  })
  const routeTable = createRouteTable(foundation)
  const refresh = createDirectoryRefresh(foundation)
  const place = createPlace(foundation, routeTable)
  const renewalReminders = createRenewalReminders({
    ...foundation,
    place,
    onTold: deliverer.wake,
    settings: { days: config.CMR_REMINDER_DAYS, walletDays: config.CMR_WALLET_DAYS },
  })
  const ingests = createIngest({
    ...foundation,
    nameOwners: withOwners,
    match: createMatch(foundation),
    place,
    fallback: () => (alertsChannel ? [{ channel: channels.known(alertsChannel) }] : []),
    follow: createFollow(foundation),
    onStored(news) {
      routeTable.noteNews(news)
      deliverer.wake()
      directoryUpdater.happened(news)
      if (news.some(({ event }) => declarationOf(event)?.charges)) refresh.moneyMoved()
      renewalReminders.noteNews()
    },
  })
  const { ingest, ingestFound } = ingests
  const intake = createIntake({ ...foundation, ingests })
  const signatures = createWebhookSignatures(foundation)
  const receive = createWebhookReceiver({
    ...foundation,
    intake,
    secrets: config.CMR_WEBHOOK_SECRET ?? [config.CMR_API_KEY],
    only: config.CMR_WEBHOOK_SIGNATURE,
    signatures,
  })
  const { catchingUp, silentSince } = refresh
  return {
    receive,
    ingest,
    ingestFound,
    routeTable,
    deliverer,
    lookUp,
    state,
    signatures,
    catchingUp,
    silentSince,
    /** What takes events in and posts them. */
    delivering: [intake, signatures, routeTable, deliverer],
    /** What reminds of alerts and of renewals. */
    reminding: [createReminders({ ...foundation, ingest }), renewalReminders],
    /** What looks at CMR for changes; nothing where the refresh is off. */
    refreshing: intervalMs > 0 ? [refresh, createReconciler({ ...foundation, ingestFound, catchingUp })] : [],
  }
}

/** Returns what decides which channels get an event, by the channels' ids where they are known. */
function createPlace(
  { config, channels, clock }: Foundation,
  { routeMatcher }: ReturnType<typeof createRouteTable>,
): PlaceEvent {
  const admins = config.CMR_ADMINS.map((id) => `<@${id}>`).join(' ')
  const mentionOf = (event: StoredEvent) =>
    isReminder(event) && event.severity === 'urgent' && admins ? admins : null
  const place = createEventRouter({
    routeMatcher,
    alertsChannel: config.CMR_ALERTS_CHANNEL,
    mentionOf,
    clock,
  })
  return (event, own) => place(event, own).map((one) => ({ ...one, channel: channels.known(one.channel) }))
}
