import { type EventReference, referencesIn } from '../cmr/events/references.ts'

/** Returns what an event is about, as one word: events with the same subject share a thread. */
export function subjectOf(event: string, data: Readonly<Record<string, unknown>>): string | null {
  const [first, ...others] = referencesIn(data)
  if (!first) return null
  // An event about several things belongs to no thread of theirs, but to that of their order.
  if (others.length > 0) return first.orderId ? `order:${first.orderId}` : null
  const subscription = first.subscriptionId && `subscription:${first.subscriptionId}`
  const domain = domainOf(first) && `domain:${domainOf(first)}`
  const order = first.orderId && `order:${first.orderId}`
  if (event.startsWith('subscription.')) return subscription || domain || null
  if (/^(mailbox\.(order\.|created)|domain\.order\.|prewarmup\.)/.test(event)) return order || domain || null
  return domain || subscription || order || null
}

/** Returns the name of the domain in lower case, also where only an address names it. */
export function domainOf({ domain, email }: EventReference): string | null {
  const name = domain ?? email?.split('@')[1]
  return name ? name.toLowerCase() : null
}
