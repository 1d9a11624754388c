import type { CmrApi } from '../cmr/client.ts'
import { ended } from './store/search.ts'

/** A subscription by CMR's id; nothing where CMR has none. */
export async function subscriptionCalled({ cmr }: { readonly cmr: CmrApi }, subscriptionId: string) {
  const { data } = await cmr.subscriptions.list({ query: { componentSubscriptionId: subscriptionId } })
  return data.rows.find((one) => one.subscriptionId === subscriptionId)
}

/** The subscriptions on exactly this domain: a search for acme.co may answer acme.com's too. */
export async function subscriptionsNamed(cmr: CmrApi, domain: string) {
  const { data } = await cmr.subscriptions.list({ query: { domain } })
  const name = domain.toLowerCase()
  return data.rows.filter((one) => (one.domain ?? name).toLowerCase() === name)
}

/** The subscription on a domain: of several the one that is not over. */
export async function subscriptionOn({ cmr }: { readonly cmr: CmrApi }, domain: string) {
  const subscriptions = await subscriptionsNamed(cmr, domain)
  return subscriptions.find((one) => !ended(one.subscriptionStatus ?? null)) ?? subscriptions[0]
}
