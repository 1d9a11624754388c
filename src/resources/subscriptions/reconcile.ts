import type { Subscription } from '../../cmr/answers/subscriptions.ts'
import type { Cmr } from '../../cmr/client.ts'
import { subscriptionsAmong } from '../../directory/names/lookups.ts'
import { ended } from '../../directory/store/rows.ts'
import { nameOf, outcomes, type Reconciler, type RequestContent } from '../../operations/expected-results.ts'

/** Subscriptions by id and by domain, as far as these names need. */
async function subscriptionsOf(cmr: Cmr, named: readonly string[]): Promise<Map<string, Subscription>> {
  const rows = await subscriptionsAmong(cmr, named)
  // Of several on one domain, the one that is not over counts.
  const isOver = (row: Subscription) => ended(row.subscriptionStatus)
  const sorted = rows.toSorted((a, b) => Number(isOver(b)) - Number(isOver(a)))
  return new Map(
    sorted.flatMap((row) => [
      [nameOf(row.domain ?? ''), row] as const,
      [nameOf(row.subscriptionId), row] as const,
    ]),
  )
}

const namesIn = ({ body }: RequestContent) =>
  [body.subscriptionIds ?? body.subscriptionId ?? body.domainNames ?? body.domain ?? []].flat().map(String)

/** Until when each is paid before it is renewed. */
export async function periodBefore(cmr: Cmr, sent: RequestContent): Promise<Map<string, string>> {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return new Map(namesIn(sent).map((name) => [nameOf(name), rows.get(nameOf(name))?.periodEnd ?? '']))
}

/** Renewed is what is paid for longer than before. */
export const reconcileSubscriptionRenewal: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return outcomes(waiting, ({ name, before }) => {
    const row = rows.get(name)
    if (before && Date.parse(row?.periodEnd ?? '') > Date.parse(before)) return 'done'
    return row?.subscriptionStatus === 'RENEWING' ? 'begun' : undefined
  })
}

/** Cancelled, or no longer listed. */
export const reconcileCancellation: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return outcomes(waiting, ({ name }) => {
    const status = rows.get(name)?.subscriptionStatus
    return status === undefined || status === 'CANCELLED' ? 'done' : undefined
  })
}

/** The subscription's id and price: a recreation changes both. */
export async function identityBefore(cmr: Cmr, sent: RequestContent): Promise<Map<string, string>> {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return new Map(
    namesIn(sent).map((name) => [nameOf(name), JSON.stringify(identityOf(rows.get(nameOf(name))))]),
  )
}

interface SubscriptionIdentity {
  readonly id: string
  readonly price: string
  readonly domain: string
}

function identityOf(row: Subscription | undefined): SubscriptionIdentity {
  return {
    id: row?.subscriptionId ?? '',
    price: String(row?.pricePerMailbox ?? ''),
    domain: row?.domain ?? '',
  }
}

/** Recreated is what stands on the same domain under a new id, or at the first-year price again. */
export const reconcileRecreation: Reconciler = async ({ cmr, waiting }) => {
  const known = waiting.map(({ before }) =>
    before ? (JSON.parse(before) as SubscriptionIdentity) : undefined,
  )
  const rows = await subscriptionsOf(
    cmr,
    known.flatMap((one) => (one?.domain ? [one.domain] : [])),
  )
  return outcomes(waiting, (part) => {
    const before = known[waiting.indexOf(part)]
    const row = before && rows.get(nameOf(before.domain))
    if (!before || !row) return undefined
    const now = identityOf(row)
    if (now.id !== before.id) return { state: 'done', detail: `new subscriptionId ${now.id}` }
    return Number(now.price) < Number(before.price) ? 'done' : undefined
  })
}

export const reconcileSubscriptionAutoRenew: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  const same = namesIn(sent).every((name) => rows.get(nameOf(name))?.autoRenew === sent.body.autoRenew)
  return outcomes(waiting, () => (same ? 'done' : undefined))
}
