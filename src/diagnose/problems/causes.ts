/** Problems that leave nothing of a domain to look at, by their ids. */
export const domainLost = ['customer-gone', 'domain-unknown', 'domain-lapsed', 'domain-transferred']

/** Orders that have not brought about what they were for. */
export const orderOpen = ['order-parked', 'order-failed', 'order-stuck', 'order-under-way']

/** Problems that take every mailbox along. */
export const mailboxesLost = [
  ...domainLost,
  ...orderOpen,
  'mailbox-order-failed',
  'subscription-cancelled',
  'subscription-expired',
  'subscription-none',
  'workspace-gone',
]
