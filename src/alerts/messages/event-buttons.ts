import type { Button } from '@slack/types'
import { domainNamesIn } from '../../cmr/events/references.ts'
import { button } from '../../slack/blocks.ts'
import { type AlertEvent, listsDomains, reader } from './read.ts'

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

export const ifUserKnown =
  (act: EventButton): EventButton =>
  (event, state) =>
    typeof event.data.userId === 'string' ? act(event, state) : undefined

/** The same with what it costs, as far as that is known: "Renew now for $15.00". */
const priced =
  (text: string, id: string, style?: Button['style']): EventButton =>
  (event, state) => {
    const { renewal } = reader(event)
    return command(renewal ? `${text} for ${renewal}` : text, id, style)(event, state)
  }

export const renewSubscription = priced('Renew now', 'subscriptions.renew', 'primary')
/** Only once its domain is renewed. */
export const renewAfterwards = command('Renew subscription', 'subscriptions.renew')
export const renewDomain: EventButton = (event, state) =>
  // Where a domain blocks a subscription, the price that is known is that of the subscription.
  (event.event.startsWith('domain.') ? priced : command)(
    'Renew domain',
    'domains.renew',
    'primary',
  )(event, state)
const subscriptionAutoRenew = command('Turn auto-renew on', 'subscriptions.auto-renew')
const domainAutoRenew = command('Turn auto-renew on', 'domains.auto-renew')
/** CMR does not tell of it with a domain: where it is not known to be on, it may be off. */
export const domainAutoRenewIfOff: EventButton = (event, state) =>
  reader(event).autoRenew === true ? undefined : domainAutoRenew(event, state)
/** Of one domain: where CMR lists several, which is meant? */
const ofDomain =
  (act: EventButton): EventButton =>
  (event, state) =>
    namesDomain(event) ? act(event, state) : undefined
export const showDns = ofDomain(command('Show DNS', 'dns.list'))
/** What mail needs and a new domain lacks, with one confirmation. */
export const setUpDns = ofDomain(command('Add what mail needs', 'dns.set-up', 'primary'))
export const diagnose = ofDomain(command('Diagnose', 'diagnose.show'))
export const searchInventory: EventButton = () =>
  button({ text: 'Search inventory', actionId: 'prewarm.list' })
export const orderDomain = ifUserKnown(command('Order again', 'orders.create'))
export const orderMailboxes = ifUserKnown(command('Order again', 'orders.mailboxes'))
/** Where nothing but CMR’s support helps: the form of the report, filled in. */
export const writeToSupport = command('Write to CMR’s support', 'errors.send')
export const showOrder = command('Show order', 'orders.get')
const showUser = command('Open customer', 'users.get')
export const addFundsButton: EventButton = (_, { dashboardUrl }) =>
  dashboardUrl
    ? button({ text: 'Add funds', actionId: 'wallet.get:dashboard', url: dashboardUrl })
    : button({ text: 'Wallet', actionId: 'wallet.get' })

const ifShort =
  (wanted: boolean): EventButton =>
  (event, state) =>
    (reader(event).missingCents !== 0) === wanted ? addFundsButton(event, state) : undefined
/** First where the wallet may be too low. */
export const fundsIfShort = ifShort(true)
/** Later where it covers the renewal. */
export const fundsIfEnough = ifShort(false)

/** Only where it is off: CMR tells so with every subscription event. */
export const autoRenewIfOff: EventButton = (event, state) =>
  reader(event).autoRenew === false ? subscriptionAutoRenew(event, state) : undefined
export const userIfKnown = ifUserKnown(showUser)

function namesDomain({ data, domain }: AlertEvent): boolean {
  if (listsDomains(data)) return domainNamesIn(data).length === 1
  return typeof (data.domainName ?? data.domain ?? domain) === 'string'
}
