import { openSubscription, registerDomain } from '../lifecycle.ts'
import {
  charge,
  customer,
  newActionId,
  newId,
  type Order,
  Refusal,
  type World,
  yearlyCents,
} from '../world.ts'
import type { Asked, Handler } from './handler.ts'

interface Named {
  username: string
  firstName: string
  lastName: string
  onWarmup?: boolean
}
type Mailboxes = Record<string, Named[]>

const MAILBOX_CENTS = 300
const WARMUP_CENTS = 200

function create(world: World, { query, body }: Asked) {
  const { userId } = customer(world, query.userId)
  const asked = body.domains as { domain: string; years: number }[]
  const isTaken = (name: string) =>
    [...world.domains.values()].some((one) => one.domainName === name && one.userId !== userId)
  const unavailableDomains = asked.filter(({ domain }) => isTaken(domain)).map(({ domain }) => domain)
  const order: Order = {
    orderId: newId(),
    userId,
    kind: 'domains',
    status: 'UNCONFIRMED',
    // What cannot be registered is left out, with its mailboxes.
    request: {
      ...body,
      domains: asked.filter(({ domain }) => !unavailableDomains.includes(domain)),
      mailboxes: Object.fromEntries(
        Object.entries((body.mailboxes ?? {}) as Mailboxes).filter(
          ([name]) => !unavailableDomains.includes(name),
        ),
      ),
    },
    createdAt: world.now().toISOString(),
  }
  const actionId = newActionId()
  if (body.confirm) process(world, order, actionId)
  world.orders.set(order.orderId, order)
  return {
    message: 'Order created and queued for processing',
    data: { orderId: order.orderId, unavailableDomains },
    actionId,
  }
}

function addMailboxes(world: World, { query, body }: Asked) {
  const { userId } = customer(world, query.userId)
  const order: Order = {
    orderId: newId(),
    userId,
    kind: 'mailboxes',
    status: 'UNCONFIRMED',
    request: { ...body },
    createdAt: world.now().toISOString(),
  }
  const actionId = newActionId()
  if (body.confirm) process(world, order, actionId)
  world.orders.set(order.orderId, order)
  return {
    message: 'Order created and queued for processing',
    data: { orderId: order.orderId, unavailableDomains: [] },
    actionId,
  }
}

/** Charges the order as a whole, then lets it run its course. */
function process(world: World, order: Order, actionId: string) {
  const mailboxes = (order.request.mailboxes ?? {}) as Mailboxes
  const domains = (order.request.domains ?? []) as { domain: string; years: number }[]
  const people = Object.values(mailboxes).flat()
  const owned = (name: string) => [...world.domains.values()].find((one) => one.domainName === name)
  const fresh = domains.filter(({ domain }) => !owned(domain))
  // A subscription keeps its own price.
  const subscription = world.subscriptions.get(String(order.request.subscriptionId))
  const cents =
    fresh.reduce((sum, { domain, years }) => sum + yearlyCents(domain) * years, 0) +
    people.length * (subscription?.priceCents ?? MAILBOX_CENTS) +
    people.filter((one) => one.onWarmup).length * WARMUP_CENTS
  charge(world, cents, `Order ${order.orderId}`)
  order.status = 'PROCESSING'
  const provider = String(order.request.serviceProvider ?? 'GOOGLE')
  const autoRenew = order.request.autoRenew !== false
  for (const { domain, years } of fresh) {
    const made = registerDomain(world, { userId: order.userId, name: domain, years, provider })
    world.later(6000, () => {
      made.status = 'ACTIVE'
      world.emit('domain.order.success', {
        userId: order.userId,
        userEmail: world.users.get(order.userId)?.email,
        orderId: order.orderId,
        actionId,
        domainId: made.domainId,
        domainName: domain,
        creationTime: made.registeredOn,
        expiryDate: made.expiryDate,
        price: (yearlyCents(domain) * years) / 100,
      })
    })
  }
  for (const [name, list] of Object.entries(mailboxes)) {
    world.later(12_000, () =>
      openSubscription(world, order, { name, people: list, provider, autoRenew, actionId }),
    )
  }
  world.later(40_000, () => {
    order.status = 'COMPLETED'
  })
}

function orderOf(world: World, userId: unknown, orderId: unknown): Order {
  const { userId: owner } = customer(world, userId)
  const found = world.orders.get(String(orderId))
  if (found?.userId !== owner) throw new Refusal(404, 'The requested order does not exist.')
  return found
}

export const orderHandlers: Record<string, Handler> = {
  'orders.get': (world, { query }) => ({
    message: 'Order details',
    data: orderOf(world, query.userId, query.orderId),
  }),
  'orders.status': (world, { query }) => {
    const { orderId, status } = orderOf(world, query.userId, query.orderId)
    return { message: 'Order status', data: { orderId, status } }
  },
  'orders.create': create,
  'orders.create-with-images': create,
  'orders.mailboxes': addMailboxes,
  'orders.add-mailboxes': addMailboxes,
  'orders.process': (world, { query, body }) => {
    const order = orderOf(world, query.userId, body.orderId)
    if (order.status !== 'UNCONFIRMED') throw new Refusal(409, 'The order was processed already.')
    const actionId = newActionId()
    process(world, order, actionId)
    return { message: 'Order queued for processing', data: { orderId: order.orderId }, actionId }
  },
}
