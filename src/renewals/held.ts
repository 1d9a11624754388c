import type { Kysely } from 'kysely'
import {
  type DomainHolding,
  domainHoldings,
  type Holdings,
  type SubscriptionHolding,
  subscriptionHoldings,
} from '../directory/store/holdings.ts'
import { nameOf } from '../operations/expected-results.ts'
import { resultsUnderWay } from '../operations/store/open-work.ts'
import type { Schema } from '../store/schema.ts'

/** What renews: domains and subscriptions as last seen at CMR. */
export interface Held {
  readonly domains: readonly DomainHolding[]
  readonly subscriptions: readonly SubscriptionHolding[]
}

/**
 * Returns what CMR holds that renews. What somebody has asked to renew through the bot is RENEWING from that moment on,
 * although CMR's lists show it later: nobody is asked to pay for it again.
 */
export async function heldNow(db: Kysely<Schema>, now: Date, which: Holdings = {}): Promise<Held> {
  const domains = await domainHoldings(db, which)
  const subscriptions = await subscriptionHoldings(db, which)
  const underWay = await resultsUnderWay(db, ['renewal', 'subscription'], now)
  if (underWay.size === 0) return { domains, subscriptions }
  const renewing = <Row extends { readonly status: string | undefined }>(row: Row, key: string): Row =>
    underWay.has(key) ? { ...row, status: 'RENEWING' } : row
  return {
    domains: domains.map((row) => renewing(row, `renewal ${nameOf(row.name)}`)),
    subscriptions: subscriptions.map((row) => renewing(row, `subscription ${nameOf(row.id)}`)),
  }
}
