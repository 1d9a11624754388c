import type { JsonObject } from '../json.ts'
import { dnsEvents } from './dns.ts'
import { domainEvents, domainOrderEvents } from './domains.ts'
import type { EventDeclaration, EventEffect, EventFamily } from './event.ts'
import { mailboxEvents, mailboxOrderEvents } from './mailboxes.ts'
import { prewarmEvents } from './prewarm.ts'
import { subscriptionEvents } from './subscriptions.ts'

/** A narrower family stands before the one that it belongs to. */
const groups = [
  domainOrderEvents,
  domainEvents,
  mailboxOrderEvents,
  mailboxEvents,
  subscriptionEvents,
  prewarmEvents,
  dnsEvents,
]

/** The 23 events that CMR documents ("Webhooks"), by name. */
export const webhookEvents: Readonly<Record<string, EventDeclaration>> = Object.assign(
  {},
  ...groups.map(({ events }) => events),
)

const unknownFamily: EventFamily = { prefix: '', threadBy: ['domain', 'subscription', 'order'] }

/** Returns the declaration of an event, where CMR documents it. */
export function declarationOf(event: string): EventDeclaration | undefined {
  return Object.hasOwn(webhookEvents, event) ? webhookEvents[event] : undefined
}

/** Returns the family of an event, also of one that CMR does not document. */
export function familyOf(event: string): EventFamily {
  return groups.find(({ family }) => event.startsWith(family.prefix))?.family ?? unknownFamily
}

/** Returns what an event does to expected results; one that ends nothing names none. */
export function effectOf(event: string, data: JsonObject): EventEffect {
  return declarationOf(event)?.effect?.(data) ?? { effect: 'news', parts: [] }
}

/**
 * Returns an event's `data` as CMR documents it; nothing where CMR has no such event.
 * @param about fields of what the example is about; those that the event does not have are left out
 * @param now ISO 8601
 */
export function exampleOf(event: string, about: JsonObject, now: string): JsonObject {
  const declared = declarationOf(event)
  return declared ? declaredFields(event, { ...about, ...declared.example?.(now) }) : {}
}

/** Returns the fields that CMR documents of an event, with its credentials; all of them where CMR has no such event. */
export function declaredFields(event: string, data: JsonObject): JsonObject {
  const declared = declarationOf(event)
  if (!declared) return data
  const names = new Set([...Object.keys(declared.data.shape), ...(declared.credentials ?? [])])
  return Object.fromEntries(
    [...names].flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])),
  )
}
