import type { ThreadKey } from '../cmr/events/event.ts'
import { declarationOf, familyOf } from '../cmr/events/index.ts'
import { type EventReference, referencesIn } from '../cmr/events/references.ts'

/** Returns the subject of an event, such as `domain:acme.com`. Events with the same subject share a thread. */
export function subjectOf(event: string, data: Readonly<Record<string, unknown>>): string | null {
  const [first, ...others] = referencesIn(data)
  if (!first) return null
  // An event about several things goes to the thread of their order, not to a thread of one of them.
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

/** Returns the domain in lower case, taken from the email address if the event has no domain of its own. */
export function domainOf({ domain, email }: EventReference): string | null {
  const name = domain ?? email?.split('@')[1]
  return name ? name.toLowerCase() : null
}
