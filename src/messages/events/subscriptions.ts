import type { Reader } from './read.ts'
import { type Teller, until } from './telling.ts'

/**
 * "Subscription on *acme.com* is renewed (9 mailboxes, jane@acme.com)": a phone's notification ends after 80
 * characters, so what happened stands before what it is worth.
 */
function told(read: Reader, what: string): string {
  const quantity = read.text('quantity')
  const mailboxes = quantity && `${quantity} mailbox${quantity === '1' ? '' : 'es'}`
  const more = [mailboxes, read.text('userEmail')].filter(Boolean).join(', ')
  return `Subscription on *${read.domain}* ${what}${more && ` (${more})`}`
}

/** What follows of a failed payment ("Subscriptions"). */
function pastDue(autoRenew: boolean | undefined): string {
  const keeps = 'CMR keeps trying while auto-renew is on.'
  const ends = 'In 7 days it expires and its mailboxes are switched off.'
  if (autoRenew === undefined) return `${keeps} If it is off: in 7 days its mailboxes are switched off.`
  return autoRenew ? keeps : `Auto-renew is off. ${ends}`
}

/** Subscriptions: the monthly money. */
export const subscriptionEvents: Record<string, Teller> = {
  'subscription.renewing': (read) => ({
    headline: told(read, 'is being renewed'),
    follows: [until(read.day('periodEnd'), 'End of the period:')],
  }),
  'subscription.renewal.success': (read) => ({
    headline: told(read, 'is renewed'),
    follows: [until(read.day('periodEnd'), 'Paid until')],
  }),
  'subscription.renewal.failed': (read) => ({
    headline: told(read, 'could not be renewed: its domain blocks it'),
    follows: [read.text('description'), until(read.day('periodEnd'), 'End of the period:')],
    todo: 'Renew the domain first, then the subscription.',
  }),
  'subscription.past_due': (read) => ({
    headline: told(read, 'is past due: the payment failed'),
    follows: [pastDue(read.flag('autoRenew')), until(read.day('periodEnd'), 'End of the period:')],
    todo: 'Add funds to the wallet in the CMR dashboard.',
  }),
  'subscription.expired': (read) => ({
    headline: told(read, 'has expired'),
    follows: ['Its mailboxes are switched off: nothing sends from them.'],
    todo: 'Decide with the customer whether to order again.',
  }),
  'subscription.cancelled': (read) => ({
    headline: told(read, 'is cancelled'),
    follows: ['Workspace and mailboxes are gone for good.'],
    todo: 'If nobody here meant to, ask CMR’s support now.',
  }),
  'subscription.updated': (read) => {
    const price = read.price('pricePerMailbox')
    return {
      headline: told(read, 'has changed'),
      follows: [
        price ? `A mailbox now costs ${price} a month.` : undefined,
        read.text('description'),
        read.text('subscriptionStatus') && `Status ${read.text('subscriptionStatus')}.`,
        'After 12 months a mailbox costs $5 a month in place of $3: CMR tells it once, like this.',
      ],
    }
  },
}
