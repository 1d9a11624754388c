import { sandboxDomains } from '../../cmr/endpoints/prewarm.ts'
import { addMailbox, newSubscription, registerDomain } from '../opening.ts'
import {
  amount,
  type Customer,
  charge,
  customer,
  newActionId,
  newCredentials,
  newId,
  pageOf,
  SandboxRefusal,
  type World,
} from '../world.ts'
import type { Handler, SandboxRequest } from './handler.ts'

type Stock = NonNullable<ReturnType<World['inventory']['get']>>
type PrewarmPerson = Readonly<Record<string, string>>

/** The inventory of CMR's own sandbox for pre-warmed mailboxes: four domains with two mailboxes each. */
export function sandboxInventory(): Map<string, Stock> {
  const stock = Object.entries(sandboxDomains).flatMap(([serviceProvider, domains]) =>
    domains.map((domain): Stock => {
      const people = [
        { firstName: 'Emma', lastName: 'Hart' },
        { firstName: 'Liam', lastName: 'Reed' },
      ]
      const mailboxes = people.map((person) => ({
        ...person,
        email: `${person.firstName.toLowerCase()}@${domain}`,
        createdAt: '2026-01-01T00:00:00.000Z',
      }))
      return { domain, serviceProvider, mailboxes }
    }),
  )
  return new Map(stock.map((one) => [one.domain, one]))
}

function inventory(from: Iterable<Stock>, { query }: SandboxRequest) {
  const wanted = String(query.contains ?? '').toLowerCase()
  const found = [...from].filter(
    (one) =>
      one.domain.includes(wanted) &&
      (!query.serviceProvider || one.serviceProvider === query.serviceProvider),
  )
  const { rows, totalPages } = pageOf(found, Number(query.page ?? 1), Number(query.limit ?? 20))
  return {
    message: 'Inventory',
    data: {
      inventory: rows.map(({ domain, mailboxes }) => ({
        domain,
        preWarmedUpMailboxes: mailboxes,
        purchasePrice: amount(mailboxes.length * 700),
        renewalPrice: amount(mailboxes.length * 300),
      })),
      currentPage: Number(query.page ?? 1),
      totalPages,
      totalDomains: found.length,
      totalMailboxes: found.reduce((sum, one) => sum + one.mailboxes.length, 0),
    },
  }
}

/** An entry of `mailboxDetails` in prewarmup.order.success ("Webhooks"), credentials included. */
export function detailOf(
  domain: string,
  subscriptionId: string,
  mailboxes: readonly (PrewarmPerson & { id: string })[],
) {
  return {
    domain,
    subscriptionId,
    preWarmedUpMailboxes: mailboxes.map(({ id, email, firstName, lastName }, at) => ({
      mailboxId: id,
      email,
      firstName,
      lastName,
      profilePicture: null,
      ...newCredentials(),
      isAdmin: at === 0,
      warmingUpFrom: '2026-01-01T00:00:00.000Z',
      expiryDate: '2027-01-01T00:00:00.000Z',
    })),
  }
}

/** A pre-warmed domain becomes the customer's own, with its mailboxes. @returns its entry in CMR's event */
function deliver(
  world: World,
  { domain: name, serviceProvider: provider, mailboxes }: Stock,
  { userId, forwardTo, autoRenew }: { userId: string; forwardTo: string | undefined; autoRenew: boolean },
) {
  const domain = registerDomain(world, { userId, name, provider, forwardTo, years: 1 })
  domain.status = 'ACTIVE'
  const subscription = newSubscription(world, domain, { provider, autoRenew })
  const made = mailboxes.map(({ email = '', firstName = '', lastName = '' }) => {
    const username = email.split('@')[0] ?? ''
    const person = { username, firstName, lastName, onWarmup: true }
    const { mailboxId } = addMailbox(world, subscription, person, 'ACTIVE')
    return { id: mailboxId, email, firstName, lastName }
  })
  return detailOf(name, subscription.subscriptionId, made)
}

type Line = { readonly domain: string; readonly forwardTo?: string }

