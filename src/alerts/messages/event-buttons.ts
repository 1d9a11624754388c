import type { Button } from '@slack/types'
import { domainNamesIn } from '../../cmr/events/references.ts'
import { button } from '../../slack/blocks.ts'
import { type AlertEvent, listsDomains } from './read.ts'

/** What an alert's buttons depend on, beside its event. */
export interface AlertState {
  /** As in `events.subject`; what has none can be neither snoozed nor muted. */
  readonly subject?: string | null | undefined
  /** Slack user id of whoever takes care of it. */
  readonly acknowledgedBy?: string | null | undefined
  /** True if nothing is left to do. */
  readonly resolved?: boolean | undefined
  /** CMR's dashboard, where money is added to the wallet. */
  readonly dashboardUrl?: string | undefined
}

/** The suffix of an action_id whose value is the id of an event: the command's values are read from that event. */
export const eventSuffix = 'event'

/** The same, by somebody who was told what has happened since and goes on. */
export const regardlessSuffix = 'regardless'

export type EventButton = (event: AlertEvent, state: AlertState) => Button | undefined

/** A command of its own, filled in from the event. */
const command =
  (text: string, id: string, style?: Button['style']): EventButton =>
  ({ eventId }) =>
    button({ text, actionId: `${id}:${eventSuffix}`, value: eventId, style })

export const renewSubscription = command('Renew now', 'subscriptions.renew', 'primary')
/** Only once its domain is renewed. */
export const renewAfterwards = command('Renew subscription', 'subscriptions.renew')
export const renewDomain = command('Renew domain', 'domains.renew', 'primary')
const subscriptionAutoRenew = command('Turn auto-renew on', 'subscriptions.auto-renew')
export const domainAutoRenew = command('Turn auto-renew on', 'domains.auto-renew')
/** Of one domain: where CMR lists several, which is meant? */
const ofDomain =
  (act: EventButton): EventButton =>
  (event, state) =>
    namesDomain(event) ? act(event, state) : undefined
export const showDns = ofDomain(command('Show DNS', 'dns.list'))
export const diagnose = ofDomain(command('Diagnose', 'diagnose.show'))
export const searchInventory: EventButton = () =>
  button({ text: 'Search inventory', actionId: 'prewarm.list' })
export const showOrder = command('Show order', 'orders.get')
const showUser = command('Open user', 'users.get')
export const addFundsButton: EventButton = (_, { dashboardUrl }) =>
  dashboardUrl
    ? button({ text: 'Add funds', actionId: 'wallet.get:dashboard', url: dashboardUrl })
    : button({ text: 'Wallet', actionId: 'wallet.get' })

/** Only where it is off: CMR tells so with every subscription event. */
export const autoRenewIfOff: EventButton = (event, state) =>
  event.data.autoRenew === false ? subscriptionAutoRenew(event, state) : undefined
export const ifUserKnown =
  (act: EventButton): EventButton =>
  (event, state) =>
    typeof event.data.userId === 'string' ? act(event, state) : undefined
export const userIfKnown = ifUserKnown(showUser)

function namesDomain({ data, domain }: AlertEvent): boolean {
  if (listsDomains(data)) return domainNamesIn(data).length === 1
  return typeof (data.domainName ?? data.domain ?? domain) === 'string'
}
