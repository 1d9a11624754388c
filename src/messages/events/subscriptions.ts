import { until } from './domains.ts'
import type { Teller } from './index.ts'
import type { Reader } from './read.ts'

/** "The subscription on *acme.com* (9 mailboxes)" */
function which(read: Reader): string {
  const quantity = read.text('quantity')
  const mailboxes = quantity ? ` (${quantity} mailbox${quantity === '1' ? '' : 'es'})` : ''
  return `The subscription on *${read.domain}*${mailboxes}${read.customer}`
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
    headline: `${which(read)} is being renewed`,
    follows: [until(read.day('periodEnd'), 'The current period ends')],
  }),
  'subscription.renewal.success': (read) => ({
    headline: `${which(read)} is renewed`,
    follows: [until(read.day('periodEnd'), 'Paid until')],
  }),
  'subscription.renewal.failed': (read) => ({
    headline: `${which(read)} could not be renewed: its domain blocks it`,
    follows: [read.text('description'), until(read.day('periodEnd'), 'The period ends')],
    todo: 'Renew the domain first, then the subscription.',
  }),
  'subscription.past_due': (read) => ({
    headline: `${which(read)} is past due: the payment failed`,
    follows: [pastDue(read.flag('autoRenew')), until(read.day('periodEnd'), 'The period ended')],
    todo: 'Add funds to the wallet in the CMR dashboard.',
  }),
  'subscription.expired': (read) => ({
    headline: `${which(read)} has expired`,
    follows: ['Its mailboxes are switched off: nothing sends from them.'],
    todo: 'Decide with the customer whether to order again.',
  }),
  'subscription.cancelled': (read) => ({
    headline: `${which(read)} is cancelled`,
    follows: ['Workspace and mailboxes are gone for good.'],
    todo: 'If nobody here meant to, ask CMR’s support now.',
  }),
  'subscription.updated': (read) => {
    const price = read.price('pricePerMailbox')
    return {
      headline: `${which(read)} has changed`,
      follows: [
        price ? `A mailbox now costs ${price} a month.` : undefined,
        read.text('description'),
        read.text('subscriptionStatus') && `Status ${read.text('subscriptionStatus')}.`,
        'After 12 months of activity a mailbox costs $5 instead of $3, told once in this way.',
      ],
    }
  },
}