/** Emits one event for the delivered domains and one for the failed ones ("Webhooks"); an order may get both. */
function describe(
  world: World,
  { userId, email }: Customer,
  order: { orderId: string; serviceProvider: unknown },
  details: readonly ReturnType<typeof detailOf>[],
  failed: readonly { readonly domain: string; readonly reason: string }[],
) {
  const about = { userId, userEmail: email, ...order }
  if (details.length > 0) world.emit('prewarmup.order.success', { ...about, mailboxDetails: details })
  const [first] = failed
  if (first) {
    const domains = failed.map(({ domain }) => ({ domain }))
    world.emit('prewarmup.order.failed', { ...about, domains, reason: first.reason })
  }
}

function orderPrewarmed(world: World, { query, body }: SandboxRequest) {
  const owner = customer(world, query.userId)
  const lines = body.order as Line[]
  const stocks = lines.flatMap(({ domain }) => world.inventory.get(domain) ?? [])
  const cents = stocks.reduce((sum, { mailboxes }) => sum + mailboxes.length * 700, 0)
  charge(world, cents, `Pre-warmed mailboxes on ${lines.length} domains`)
  for (const { domain } of stocks) world.inventory.delete(domain)
  const orderId = newId()
  const autoRenew = body.autoRenew !== false
  world.later(9000, () => {
    const details = lines.flatMap(({ domain, forwardTo }) => {
      const stock = stocks.find((one) => one.domain === domain)
      return stock ? [deliver(world, stock, { userId: owner.userId, forwardTo, autoRenew })] : []
    })
    const failed = lines
      .filter(({ domain }) => !stocks.some((one) => one.domain === domain))
      .map(({ domain }) => ({ domain, reason: 'The domain is no longer in the inventory.' }))
    describe(world, owner, { orderId, serviceProvider: body.serviceProvider }, details, failed)
  })
  return { status: 201, message: 'Order created', data: { orderId }, actionId: newActionId() }
}

/** Orders cost nothing there. The scenario decides their outcome; `partial_failure` fails some of several domains. */
function orderInSandbox(world: World, { query, body }: SandboxRequest) {
  const owner = customer(world, query.userId)
  const lines = body.order as Line[]
  const missing = lines.find(({ domain }) => !world.sandboxInventory.has(domain))
  if (missing) throw new SandboxRefusal(404, `The domain ${missing.domain} does not exist in the sandbox.`)
  const orderId = newId()
  for (const { domain } of lines) world.sandboxOrders.push({ domain, orderId })
  const comes = (at: number) => {
    if (body.scenario === 'full_failure') return false
    return body.scenario !== 'partial_failure' || at === 0
  }
  world.later(9000, () => {
    const details = lines.flatMap(({ domain }, at) => {
      const { mailboxes = [] } = world.sandboxInventory.get(domain) ?? {}
      const made = mailboxes.map((mailbox) => ({ ...mailbox, id: newId() }))
      return comes(at) ? [detailOf(domain, newId(), made)] : []
    })
    const failed = lines
      .filter((_, at) => !comes(at))
      .map(({ domain }) => ({ domain, reason: `The scenario ${body.scenario} asks for it.` }))
    describe(world, owner, { orderId, serviceProvider: body.serviceProvider }, details, failed)
  })
  return { status: 201, message: 'Order created', data: { orderId }, actionId: newActionId() }
}

export const prewarmHandlers: Record<string, Handler> = {
  'prewarm.list': (world, asked) => inventory(world.inventory.values(), asked),
  'prewarm.order': orderPrewarmed,
  'prewarm.sandbox-list': (world, asked) => {
    const ordered = new Set(world.sandboxOrders.map(({ domain }) => domain))
    return inventory(
      [...world.sandboxInventory.values()].filter(({ domain }) => !ordered.has(domain)),
      asked,
    )
  },
  'prewarm.sandbox-order': orderInSandbox,
  'prewarm.sandbox-reset': ({ sandboxOrders }) => {
    sandboxOrders.length = 0
    return { message: 'Reset', data: null }
  },
}
