import { money } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { spokenOf } from '../../commands/grammar.ts'
import { amountText } from '../../resources/renewal-amount.ts'
import { autoRenewItemsButton, renewItemsButton } from '../../resources/renewal-items.ts'
import { button, counted, date, escapeText } from '../../slack/blocks.ts'
import type { ReminderEventName } from '../own-events.ts'
import type { AlertEvent, RenewableItem } from './alert-event.ts'
import { addFundsButton, diagnose, type EventAlert, type EventButton, type EventText } from './event-parts.ts'
import {
  countOf,
  inDays,
  linesOf,
  nameOf,
  type RemindedItem,
  type ReminderData,
  reminderIn,
  sumOf,
} from './reminded-items.ts'

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

const walletOf = ({ data }: AlertEvent) => data as unknown as WalletData

const reminderAmount = (event: AlertEvent) => sumOf(reminderIn(event))

/** One thing in a sentence, or several as a list. */
function reminderText(
  event: AlertEvent,
  one: (item: RemindedItem) => EventText,
  several: (data: ReminderData, first: RemindedItem) => Pick<EventText, 'headline' | 'todo'>,
): EventText {
  const now = reminderIn(event)
  const all = [...now.items, ...now.done]
  const [only] = all
  if (!only) return { headline: 'A reminder of nothing', follows: [] }
  if (all.length === 1) return one(only)
  const [first, ...others] = now.items
  if (!first)
    return { headline: `Nothing is left to do for ${countOf({ ...now, items: all })}`, follows: linesOf(now) }
  return { ...(others.length > 0 ? several(now, first) : one(first)), follows: linesOf(now) }
}

const renewThese: EventButton = (event) => {
  const { items } = reminderIn(event)
  return renewItemsButton(items, { text: items.length === 1 ? 'Renew' : 'Renew these' })
}

const remindedItems = (event: AlertEvent): readonly RenewableItem[] => reminderIn(event).items

/** A subscription that is blocked is renewed with its domain. */
const itemsWithDomains = (event: AlertEvent): RenewableItem[] =>
  reminderIn(event).items.flatMap(({ domain, ...item }) => [{ kind: 'domain' as const, id: domain }, item])

const renewWithDomains: EventButton = (event) =>
  renewItemsButton(itemsWithDomains(event), { text: 'Renew both' })

const turnAutoRenewOn: EventButton = (event) => {
  const { items } = reminderIn(event)
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
    (event.data as unknown as ReminderData).items.length === 1 ? act(event, state) : undefined

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
