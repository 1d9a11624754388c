import { isObject } from '../../cmr/json.ts'
import { money, toCents } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { date, escapeText } from '../../slack/blocks.ts'
import type { AlertEvent, Reader } from './alert-event.ts'
import {
  autoRenewIfOff,
  diagnose,
  domainItem,
  type EventAlert,
  fundsIfEnough,
  fundsIfShort,
  orderMailboxes,
  renewAfterwards,
  renewalAmount,
  renewDomain,
  renewSubscription,
  subscriptionItem,
  until,
  userIfKnown,
  writeToSupport,
} from './event-parts.ts'

/** "Subscription on *acme.com* is renewed": whose it is and what it costs is put behind it (`event-message.ts`). */
function subscriptionSentence(read: Reader, what: string): string {
  return `Subscription ${named(read)} ${what}`
}

/** "9 mailboxes, paid until Dec 24." */
function paidFor(read: Reader, until: string): string | undefined {
  const quantity = read.text('quantity')
  const mailboxes = quantity && `${quantity} mailbox${quantity === '1' ? '' : 'es'}`
  const day = read.day('periodEnd')
  const parts = [mailboxes, day && `${until} ${day}`].filter(Boolean).join(', ')
  return parts && `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`
}

/** An older form of CMR's names no domain ("Webhooks"). */
function named(read: Reader): string {
  const id = read.text('subscriptionId')
  return id && (read.domain === 'a domain' || read.domain === read.text('domainId'))
    ? `*${id}*`
    : `on *${read.domain}*`
}

/** What caused a failed payment, what follows of it, and what to do ("Subscriptions"). */
function pastDue(read: Reader): { cause: string; follows: string; todo: string } {
  const { autoRenew, missingCents, renewal } = read
  const ends = 'After 7 days past due it expires, and its mailboxes are switched off.'
  const keeps = 'CMR keeps trying while auto-renew is on'
  const forPrice = renewal ? ` for ${renewal}` : ''
  if (autoRenew === false) {
    if (missingCents === 0)
      return {
        cause: 'auto-renew is off; the wallet is fine',
        follows: ends,
        todo: `Renew it${forPrice}.`,
      }
    if (missingCents)
      return {
        cause: `auto-renew is off, and the wallet is ${money(missingCents)} short`,
        follows: ends,
        todo: `${addFunds()}. Then renew it${forPrice}.`,
      }
    return {
      cause: 'auto-renew is off, and nobody renewed it',
      follows: ends,
      todo: `Renew it now${forPrice}. If the wallet does not cover it: ${addFunds()}.`,
    }
  }
  if (missingCents === 0)
    return {
      cause: 'the payment failed, and the wallet covers it now',
      follows: autoRenew ? `${keeps}.` : `${keeps}; if it is off: ${ends}`,
      todo: `Renew it now${forPrice}${autoRenew ? ', or wait: CMR tries again by itself' : ''}.`,
    }
  const cause = missingCents ? `the wallet is ${money(missingCents)} short` : 'the payment failed'
  if (autoRenew) return { cause, follows: `${keeps}.`, todo: `${addFunds()}. CMR tries again by itself.` }
  return { cause, follows: `${keeps}; if it is off: ${ends}`, todo: `${addFunds()}. Then renew it.` }
}

