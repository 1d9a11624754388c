import { money } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { spokenOf } from '../../commands/grammar.ts'
import { amountText, totalOf, totalText } from '../../resources/renewal-amount.ts'
import { autoRenewItemsButton, type RenewalItem, renewItemsButton } from '../../resources/renewal-items.ts'
import { button, counted, cut, date, escapeText } from '../../slack/blocks.ts'
import type { ReminderEventName } from '../own-events.ts'
import { addFundsButton, diagnose, type EventButton } from './event-buttons.ts'
import type { EventAlert, EventText } from './event-text.ts'
import type { AlertEvent, RenewableItem } from './read.ts'

/** A thing as a reminder names it. */
export interface RemindedItem extends RenewalItem {
  readonly domain: string
  readonly userId?: string | undefined
  /** ISO 8601: when it ends, is due, or can no longer be renewed. */
  readonly at: string
  /** Whole days until then, rounded up. */
  readonly days: number
  readonly cents?: number | undefined
  readonly isEstimate?: boolean
  /** Of a subscription in a countdown: CMR goes on trying. */
  readonly isRetried?: boolean | undefined
  /** Of a blocked subscription: when its domain ends. */
  readonly domainEndsAt?: string | undefined
  /** Of a blocked subscription: CMR may refuse it, and may not. */
  readonly isDoubtful?: boolean | undefined
}

/** What a reminder is made of. */
export interface ReminderData {
  /** The most urgent first. */
  readonly items: readonly RemindedItem[]
  /** The customer's name, where all are one customer's. */
  readonly customer?: string | undefined
}

/** What an alert about the wallet is made of; amounts in cents. */
export interface WalletData {
  readonly walletCents: number
  /** Days until the first renewal that it does not cover. */
  readonly runwayDays?: number | undefined
  readonly first?: RemindedItem | undefined
  readonly missingCents?: number | undefined
  /** What to add so that it lasts for `lastsDays`. */
  readonly addCents?: number | undefined
  readonly lastsDays?: number | undefined
}

const SHOWN = 15
const dataOf = ({ data }: AlertEvent) => data as unknown as ReminderData
const walletOf = ({ data }: AlertEvent) => data as unknown as WalletData

const inDays = (days: number) => (days <= 0 ? 'today' : `in ${counted(days, 'day')}`)
const nameOf = ({ kind, domain }: RemindedItem) =>
  kind === 'domain' ? `*${escapeText(domain)}*` : `The subscription on *${escapeText(domain)}*`

/** "3 domains and 2 subscriptions of Acme Inc." */
function countOf({ items, customer }: ReminderData): string {
  const of = (wanted: RenewalItem['kind']) => items.filter(({ kind }) => kind === wanted).length
  const parts = [
    ...(of('domain') ? [counted(of('domain'), 'domain')] : []),
    ...(of('subscription') ? [counted(of('subscription'), 'subscription')] : []),
  ]
  return `*${parts.join(' and ')}*${customer ? ` of ${escapeText(customer)}` : ''}`
}

/** A line a thing, with its day and price; the headline has the sum. */
function linesOf({ items }: ReminderData): string[] {
  const lines = items.slice(0, SHOWN).map((item) => {
    const what = item.kind === 'domain' ? 'the domain' : 'its mailboxes'
    const price = amountText(item)
    return `• ${escapeText(cut(item.domain, 100))}, ${what}: ${inDays(item.days)}, ${date(item.at)}${price ? `, ${price}` : ''}`
  })
  const more = items.length > SHOWN ? [`and ${items.length - SHOWN} more`] : []
  return [...lines, ...more]
}

/** What renewing all of it costs, "at least" where a price is not known yet. */
function sumOf({ items }: ReminderData): string | undefined {
  return totalText(totalOf(items.map(({ cents, isEstimate = false }) => ({ cents, isEstimate }))))
}

const reminderAmount = (event: AlertEvent) => sumOf(dataOf(event))

