import { addMailbox, newSubscription, registerDomain } from '../opening.ts'
import { amount, charge, customer, newActionId, newId, pageOf, Refusal, type World } from '../world.ts'
import type { Asked, Handler } from './handler.ts'

function inventory(world: World, { query }: Asked, gone: readonly string[] = []) {
  const wanted = String(query.contains ?? '').toLowerCase()
  const found = [...world.inventory.values()].filter(
    (one) =>
      one.domain.includes(wanted) &&
      !gone.includes(one.domain) &&
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

/** A pre-warmed domain becomes the customer's own, with its mailboxes. */
function deliver(
  world: World,
  wanted: {
    userId: string
    name: string
    provider: string
    forwardTo: string | undefined
    autoRenew: boolean
    mailboxes: readonly Record<string, string>[]
  },
) {
  const domain = registerDomain(world, { ...wanted, years: 1 })
  domain.status = 'ACTIVE'
  const subscription = newSubscription(world, domain, wanted)
  for (const { email = '', firstName = '', lastName = '' } of wanted.mailboxes) {
    const username = email.split('@')[0] ?? ''
    addMailbox(world, subscription, { username, firstName, lastName, onWarmup: true }, 'ACTIVE')
  }
}

function orderPrewarmed(world: World, { query, body }: Asked, price: boolean) {
  const { userId } = customer(world, query.userId)
  const order = body.order as { domain: string; forwardTo?: string }[]
  const names = order.map(({ domain }) => domain)
  if (query.scenario === 'insufficient-balance') throw new Refusal(402, 'Insufficient wallet balance')
  const cents = names.reduce((sum, name) => sum + (world.inventory.get(name)?.mailboxes.length ?? 0) * 700, 0)
  if (price) charge(world, cents, `Pre-warmed mailboxes on ${names.length} domains`)
  const orderId = newId()
  for (const { domain, forwardTo } of order) {
    const stock = world.inventory.get(domain)
    if (price) world.inventory.delete(domain)
    else world.sandboxOrders.push({ domain, orderId })
    const reason = stock ? 'The scenario asks for a failure.' : 'The domain is no longer in the inventory.'
    const succeeds = stock !== undefined && query.scenario !== 'failed'
    const failed = succeeds ? {} : { reason }
    const event = succeeds ? 'prewarmup.order.success' : 'prewarmup.order.failed'
    world.later(9000, () => {
      const { serviceProvider: provider = '', mailboxes = [] } = stock ?? {}
      const autoRenew = body.autoRenew !== false
      if (price && stock) deliver(world, { userId, name: domain, provider, forwardTo, autoRenew, mailboxes })
      world.emit(event, { domain, orderId, ...failed })
    })
  }
  return { status: 201, message: 'Order created', data: { orderId }, actionId: newActionId() }
}

export const prewarmHandlers: Record<string, Handler> = {
  'prewarm.list': (world, asked) => inventory(world, asked),
  'prewarm.order': (world, asked) => orderPrewarmed(world, asked, true),
  'prewarm.sandbox-list': (world, asked) =>
    inventory(
      world,
      asked,
      world.sandboxOrders.map(({ domain }) => domain),
    ),
  'prewarm.sandbox-order': (world, asked) => orderPrewarmed(world, asked, false),
  'prewarm.sandbox-reset': ({ sandboxOrders }) => {
    sandboxOrders.length = 0
    return { message: 'Reset', data: null }
  },
}