/** Subscriptions: the monthly money. */
export const subscriptionAlerts: Record<string, EventAlert> = {
  'subscription.renewing': {
    text: (read) => ({
      headline: subscriptionSentence(read, 'is being renewed'),
      follows: [paidFor(read, 'end of the period')],
    }),
    amount: renewalAmount,
    buttons: [autoRenewIfOff, userIfKnown],
  },
  'subscription.renewal.success': {
    text: (read) => ({
      headline: subscriptionSentence(read, 'is renewed'),
      follows: [paidFor(read, 'paid until')],
    }),
    amount: renewalAmount,
    buttons: [autoRenewIfOff, userIfKnown],
  },
  'subscription.renewal.failed': {
    text: (read) => ({
      headline: subscriptionSentence(read, 'could not be renewed: its domain blocks it'),
      follows: [read.text('description'), until(read.day('periodEnd'), 'End of the period:')],
      todo: 'Renew the domain first, then the subscription.',
    }),
    amount: renewalAmount,
    renews: (event) => [...domainItem(event), ...subscriptionItem(event)],
    buttons: [renewDomain, renewAfterwards, diagnose],
  },
  'subscription.past_due': {
    text: (read) => {
      const { cause, follows, todo } = pastDue(read)
      return {
        headline: subscriptionSentence(read, `is past due: ${cause}`),
        follows: [paidFor(read, 'end of the period'), follows],
        todo,
      }
    },
    amount: renewalAmount,
    renews: subscriptionItem,
    buttons: [fundsIfShort, renewSubscription, fundsIfEnough, autoRenewIfOff, diagnose],
  },
  'subscription.expired': {
    text: (read) => ({
      headline: subscriptionSentence(read, 'has expired'),
      follows: ['Its mailboxes are switched off: nothing sends from them.'],
      todo: 'Decide with the customer whether to order again.',
    }),
    buttons: [orderMailboxes, diagnose, userIfKnown],
  },
  'subscription.cancelled': {
    text: (read) => ({
      headline: subscriptionSentence(read, 'is cancelled'),
      follows: ['Workspace and mailboxes are gone for good.'],
      todo: 'If nobody here meant to, ask CMR’s support now.',
    }),
    buttons: [orderMailboxes, writeToSupport, userIfKnown],
  },
  'subscription.updated': {
    text: (read, _, event) => {
      const [price, changed, now] = [priceChange(event), changedLines(event), priceNow(event)]
      const perhaps =
        'It may be the price after its domain’s first year, which CMR reports once, in this way.'
      const isKnown = price !== undefined || changed.length > 0
      return {
        headline: price
          ? subscriptionSentence(
              read,
              `costs ${price.isRise ? 'more' : 'less'}: ${price.from} → ${price.to} a mailbox`,
            )
          : subscriptionSentence(read, 'has changed'),
        follows: [
          price?.sums && `Its mailboxes together: ${price.sums.from} → ${price.sums.to} a month.`,
          !price && now ? `A mailbox now costs ${now} a month.` : undefined,
          ...changed,
          read.text('description') ?? (isKnown || now ? undefined : perhaps),
          isKnown
            ? undefined
            : read.text('subscriptionStatus') && `Status ${read.text('subscriptionStatus')}.`,
        ],
      }
    },
    buttons: [autoRenewIfOff, userIfKnown],
  },
}

/** A field of a subscription that an event changes, as people read it. */
interface ChangedField {
  readonly name: string
  readonly label: string
  show(value: unknown): string | undefined
}

const onOff = (value: unknown) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : undefined)
const plainWord = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? escapeText(value) : undefined
const price = (value: unknown) => {
  const cents = toCents(value)
  return cents === undefined ? undefined : money(cents)
}

const fields: readonly ChangedField[] = [
  { name: 'quantity', label: 'Mailboxes', show: plainWord },
  { name: 'autoRenew', label: 'Auto-renew', show: onOff },
  { name: 'periodEnd', label: 'Paid until', show: (value) => (value ? date(value) : undefined) },
  { name: 'subscriptionStatus', label: 'Status', show: plainWord },
]

/** The price of a mailbox before and after, and what that makes of all of them a month; each as people read it. */
interface PriceChange {
  readonly from: string
  readonly to: string
  readonly isRise: boolean
  readonly sums?: { readonly from: string; readonly to: string } | undefined
}

/** Returns how the price of a mailbox has changed; undefined where it has not, or where the price before is not known. */
function priceChange({ data }: Pick<AlertEvent, 'data'>): PriceChange | undefined {
  const before = isObject(data.before) ? data.before : {}
  const [old, now] = [toCents(before.pricePerMailbox), toCents(data.pricePerMailbox)]
  if (old === undefined || now === undefined || old === now) return undefined
  const count = Number(data.quantity ?? before.quantity)
  const sums =
    Number.isInteger(count) && count > 1 ? { from: money(old * count), to: money(now * count) } : undefined
  return { from: money(old), to: money(now), isRise: now > old, sums }
}

/** Returns what else has changed, a line each: "Auto-renew: on → off". */
function changedLines({ data }: Pick<AlertEvent, 'data'>): string[] {
  const before = isObject(data.before) ? data.before : {}
  return fields.flatMap(({ name, label, show }) => {
    const [old, now] = [show(before[name]), show(data[name])]
    return old && now && old !== now ? [`${label}: ${old} → ${now}`] : []
  })
}

/** Returns the price of a mailbox as an event tells it, where no price before is known to compare it with. */
export function priceNow({ data }: Pick<AlertEvent, 'data'>): string | undefined {
  return isObject(data.before) && data.before.pricePerMailbox !== undefined
    ? undefined
    : price(data.pricePerMailbox)
}
