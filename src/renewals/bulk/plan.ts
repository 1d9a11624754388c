import { z } from 'zod'
import { BLOCKING_MS } from '../../cmr/billing.ts'
import { type ExpectedResult, type FollowUp, nameOf } from '../../operations/expected-results.ts'
import type { QuotedItem } from './quote.ts'

/** What is renewed as one operation, as the confirmation has written it down. */
export const planSchema = z.array(
  z.object({
    kind: z.enum(['domain', 'subscription']),
    id: z.string().min(1),
    domain: z.string().min(1),
    userId: z.string(),
    paidUntil: z.string(),
  }),
)

export type PlannedRenewal = z.output<typeof planSchema>[number]

/** Returns what a renewal brings about, as webhooks tell it. */
export function resultOf({ kind, id }: Pick<PlannedRenewal, 'kind' | 'id'>): ExpectedResult {
  return { kind: kind === 'domain' ? 'renewal' : 'subscription', name: nameOf(id) }
}

/** Returns a quote without its prices, domains before the subscriptions that wait for them. */
export function planOf(items: readonly QuotedItem[]): PlannedRenewal[] {
  const plan = items.map(({ kind, id, domain, userId, paidUntil }) => ({
    kind,
    id,
    domain,
    userId,
    paidUntil,
  }))
  return [
    ...plan.filter(({ kind }) => kind === 'domain'),
    ...plan.filter(({ kind }) => kind === 'subscription'),
  ]
}

/**
 * Returns one request a thing, so that what the wallet does not cover, or CMR does not answer, concerns that alone. CMR
 * refuses a subscription whose domain has lapsed or is due within 26 hours of it: it waits for its domain's renewal.
 */
export function requestsOf(plan: readonly PlannedRenewal[]): FollowUp[] {
  const domains = new Map(plan.filter(({ kind }) => kind === 'domain').map((one) => [one.domain, one]))
  return plan.map((one): FollowUp => {
    const { kind, id, domain, userId, paidUntil } = one
    const shared = { part: resultOf(one), before: paidUntil }
    if (kind === 'domain') {
      // Never without its name: CMR would renew every domain of the customer.
      const request = { query: {}, body: { userId, domains: [id] } }
      return { ...shared, endpoint: 'domains.renew', request, label: id }
    }
    const blocking = domains.get(domain)
    return {
      ...shared,
      ...(blocking && isBlocked(one, blocking) && { after: resultOf(blocking) }),
      endpoint: 'subscriptions.renew',
      request: { query: {}, body: { subscriptionIds: [id] } },
      label: `mailboxes on ${domain}`,
    }
  })
}

function isBlocked(subscription: PlannedRenewal, domain: PlannedRenewal): boolean {
  const [period, expiry] = [subscription, domain].map(({ paidUntil }) => Date.parse(paidUntil))
  if (period === undefined || expiry === undefined) return true
  // Where one of the two is not known, waiting does no harm.
  return !(expiry > period + BLOCKING_MS)
}
