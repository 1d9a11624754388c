import { addFunds } from '../../commands/dashboard.ts'
import {
  addFundsButton,
  autoRenewIfOff,
  diagnose,
  renewAfterwards,
  renewDomain,
  renewSubscription,
  userIfKnown,
} from './event-buttons.ts'
import { type EventAlert, until } from './event-text.ts'
import type { Reader } from './read.ts'

/**
 * "Subscription on *acme.com* is renewed (9 mailboxes, jane@acme.com)": a phone's notification ends after 80
 * characters, so what happened stands before what it is worth.
 */
function told(read: Reader, what: string): string {
  const quantity = read.text('quantity')
  const mailboxes = quantity && `${quantity} mailbox${quantity === '1' ? '' : 'es'}`
  const more = [mailboxes, read.text('userEmail')].filter(Boolean).join(', ')
  return `Subscription ${named(read)} ${what}${more && ` (${more})`}`
}

/** An older form of CMR's names no domain ("Webhooks"). */
function named(read: Reader): string {
  const id = read.text('subscriptionId')
  return id && (read.domain === 'a domain' || read.domain === read.text('domainId'))
    ? `*${id}*`
    : `on *${read.domain}*`
}

/** What follows of a failed payment, and what to do ("Subscriptions"). */
function pastDue(autoRenew: boolean | undefined): { follows: string; todo: string } {
  const ends = 'after 7 days past due it expires, and its mailboxes are switched off.'
  const keeps = 'CMR keeps trying while auto-renew is on'
  if (autoRenew) return { follows: `${keeps}.`, todo: `${addFunds()}. CMR tries again by itself.` }
  if (autoRenew === false)
    return {
      follows: `Auto-renew is off: ${ends}`,
      todo: `Renew it now. If the wallet does not cover it: ${addFunds()}.`,
    }
  return { follows: `${keeps}; if it is off: ${ends}`, todo: `${addFunds()}. Then renew it.` }
}

/** Subscriptions: the monthly money. */
export const subscriptionAlerts: Record<string, EventAlert> = {
  'subscription.renewing': {
    text: (read) => ({
      headline: told(read, 'is being renewed'),
      follows: [until(read.day('periodEnd'), 'End of the period:')],
    }),
    buttons: [autoRenewIfOff, userIfKnown],
  },
  'subscription.renewal.success': {
    text: (read) => ({
      headline: told(read, 'is renewed'),
      follows: [until(read.day('periodEnd'), 'Paid until')],
    }),
    buttons: [autoRenewIfOff, userIfKnown],
  },
  'subscription.renewal.failed': {
    text: (read) => ({
      headline: told(read, 'could not be renewed: its domain blocks it'),
      follows: [read.text('description'), until(read.day('periodEnd'), 'End of the period:')],
      todo: 'Renew the domain first, then the subscription.',
    }),
    buttons: [renewDomain, renewAfterwards, diagnose],
  },
  'subscription.past_due': {
    text: (read) => {
      const { follows, todo } = pastDue(read.flag('autoRenew'))
      return {
        headline: told(
          read,
          read.flag('autoRenew') === false
            ? 'is past due: it was not renewed'
            : 'is past due: the payment failed',
        ),
        follows: [until(read.day('periodEnd'), 'End of the period:'), follows],
        todo,
      }
    },
    buttons: [addFundsButton, renewSubscription, autoRenewIfOff, diagnose],
  },
  'subscription.expired': {
    text: (read) => ({
      headline: told(read, 'has expired'),
      follows: ['Its mailboxes are switched off: nothing sends from them.'],
      todo: 'Decide with the customer whether to order again.',
    }),
    buttons: [diagnose, userIfKnown],
  },
  'subscription.cancelled': {
    text: (read) => ({
      headline: told(read, 'is cancelled'),
      follows: ['Workspace and mailboxes are gone for good.'],
      todo: 'If nobody here meant to, ask CMR’s support now.',
    }),
    buttons: [userIfKnown],
  },
  'subscription.updated': {
    text: (read) => {
      const price = read.price('pricePerMailbox')
      const status = read.text('subscriptionStatus')
      const perhaps = 'It may be the price after its domain’s first year: CMR reports it once, like this.'
      return {
        headline: told(read, 'has changed'),
        follows: [
          price && `A mailbox now costs ${price} a month.`,
          read.text('description') ?? (price ? undefined : perhaps),
          status && `Status ${status}.`,
        ],
      }
    },
    buttons: [autoRenewIfOff, userIfKnown],
  },
}
