import type { Button } from '@slack/types'
import { domainNamesIn } from '../../cmr/events/references.ts'
import { addFunds, isWalletReason } from '../../commands/dashboard.ts'
import { button, moment } from '../../slack/blocks.ts'
import { type AlertEvent, listsDomains, type Reader, type RenewableItem, reader } from './alert-event.ts'

/** What an event comes to, in escaped mrkdwn. */
export interface EventText {
  /** An emoji instead of that of its severity. */
  readonly sign?: string
  /** What happened to whom. */
  readonly headline: string
  /** What follows from it; what is not known is left out. */
  readonly follows: readonly (string | undefined)[]
  readonly todo?: string
}

/**
 * Tells one kind of event.
 * @param lineOf another event, told in one line
 * @param event the event itself, for what a reader of plain fields cannot say
 */
type EventWriter = (read: Reader, lineOf: (event: AlertEvent) => string, event: AlertEvent) => EventText

/** How an event is shown in Slack; the rest of it is declared in `cmr/events`. */
export interface EventAlert {
  readonly text: EventWriter
  /** Returns what was paid, or what it costs, as people read it. */
  readonly amount?: (event: AlertEvent) => string | undefined
  /** Returns what can be renewed so that it is over, for the button that does it for many alerts at once. */
  readonly renews?: (event: AlertEvent) => readonly RenewableItem[]
  /** What people can do about it, the most useful first. */
  readonly buttons: readonly EventButton[]
}

/** Lines of a message as a phone's notification shows them: one after the other, each a sentence. */
export function inOneLine(lines: readonly string[]): string {
  return lines.map((line) => (/[.!?:…][*_]?$/.test(line) ? line : `${line}.`)).join(' ')
}

/** "@ana took it over at …" */
export function takenLine({ by, at }: { readonly by: string; readonly at: string }): string {
  return `:eyes: <@${by}> took it over at ${moment(at)}`
}

/** What was paid for the thing. */
export const paidAmount = (event: AlertEvent) => reader(event).price('price')

/** What renewing the thing costs. */
export const renewalAmount = (event: AlertEvent) => reader(event).renewal

/** Returns the domain of an event as something to renew; nothing where it names none, or several. */
export function domainItem(event: AlertEvent): RenewableItem[] {
  const { data, domain, details } = event
  const name = data.domainName ?? data.domain ?? domain
  if (listsDomains(data) || typeof name !== 'string') return []
  const isItsPrice = event.event.startsWith('domain.')
  const known = isItsPrice ? { ...details?.renewal, autoRenew: details?.autoRenew } : {}
  return [{ kind: 'domain', id: name.toLowerCase(), ...known }]
}

/** Returns the subscription of an event as something to renew; nothing where it names none. */
export function subscriptionItem(event: AlertEvent): RenewableItem[] {
  const { subscriptionId } = event.data
  if (typeof subscriptionId !== 'string' || !subscriptionId) return []
  const { autoRenew } = reader(event)
  return [{ kind: 'subscription', id: subscriptionId, ...event.details?.renewal, autoRenew }]
}

/** "CMR says: …", where it said why. */
export function because(reason: string | undefined): string | undefined {
  return reason && `CMR says: ${reason}`
}

/**
 * Returns what to do about a failure: to add funds where the wallet was too low; where CMR gave no reason, both.
 * @param after what comes once there are funds, as a verb
 * @param otherwise a sentence for every other reason
 */
export function walletTodo(reason: string | undefined, after: string, otherwise: string): string {
  if (isWalletReason(reason)) return `${addFunds()}. Then ${after}.`
  return reason ? otherwise : `${otherwise} Was the wallet too low? ${addFunds()}.`
}

/**
 * Says of which domains a success is one, and which of those it lists CMR does not report as active.
 * @param done what is true of the active ones, behind "is" or "are"
 */
export function succeeded(read: Reader, done: string): Pick<EventText, 'sign' | 'headline' | 'follows'> {
  const { active, notActive, domain, is } = read
  const headline = active ? `*${active.domain}* ${active.is} ${done}` : `*${domain}* ${is} not ${done} yet`
  if (!notActive) return { headline, follows: [] }
  return { sign: ':warning:', headline, follows: [`CMR reports ${notActive}.`] }
}

/** "Paid $14.50." */
export function paid(price: string | undefined): string | undefined {
  return price && `Paid ${price} from the wallet.`
}

/**
 * "Good until Nov 24."
 * @param what must hold of a day that is over and of one to come: nobody knows here which it is
 */
export function until(day: string | undefined, what: string): string | undefined {
  return day && `${what} ${day}.`
}

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
