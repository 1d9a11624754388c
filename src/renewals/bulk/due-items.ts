import type { Kysely } from 'kysely'
import type { DomainHolding, Holdings, SubscriptionHolding } from '../../directory/store/holdings.ts'
import { addDays } from '../../process/dates.ts'
import { DUE_DAYS, type RenewalItem } from '../../resources/renewal-items.ts'
import type { Schema } from '../../store/schema.ts'
import { heldNow } from '../held.ts'

/** Something that can be renewed now, as it was last seen. */
export interface DueItem extends RenewalItem {
  readonly domain: string
  readonly userId: string | undefined
  /** ISO 8601. */
  readonly endsAt: string
  readonly status: string | undefined
  /** True if it ends, or stays unpaid, unless somebody renews it. */
  readonly isLeft: boolean
}

const over = /^(EXPIRED|TRANSFERRED|INACTIVE|CANCELLED|RENEWING|PENDING)$/

/**
 * Returns what can be renewed and is due by then, what nobody renews otherwise first, then by date; nothing whose
 * renewal is under way.
 */
export async function dueItems(
  db: Kysely<Schema>,
  now: Date,
  { days, ...which }: Holdings & { readonly days: number },
): Promise<DueItem[]> {
  const { domains, subscriptions } = await heldNow(db, now, which)
  const until = (kind: DueItem['kind']) => addDays(now, Math.min(days, DUE_DAYS[kind])).toISOString()
  const items = [
    ...domains.flatMap((row) => dueDomain(row, until('domain'))),
    ...subscriptions.flatMap((row) => dueSubscription(row, until('subscription'))),
  ]
  return items.sort(
    (a, b) =>
      Number(b.isLeft) - Number(a.isLeft) ||
      a.endsAt.localeCompare(b.endsAt) ||
      a.domain.localeCompare(b.domain) ||
      a.kind.localeCompare(b.kind),
  )
}

function dueDomain({ name, userId, status, expiresAt, autoRenew }: DomainHolding, until: string): DueItem[] {
  if (!expiresAt || expiresAt > until || over.test(status ?? '')) return []
  const isLeft = autoRenew !== true || status === 'GRACE_PERIOD'
  return [{ kind: 'domain', id: name, domain: name, userId, endsAt: expiresAt, status, isLeft }]
}

function dueSubscription(row: SubscriptionHolding, until: string): DueItem[] {
  const { id, domain, userId, status, periodEnd, autoRenew } = row
  if (!periodEnd || periodEnd > until || over.test(status ?? '')) return []
  const isLeft = autoRenew === false || status === 'PAST_DUE'
  return [{ kind: 'subscription', id, domain: domain ?? id, userId, endsAt: periodEnd, status, isLeft }]
}
