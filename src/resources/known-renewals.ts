import type { Subscription } from '../cmr/answers/subscriptions.ts'
import type { CommandContext } from '../commands/context.ts'
import { type DomainHolding, domainHoldings, subscriptionHoldings } from '../directory/store/holdings.ts'
import type { Store } from '../store/store.ts'
import {
  ageAt,
  type BilledSubscription,
  type DomainAge,
  priceStepAt,
  type RenewalAmount,
  subscriptionAmount,
} from './renewal-amount.ts'
import { billedOf, timeOf } from './renewal-price.ts'

/** What a subscription's next renewal costs, and what that is made of. */
export interface KnownRenewal extends RenewalAmount {
  readonly billed: BilledSubscription
}

/** Returns what the next renewals of subscriptions cost, by id: the warm-ups and ages are those last seen. */
export async function knownRenewals(
  { store, prices, clock }: Pick<CommandContext, 'store' | 'prices' | 'clock'>,
  rows: readonly Subscription[],
): Promise<ReadonlyMap<string, KnownRenewal>> {
  const names = [...new Set(rows.flatMap(({ domain }) => domain?.toLowerCase() ?? []))]
  if (names.length === 0) return new Map()
  const held = await subscriptionHoldings(store.db, { domains: names })
  const domains = new Map((await domainHoldings(store.db, { domains: names })).map((one) => [one.name, one]))
  const byId = new Map(held.map((one) => [one.id, one]))
  return new Map(
    rows.map((row) => {
      const { activeWarmups = 0, emptySeats } = byId.get(row.subscriptionId) ?? {}
      const billed = billedOf(row, activeWarmups, emptySeats)
      const at = Math.max(clock().getTime(), timeOf(row.periodEnd) ?? 0)
      const domain = domains.get(row.domain?.toLowerCase() ?? '')
      const age = domain && ageAt(ageOf(domain), domain.autoRenew, at)
      const step = priceStepAt(billed.priceCents, age, prices, at)
      return [row.subscriptionId, { ...subscriptionAmount(billed, prices, step), billed }]
    }),
  )
}

function ageOf({ registeredOn, expiresAt, wasRenewed, status }: DomainHolding): DomainAge {
  const isRenewed = wasRenewed || status === 'RENEWING'
  return { registered: timeOf(registeredOn), expiry: timeOf(expiresAt), wasRenewed: isRenewed }
}

/** Returns what the renewal of a domain costs for a year, as far as it was told of it or of others of its ending. */
export async function knownDomainRenewal({ db }: Pick<Store, 'db'>, domain: string): Promise<RenewalAmount> {
  const name = domain.toLowerCase()
  const [own] = await domainHoldings(db, { domain: name })
  const told = own?.renewalCents
  if (told !== undefined) return { cents: told, atMostCents: told, isEstimate: false }
  const cents = commonPrices(await domainHoldings(db)).get(endingOf(name))
  return { cents, atMostCents: cents, isEstimate: cents !== undefined }
}

/** "com", "co.uk" */
export const endingOf = (name: string) => name.slice(name.indexOf('.') + 1)

/** Returns the price that CMR told for most domains of each ending; of several as frequent the highest. */
export function commonPrices(domains: readonly DomainHolding[]): ReadonlyMap<string, number> {
  const priced = domains.filter(({ renewalCents }) => renewalCents !== undefined)
  const endings = Map.groupBy(priced, ({ name }) => endingOf(name))
  return new Map(
    [...endings].map(([ending, rows]) => [
      ending,
      mostFrequent(rows.map(({ renewalCents = 0 }) => renewalCents)),
    ]),
  )
}

function mostFrequent(all: readonly number[]): number {
  const counts = [...Map.groupBy(all, (cents) => cents)].map(([cents, same]) => ({
    cents,
    count: same.length,
  }))
  const [first] = counts.sort((a, b) => b.count - a.count || b.cents - a.cents)
  return first?.cents ?? 0
}
