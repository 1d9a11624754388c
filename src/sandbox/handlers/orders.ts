import { openSubscription, registerDomain } from '../opening.ts'
import {
  charge,
  customer,
  MAILBOX_CENTS,
  newActionId,
  newId,
  type Order,
  SandboxRefusal,
  type SandboxSubscription,
  subscriptionOf,
  WARMUP_CENTS,
  type World,
  yearlyCents,
} from '../world.ts'
import type { Handler, SandboxRequest } from './handler.ts'

interface NamedMailbox {
  username: string
  firstName: string
  lastName: string
  profilePicture?: string
  onWarmup?: boolean
}
type OrderMailboxes = Record<string, NamedMailbox[]>
interface Registration {
  domain: string
  years: number
  forwardTo?: string
  maskForwarding?: boolean
}

function create(world: World, { query, body }: SandboxRequest) {
  const { userId } = customer(world, query.userId)
  const asked = body.domains as { domain: string; years: number }[]
  const isTaken = (name: string) =>
    [...world.domains.values()].some((one) => one.domainName === name && one.userId !== userId)
  const unavailableDomains = asked.filter(({ domain }) => isTaken(domain)).map(({ domain }) => domain)
  // Domains that cannot be registered are left out together with their mailboxes.
  const request = {
    ...body,
    domains: asked.filter(({ domain }) => !unavailableDomains.includes(domain)),
    mailboxes: Object.fromEntries(
      Object.entries((body.mailboxes ?? {}) as OrderMailboxes).filter(
        ([name]) => !unavailableDomains.includes(name),
      ),
    ),
  }
  return placed(world, { userId, kind: 'domains', request }, unavailableDomains)
}

/** Adds to an active subscription, or opens a new one on a domain that has none any more ("Order mailboxes (json)"). */
function orderMailboxes(world: World, { query, body }: SandboxRequest) {
  const { userId } = customer(world, query.userId)
  if (body.subscriptionId) return addMailboxes(world, userId, activeSubscription(world, body), body)
  const domain = world.domains.get(String(body.domainId))
  if (domain?.userId !== userId) throw new SandboxRefusal(404, 'The requested domain does not exist.')
  const live = [...world.subscriptions.values()].find(
    (one) => one.domainId === domain.domainId && !['CANCELLED', 'EXPIRED'].includes(one.subscriptionStatus),
  )
  if (live) throw new SandboxRefusal(409, `${domain.domainName} has a subscription: give its subscriptionId.`)
  const request = { ...body, serviceProvider: domain.serviceProvider }
  return mailboxesPlaced(world, userId, domain.domainName, request)
}

/** The deprecated way, with pictures as files: Google only ("Add mailboxes to a subscription"). */
function addWithPictures(world: World, { query, body }: SandboxRequest) {
  const { userId } = customer(world, query.userId)
  const subscription = activeSubscription(world, body)
  if (subscription.serviceProvider !== 'GOOGLE')
    throw new SandboxRefusal(400, 'This endpoint is for Google subscriptions only.')
  return addMailboxes(world, userId, subscription, body)
}

function activeSubscription(world: World, body: SandboxRequest['body']) {
  const subscription = subscriptionOf(world, body.subscriptionId)
  if (subscription.subscriptionStatus !== 'ACTIVE')
    throw new SandboxRefusal(409, 'The subscription is not active.')
  return subscription
}

/** Existing mailboxes keep their auto-renewal, whatever the request says. */
function addMailboxes(
  world: World,
  userId: string,
  to: SandboxSubscription,
  { autoRenew: _, ...body }: SandboxRequest['body'],
) {
  if (to.userId !== userId) throw new SandboxRefusal(404, 'The requested subscription does not exist.')
  return mailboxesPlaced(world, userId, to.domain, { ...body, serviceProvider: to.serviceProvider })
}

function mailboxesPlaced(world: World, userId: string, on: string, request: Order['request']) {
  const stray = Object.keys(request.mailboxes as OrderMailboxes).find((name) => name !== on)
  if (stray) throw new SandboxRefusal(400, `${stray} is not the domain of these mailboxes.`)
  return placed(world, { userId, kind: 'mailboxes', request }, [])
}

/** Keeps the order, processes it if it is confirmed, and answers. */
function placed(
  world: World,
  asked: Pick<Order, 'userId' | 'kind' | 'request'>,
  unavailableDomains: readonly string[],
) {
  const order: Order = {
    ...asked,
    orderId: newId(),
    status: 'UNCONFIRMED',
    createdAt: world.now().toISOString(),
    failures: {},
    mailboxFailures: {},
  }
  if (order.request.confirm) process(world, order)
  world.orders.set(order.orderId, order)
  return {
    message: 'Order created and queued for processing',
    data: { orderId: order.orderId, unavailableDomains },
    actionId: newActionId(),
  }
}

