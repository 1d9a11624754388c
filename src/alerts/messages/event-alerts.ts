import { botAlerts } from './bot.ts'
import { dnsAlerts } from './dns.ts'
import { domainAlerts } from './domains.ts'
import type { EventAlert } from './event-text.ts'
import { mailboxAlerts } from './mailboxes.ts'
import { operationAlerts } from './operations.ts'
import { prewarmAlerts } from './prewarm.ts'
import type { AlertEvent } from './read.ts'
import { renewalAlerts } from './renewals.ts'
import { subscriptionAlerts } from './subscriptions.ts'

/** How CMR's events are shown, by name. */
export const webhookAlerts: Readonly<Record<string, EventAlert>> = {
  ...domainAlerts,
  ...mailboxAlerts,
  ...subscriptionAlerts,
  ...prewarmAlerts,
  ...dnsAlerts,
}

/** Only the bot itself may send these: a webhook of the same name is an unknown event. */
const allAlerts: typeof webhookAlerts = {
  ...webhookAlerts,
  ...operationAlerts,
  ...renewalAlerts,
  ...botAlerts,
}

/** Returns how an event is shown; nothing for an unknown one. */
export function alertOf({ event, source }: Pick<AlertEvent, 'event' | 'source'>): EventAlert | undefined {
  const known = source === 'webhook' ? webhookAlerts : allAlerts
  return Object.hasOwn(known, event) ? known[event] : undefined
}
