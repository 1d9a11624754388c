import type { z } from 'zod'
import { amount, flag, idText, number, row, text, time } from './values.ts'

/** A subscription: the mailboxes of one domain. */
export const subscription = row(
  {
    subscriptionId: idText,
    subscriptionStatus: text,
    totalMailboxQuantity: number,
    pricePerMailbox: amount,
    periodStart: time,
    periodEnd: time,
    autoRenew: flag,
    userId: text,
    domain: text,
    serviceProvider: text,
  },
  {
    subscriptionId: ['componentSubscriptionId'],
    subscriptionStatus: ['status'],
    domain: ['domainName'],
    serviceProvider: ['workspaceType'],
  },
)

/** A subscription as CMR answers it; any field but its id may be missing. */
export type Subscription = Readonly<z.output<typeof subscription>>
