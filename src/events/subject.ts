import type { ThreadKey } from '../cmr/events/event.ts'
import { declarationOf, familyOf } from '../cmr/events/index.ts'
import { type EventReference, referencesIn } from '../cmr/events/references.ts'

/** Returns what an event is about, as one word: events with the same subject share a thread. */
export function subjectOf(event: string, data: Readonly<Record<string, unknown>>): string | null {
  const [first, ...others] = referencesIn(data)
  if (!first) return null
  // An event about several things belongs to no thread of theirs, but to that of their order.
  if (others.length > 0) return first.orderId ? `order:${first.orderId}` : null
  const domain = domainOf(first)
  const subjects: Record<ThreadKey, string | undefined | null> = {
    subscription: first.subscriptionId && `subscription:${first.subscriptionId}`,
    domain: domain && `domain:${domain}`,
    order: first.orderId && `order:${first.orderId}`,
  }
  const threadBy = declarationOf(event)?.threadBy ?? familyOf(event).threadBy
  return threadBy.flatMap((key) => subjects[key] || [])[0] ?? null
}

/** Returns the name of the domain in lower case, also where only an address names it. */
export function domainOf({ domain, email }: EventReference): string | null {
  const name = domain ?? email?.split('@')[1]
  return name ? name.toLowerCase() : null
}