/** One thing in a sentence, or several as a list. */
function reminderText(
  event: AlertEvent,
  one: (item: RemindedItem) => EventText,
  several: (data: ReminderData, first: RemindedItem) => Pick<EventText, 'headline' | 'todo'>,
): EventText {
  const data = dataOf(event)
  const [first, ...others] = data.items
  if (!first) return { headline: 'A reminder of nothing', follows: [] }
  return others.length === 0 ? one(first) : { ...several(data, first), follows: linesOf(data) }
}

const renewThese: EventButton = (event) => {
  const { items } = dataOf(event)
  return renewItemsButton(items, { text: items.length === 1 ? 'Renew' : 'Renew these' })
}

const remindedItems = (event: AlertEvent): readonly RenewableItem[] => dataOf(event).items

/** A subscription that is blocked is renewed with its domain. */
const itemsWithDomains = (event: AlertEvent): RenewableItem[] =>
  dataOf(event).items.flatMap(({ domain, ...item }) => [{ kind: 'domain' as const, id: domain }, item])

const renewWithDomains: EventButton = (event) =>
  renewItemsButton(itemsWithDomains(event), { text: 'Renew both' })

const turnAutoRenewOn: EventButton = (event) => {
  const { items } = dataOf(event)
  const [first, ...others] = items
  if (!first || others.length > 0) return autoRenewItemsButton(items)
  const text = 'Turn auto-renew on'
  if (first.kind === 'subscription') {
    const value = spokenOf({ subscriptionId: first.id, autoRenew: 'yes' })
    return button({ text, actionId: 'subscriptions.auto-renew', value })
  }
  const value = spokenOf({ userId: first.userId, domains: first.id, autoRenew: 'yes' })
  return button({ text, actionId: 'domains.auto-renew', value })
}

/** What comes, day by day, and how long the wallet lasts. */
const whatRenews: EventButton = () => button({ text: 'What renews', actionId: 'renewals.list' })

const ofOne =
  (act: EventButton): EventButton =>
  (event, state) =>
    dataOf(event).items.length === 1 ? act(event, state) : undefined

