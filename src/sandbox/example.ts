import { addDays } from 'date-fns/addDays'
import { RENEWABLE_DAYS } from '../cmr/endpoints/domains.ts'
import { declarationOf, declaredFields, exampleOf, familyOf } from '../cmr/events/index.ts'
import type { JsonObject } from '../cmr/json.ts'
import { detailOf } from './handlers/prewarm.ts'
import { newCredentials, newId, type World } from './world.ts'

/** Returns an event's data about something that the sandbox holds. */
export function exampleFrom(world: World, event: string): JsonObject {
  const isPrewarmed = familyOf(event).describes === 'pre-warmed domain'
  const about = isPrewarmed ? prewarmedOrder(world, event) : customerOf(world, event)
  return exampleOf(event, about, world.now().toISOString())
}

function customerOf(world: World, event: string): JsonObject {
  const renewable = addDays(world.now(), RENEWABLE_DAYS).toISOString()
  const fitting = [...world.subscriptions.values()].filter(
    ({ domainId }) =>
      !declarationOf(event)?.domainIsEnding || (world.domains.get(domainId)?.expiryDate ?? '') < renewable,
  )
  const subscription = anyOf(fitting.length ? fitting : [...world.subscriptions.values()])
  const domain = subscription && world.domains.get(subscription.domainId)
  const user = subscription && world.users.get(subscription.userId)
  const mailboxes = [...world.mailboxes.values()].filter(
    (one) => one.subscriptionId === subscription?.subscriptionId,
  )
  const [mailbox] = mailboxes
  return {
    ...mailbox,
    ...newCredentials(),
    ...subscription,
    workspaceType: subscription?.serviceProvider,
    userId: user?.userId,
    userEmail: user?.email,
    domainId: domain?.domainId,
    domainName: domain?.domainName,
    domain: domain?.domainName,
    email: mailbox?.email,
    expiryDate: domain?.expiryDate,
    quantity: mailboxes.length,
    ...(event.includes('.order.') && { orderId: newId(), price: 14.5 }),
  }
}

function prewarmedOrder(world: World, event: string): JsonObject {
  const user = anyOf([...world.users.values()])
  const { domain = '', serviceProvider, mailboxes = [] } = anyOf([...world.inventory.values()]) ?? {}
  const delivered = mailboxes.map((mailbox) => ({ ...mailbox, id: newId() }))
  return {
    userId: user?.userId,
    userEmail: user?.email,
    orderId: newId(),
    serviceProvider,
    ...(event.endsWith('failed')
      ? { domains: [{ domain }] }
      : { mailboxDetails: [detailOf(domain, newId(), delivered)] }),
  }
}

function anyOf<Row>(rows: readonly Row[]): Row | undefined {
  return rows[Math.floor(Math.random() * rows.length)]
}

/** Returns a webhook's body as CMR's examples have it. */
export function envelopeOf(event: string, eventId: string, given: JsonObject): JsonObject {
  const data = declaredFields(event, given)
  return declarationOf(event)?.bareEnvelope ? { eventType: event, data } : { event, eventId, data }
}