/** Charges the order as a whole, then lets it run its course. */
function process(world: World, order: Order) {
  const mailboxes = (order.request.mailboxes ?? {}) as OrderMailboxes
  const domains = (order.request.domains ?? []) as Registration[]
  const people = Object.values(mailboxes).flat()
  const owned = (name: string) => [...world.domains.values()].find((one) => one.domainName === name)
  const fresh = domains.filter(({ domain }) => !owned(domain))
  // A subscription keeps its own price.
  const subscription = world.subscriptions.get(String(order.request.subscriptionId))
  const cents =
    fresh.reduce((sum, { domain, years }) => sum + yearlyCents(domain) * years, 0) +
    // A seat that was left empty is paid for.
    Math.max(0, people.length - (subscription?.emptySeats ?? 0)) *
      (subscription?.priceCents ?? MAILBOX_CENTS) +
    people.filter((one) => one.onWarmup).length * WARMUP_CENTS
  charge(world, cents, `Order ${order.orderId}`)
  order.status = 'PROCESSING'
  const provider = String(order.request.serviceProvider ?? 'GOOGLE')
  const autoRenew = order.request.autoRenew !== false
  for (const wanted of fresh) register(world, order, { ...wanted, provider })
  for (const [name, list] of Object.entries(mailboxes)) {
    world.later(12_000, () => {
      // Mailboxes without a domain never start and send no event.
      if (!order.failures[name]) openSubscription(world, order, { name, people: list, provider, autoRenew })
    })
  }
  world.later(40_000, () => {
    order.status = 'COMPLETED'
  })
}

/** A domain is registered after a while, or refused. */
function register(world: World, order: Order, wanted: Registration & { provider: string }) {
  const { domain, years, provider, forwardTo, maskForwarding: masked = false } = wanted
  const { userId, orderId } = order
  const about = { userId, userEmail: world.users.get(userId)?.email, orderId, domainName: domain }
  const price = (yearlyCents(domain) * years) / 100
  const refused = world.unregistrable.get(domain)
  const made = refused
    ? undefined
    : registerDomain(world, { userId, name: domain, years, provider, forwardTo, masked })
  world.later(6000, () => {
    if (!made) {
      const reason = refused ?? ''
      order.failures[domain] = reason
      world.emit('domain.order.failed', { ...about, price, reason })
      return
    }
    made.status = 'ACTIVE'
    const { domainId, registeredOn, expiryDate } = made
    world.emit('domain.order.success', { ...about, domainId, creationTime: registeredOn, expiryDate, price })
  })
}

/** Returns the status of each domain and mailbox of an order. */
function itemsOf(world: World, { request, failures, mailboxFailures, userId }: Order) {
  const domains = ((request.domains ?? []) as { domain: string }[]).map(({ domain }) => {
    const found = [...world.domains.values()].find(
      (one) => one.domainName === domain && one.userId === userId,
    )
    const reason = failures[domain]
    return {
      domainName: domain,
      status: reason ? 'FAILED' : (found?.status ?? 'PENDING'),
      ...(reason && { reason }),
    }
  })
  const mailboxes = Object.entries((request.mailboxes ?? {}) as OrderMailboxes).flatMap(([domain, people]) =>
    people.map(({ username }) => {
      const email = `${username}@${domain}`
      const found = [...world.mailboxes.values()].find((one) => one.email === email)
      const reason = failures[domain] ? 'The domain is not registered.' : mailboxFailures[domain]
      return reason ? { email, status: 'FAILED', reason } : { email, status: found?.status ?? 'PENDING' }
    }),
  )
  return { domains, mailboxes }
}

function orderOf(world: World, userId: unknown, orderId: unknown): Order {
  const { userId: owner } = customer(world, userId)
  const found = world.orders.get(String(orderId))
  if (found?.userId !== owner) throw new SandboxRefusal(404, 'The requested order does not exist.')
  return found
}

export const orderHandlers: Record<string, Handler> = {
  'orders.get': (world, { query }) => {
    const { failures: _, mailboxFailures: __, ...order } = orderOf(world, query.userId, query.orderId)
    return { message: 'Order details', data: order }
  },
  'orders.status': (world, { query }) => {
    const order = orderOf(world, query.userId, query.orderId)
    const { orderId, status } = order
    return { message: 'Order status', data: { orderId, status, ...itemsOf(world, order) } }
  },
  'orders.create': create,
  'orders.create-with-images': create,
  'orders.mailboxes': orderMailboxes,
  'orders.add-mailboxes': addWithPictures,
  'orders.process': (world, { query, body }) => {
    const order = orderOf(world, query.userId, body.orderId)
    if (order.status !== 'UNCONFIRMED') throw new SandboxRefusal(409, 'The order was processed already.')
    process(world, order)
    return {
      message: 'Order queued for processing',
      data: { orderId: order.orderId },
      actionId: newActionId(),
    }
  },
}
