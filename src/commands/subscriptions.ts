import type { Cmr } from '../cmr/client.ts'
import { ended } from '../store/mirror/search.ts'

/** A subscription by CMR's id; nothing where CMR has none. */
export async function subscriptionCalled({ cmr }: { readonly cmr: Cmr }, subscriptionId: string) {
  const { data } = await cmr.subscriptions.list({ query: { componentSubscriptionId: subscriptionId } })
  return data.subscriptions.find((one) => one.subscriptionId === subscriptionId)
}

/** The subscription on a domain: of several the one that is not over. */
export async function subscriptionOn({ cmr }: { readonly cmr: Cmr }, domain: string) {
  const { data } = await cmr.subscriptions.list({ query: { domain } })
  const { subscriptions } = data
  return subscriptions.find((one) => !ended(one.subscriptionStatus ?? null)) ?? subscriptions[0]
}
