import { type Subject, subjectsOf } from '../cmr/webhooks.ts'

/** What an event is about, as one word: events with the same word share a thread. */
export function subjectOf(event: string, data: Readonly<Record<string, unknown>>): string | null {
  const [first, ...others] = subjectsOf(data)
  if (!first) return null
  // One event with several subjects stands in none of their threads, but in that of their order.
  if (others.length > 0) return first.orderId ? `order:${first.orderId}` : null
  const subscription = first.subscriptionId && `subscription:${first.subscriptionId}`
  const domain = domainOf(first) && `domain:${domainOf(first)}`
  const order = first.orderId && `order:${first.orderId}`
  if (event.startsWith('subscription.')) return subscription || domain || null
  if (/^(mailbox\.(order\.|created)|domain\.order\.|prewarmup\.)/.test(event)) return order || domain || null
  return domain || subscription || order || null
}

/** The name of the domain, also where only an address tells it. */
export function domainOf(subject: Subject): string | null {
  const name = subject.domain ?? subject.email?.split('@')[1]
  return name ? name.toLowerCase() : null
}
