import type { ActionsBlock, Button, Overflow } from '@slack/types'
import { domainNamesIn } from '../../cmr/events/references.ts'
import { button, plain } from '../../slack/blocks.ts'
import { operationActs } from './operations.ts'
import { type AlertEvent, listsDomains } from './read.ts'

/** What an alert's buttons depend on, beside its event. */
export interface AlertState {
  /** As in `events.subject`; what has none can be neither snoozed nor muted. */
  readonly subject?: string | null | undefined
  /** Slack user id of whoever takes care of it. */
  readonly acknowledgedBy?: string | null | undefined
  /** Whether nothing is left to do. */
  readonly resolved?: boolean | undefined
  /** CMR's dashboard, where money is added to the wallet. */
  readonly dashboardUrl?: string | undefined
}

/** The suffix of an action_id whose value is the id of an event: the command's values are read from that event. */
export const eventSuffix = 'event'

/** The same, by somebody who was told what has happened since and goes on. */
export const regardlessSuffix = 'regardless'

type Act = (event: AlertEvent, state: AlertState) => Button | undefined

/** A command of its own, filled in from the event. */
const command =
  (text: string, id: string, style?: Button['style']): Act =>
  ({ eventId }) =>
    button({ text, actionId: `${id}:${eventSuffix}`, value: eventId, style })

const renewSubscription = command('Renew now', 'subscriptions.renew', 'primary')
/** Only once its domain is renewed. */
const renewAfterwards = command('Renew subscription', 'subscriptions.renew')
const renewDomain = command('Renew domain', 'domains.renew', 'primary')
const subscriptionAutoRenew = command('Turn auto-renew on', 'subscriptions.auto-renew')
const domainAutoRenew = command('Turn auto-renew on', 'domains.auto-renew')
/** Of one domain: where CMR lists several, which is meant? */
const ofDomain =
  (act: Act): Act =>
  (event, state) =>
    namesDomain(event) ? act(event, state) : undefined
const showDns = ofDomain(command('Show DNS', 'dns.list'))
const diagnose = ofDomain(command('Diagnose', 'diagnose.show'))
const searchInventory: Act = () => button({ text: 'Search inventory', actionId: 'prewarm.list' })
const showOrder = command('Show order', 'orders.get')
const showUser = command('Open user', 'users.get')
const addFunds: Act = (_, { dashboardUrl }) =>
  dashboardUrl
    ? button({ text: 'Add funds', actionId: 'wallet.get:dashboard', url: dashboardUrl })
    : button({ text: 'Wallet', actionId: 'wallet.get' })

/** Only where it is off: CMR tells so with every subscription event. */
const autoRenewIfOff: Act = (event, state) =>
  event.data.autoRenew === false ? subscriptionAutoRenew(event, state) : undefined
const ifUserKnown =
  (act: Act): Act =>
  (event, state) =>
    typeof event.data.userId === 'string' ? act(event, state) : undefined
const userIfKnown = ifUserKnown(showUser)

/** What can be done about each kind, the most useful first. */
const acts: Readonly<Record<string, readonly Act[]>> = {
  'domain.order.success': [showDns, userIfKnown],
  'domain.order.failed': [showOrder, addFunds],
  'domain.renewal.success': [showDns],
  'domain.renewal.failed': [renewDomain, addFunds, domainAutoRenew, diagnose],
  'domain.grace_period': [renewDomain, addFunds, domainAutoRenew, diagnose],
  'domain.expired': [diagnose, userIfKnown],
  'mailbox.order.success': [userIfKnown],
  'mailbox.order.failed': [showOrder, addFunds],
  'subscription.renewing': [autoRenewIfOff, userIfKnown],
  'subscription.renewal.success': [autoRenewIfOff, userIfKnown],
  'subscription.renewal.failed': [renewDomain, renewAfterwards, diagnose],
  'subscription.past_due': [addFunds, renewSubscription, autoRenewIfOff, diagnose],
  'subscription.expired': [diagnose, userIfKnown],
  'subscription.cancelled': [userIfKnown],
  'subscription.updated': [autoRenewIfOff, userIfKnown],
  'prewarmup.order.success': [ifUserKnown(showDns), userIfKnown],
  'prewarmup.order.failed': [ifUserKnown(showOrder), searchInventory],
  'dns-record.updated': [showDns],
}

/**
 * What people can do about an alert: one row, or nothing. Values are ids of what is stored, so that a button
 * works after a restart and shows today's state, not that of the message.
 */
export function alertButtons(event: AlertEvent, state: AlertState = {}): ActionsBlock[] {
  const toDo = isTrouble(event) && !state.resolved
  const known: typeof acts = event.source === 'webhook' ? acts : { ...acts, ...operationActs }
  const kind = Object.hasOwn(known, event.event) ? (known[event.event] ?? []) : [userIfKnown]
  const buttons = kind.flatMap((act) => act(event, state) ?? [])
  const acknowledge =
    toDo && !state.acknowledgedBy && state.subject
      ? [button({ text: 'Acknowledge', actionId: 'alerts.acknowledge', value: event.eventId })]
      : []
  const elements = [...buttons, ...acknowledge, ...more(event, state, toDo)]
  return elements.length ? [{ type: 'actions', elements }] : []
}

/** Five entries are what an overflow menu holds ("Block Kit reference: overflow menu"). */
function more({ eventId }: AlertEvent, { subject }: AlertState, toDo: boolean): Overflow[] {
  if (!subject) return []
  const entry = (text: string, value: string) => ({ text: plain(text), value })
  const snoozes = [
    entry('Remind here in 1 hour', `alerts.snooze ${eventId} 1h`),
    entry('Remind here in 4 hours', `alerts.snooze ${eventId} 4h`),
    entry('Remind here tomorrow at 8', `alerts.snooze ${eventId} tomorrow`),
  ]
  const week = entry('Mute this for 7 days', `alerts.mute event:${eventId} 7d`)
  const options = toDo
    ? [...snoozes, entry('Mute this until it is resolved', `alerts.mute event:${eventId} resolved`), week]
    : [entry('Why is this here?', `events.why ${eventId}`), week]
  return [{ type: 'overflow', action_id: 'alerts.more', options }]
}

function namesDomain({ data, domain }: AlertEvent): boolean {
  if (listsDomains(data)) return domainNamesIn(data).length === 1
  return typeof (data.domainName ?? data.domain ?? domain) === 'string'
}

function isTrouble({ severity }: AlertEvent): boolean {
  return severity === 'urgent' || severity === 'bad'
}