/** Reminders of what ends or cannot be paid. */
export const renewalAlerts: Record<ReminderEventName, EventAlert> = {
  'renewal.ending': {
    renews: remindedItems,
    amount: reminderAmount,
    text: (_, __, event) =>
      reminderText(
        event,
        (item) => ({
          headline: `${nameOf(item)} ends ${inDays(item.days)}, on ${date(item.at)}, unless somebody renews it`,
          follows: [
            amountText(item) &&
              `Renewing it costs ${amountText(item)} for ${item.kind === 'domain' ? 'a year' : 'a month'}.`,
            item.kind === 'domain'
              ? 'Auto-renew is off. Without the domain its mailboxes stop, and their renewal is refused.'
              : 'Auto-renew is off. 7 days after its end the mailboxes are switched off.',
          ],
          todo: 'Renew it, or turn auto-renew on.',
        }),
        (data, first) => ({
          headline: `${countOf(data)} end unless somebody renews them, the first ${inDays(first.days)}`,
          todo: 'Renew them, or turn auto-renew on.',
        }),
      ),
    buttons: [renewThese, turnAutoRenewOn, ofOne(diagnose)],
  },
  'renewal.unpaid': {
    amount: reminderAmount,
    text: (_, __, event) =>
      reminderText(
        event,
        (item) => ({
          headline: `${nameOf(item)} renews ${inDays(item.days)}, on ${date(item.at)}, and the wallet will not cover it`,
          follows: [amountText(item) && `It costs ${amountText(item)}.`],
          todo: `${addFunds()}.`,
        }),
        (data, first) => ({
          headline: `The wallet will not cover the renewal of ${countOf(data)}, the first ${inDays(first.days)}`,
          todo: `${addFunds()}.`,
        }),
      ),
    buttons: [addFundsButton, whatRenews],
  },
  'renewal.blocked': {
    renews: itemsWithDomains,
    amount: reminderAmount,
    text: (_, __, event) =>
      reminderText(
        event,
        (item) => ({
          headline: `${nameOf(item)} ${item.isDoubtful ? 'may not' : 'cannot'} renew on ${date(item.at)}: its domain ends ${item.domainEndsAt ? date(item.domainEndsAt) : 'before'}`,
          follows: ['CMR refuses a subscription whose domain has ended, or is due within 26 hours of it.'],
          todo: 'Renew the domain first.',
        }),
        (data, first) => ({
          headline: `${countOf(data)} cannot renew because their domains end before, the first ${inDays(first.days)}`,
          todo: 'Renew the domains first.',
        }),
      ),
    buttons: [renewWithDomains, ofOne(diagnose)],
  },
  'renewal.countdown': {
    renews: remindedItems,
    amount: reminderAmount,
    text: (_, __, event) =>
      reminderText(event, countdownOf, (data, first) => ({
        headline: `The last days to renew ${countOf(data)}: ${counted(first.days, 'day')} for the first`,
        todo: 'Renew them now.',
      })),
    buttons: [renewThese, addFundsButton, turnAutoRenewOn, ofOne(diagnose)],
  },
  'renewal.safe': {
    text: (_, __, event) =>
      reminderText(
        event,
        (item) => ({ headline: `${nameOf(item)} is taken care of`, follows: [`Next due ${date(item.at)}.`] }),
        (data) => ({ headline: `${countOf(data)} are taken care of` }),
      ),
    buttons: [],
  },
  'wallet.low': {
    text: (_, __, event) => walletLow(walletOf(event)),
    buttons: [addFundsButton, whatRenews],
  },
  'wallet.covered': {
    text: (_, __, event) => {
      const { walletCents, runwayDays } = walletOf(event)
      if (walletCents <= 0)
        return { headline: `The wallet holds ${money(walletCents)}, and nothing needs it soon`, follows: [] }
      const lasts = runwayDays === undefined ? 'what comes' : `the next ${counted(runwayDays, 'day')}`
      return { headline: `The wallet holds ${money(walletCents)} and covers ${lasts} again`, follows: [] }
    },
    buttons: [],
  },
}

function countdownOf(item: RemindedItem): EventText {
  const left = item.days <= 0 ? 'today is the last day' : `${counted(item.days, 'day')} left`
  if (item.kind === 'domain')
    return {
      sign: ':hourglass:',
      headline: `${nameOf(item)} has expired: ${left} to renew it`,
      follows: [`After ${date(item.at)} it is lost, and only the registrar can help.`],
      todo: 'Renew the domain now, then its subscription.',
    }
  return {
    sign: ':hourglass:',
    headline: item.isRetried
      ? `${nameOf(item)} is past due: the wallet did not cover it`
      : `${nameOf(item)} is past due: ${left}`,
    follows: [
      item.isRetried
        ? 'CMR keeps trying while auto-renew is on, and pays once the wallet covers it.'
        : `On ${date(item.at)} it expires, and its mailboxes are switched off.`,
      amountText(item) && `It costs ${amountText(item)}.`,
    ],
    todo: item.isRetried ? `${addFunds()}.` : 'Renew it now.',
  }
}

function walletLow({
  walletCents,
  runwayDays = 0,
  first,
  missingCents,
  addCents,
  lastsDays,
}: WalletData): EventText {
  const covers =
    runwayDays <= 0
      ? 'does not cover what renews today'
      : `covers ${counted(runwayDays, 'more day')} of renewals`
  return {
    headline: `The wallet holds ${money(walletCents)} and ${covers}`,
    follows: [
      first &&
        `The first that it does not pay is ${first.kind === 'domain' ? 'the domain' : 'the mailboxes on'} ${escapeText(first.domain)} on ${date(first.at)}${amountText(first) ? ` (${amountText(first)})` : ''}${missingCents ? `: ${money(missingCents)} is missing` : ''}.`,
      addCents && lastsDays ? `Add ${money(addCents)} so that it lasts ${lastsDays} days.` : undefined,
    ],
    todo: `${addFunds()}.`,
  }
}
