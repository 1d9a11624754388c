import { registerDomain } from '../opening.ts'
import { cancel, recreate, renewSubscription } from '../renewal.ts'
import {
  amount,
  charge,
  customer,
  mailboxOf,
  newActionId,
  newId,
  pageOf,
  Refusal,
  type Subscription,
  subscriptionOf,
  type World,
} from '../world.ts'
import { type Asked, type Handler, strings } from './handler.ts'

function row(world: World, one: Subscription) {
  const quantity = [...world.mailboxes.values()].filter(
    (mailbox) => mailbox.subscriptionId === one.subscriptionId,
  ).length
  const { priceCents, since: _, ...rest } = one
  return { ...rest, totalMailboxQuantity: quantity, pricePerMailbox: amount(priceCents) }
}

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

/** A pre-warmed domain becomes the customer's own. */
function deliver(world: World, wanted: { userId: string; name: string; provider: string }) {
  registerDomain(world, { ...wanted, years: 1 }).status = 'ACTIVE'
}

function orderPrewarmed(world: World, { query, body }: Asked, price: boolean) {
  const { userId, email } = customer(world, query.userId)
  const names = (body.order as { domain: string }[]).map(({ domain }) => domain)
  if (query.scenario === 'insufficient-balance') throw new Refusal(402, 'Insufficient wallet balance')
  const cents = names.reduce((sum, name) => sum + (world.inventory.get(name)?.mailboxes.length ?? 0) * 700, 0)
  if (price) charge(world, cents, `Pre-warmed mailboxes on ${names.length} domains`)
  const orderId = newId()
  const actionId = newActionId()
  for (const domain of names) {
    const stock = world.inventory.get(domain)
    if (price) world.inventory.delete(domain)
    else world.sandboxOrders.push({ domain, orderId })
    const reason = stock ? 'The scenario asks for a failure.' : 'The domain is no longer in the inventory.'
    const succeeds = stock !== undefined && query.scenario !== 'failed'
    const failed = succeeds ? {} : { reason }
    const event = succeeds ? 'prewarmup.order.success' : 'prewarmup.order.failed'
    world.later(9000, () => {
      if (price && stock) deliver(world, { userId, name: domain, provider: stock.serviceProvider })
      world.emit(event, { domain, orderId, actionId, userId, userEmail: email, ...failed })
    })
  }
  return { status: 201, message: 'Order created', data: { orderId }, actionId }
}

export const moneyHandlers: Record<string, Handler> = {
  'subscriptions.list': (world, { query }) => {
    const wanted = [...world.subscriptions.values()].filter(
      (one) =>
        (!query.status || one.subscriptionStatus === query.status) &&
        (!query.domain || one.domain === query.domain) &&
        (!query.componentSubscriptionId || one.subscriptionId === query.componentSubscriptionId),
    )
    const currentPage = Number(query.page ?? 1)
    const { rows, totalPages, nextPage } = pageOf(wanted, currentPage, Number(query.limit ?? 50))
    return {
      message: 'Subscriptions',
      data: {
        subscriptions: rows.map((one) => row(world, one)),
        pagination: { totalSearchedCount: wanted.length, currentPage, nextPage, totalPages },
      },
    }
  },
  'subscriptions.renew': (world, { body }) => {
    const all = strings(body.subscriptionIds).map((id) => subscriptionOf(world, id))
    const actionId = newActionId()
    for (const one of all) world.later(6000, () => renewSubscription(world, one, actionId))
    const message =
      'Subscriptions added for renewal. Please ensure you have enough balance to renew the subscriptions.'
    return { message, data: null, actionId }
  },
  'subscriptions.auto-renew': (world, { body }) => {
    const one = subscriptionOf(world, body.subscriptionId)
    one.autoRenew = body.autoRenew === true
    return { message: 'Auto renewal toggled', data: row(world, one) }
  },
  'subscriptions.cancel': (world, { body }) => {
    const found = body.subscriptionId
      ? subscriptionOf(world, body.subscriptionId)
      : [...world.subscriptions.values()].find((one) => one.domain === body.domain)
    if (!found) throw new Refusal(404, 'The requested subscription does not exist.')
    cancel(world, found)
    return { message: 'Subscription will be cancelled successfully', data: null }
  },
  'subscriptions.recreate': (world, { body }) => {
    const names = strings(body.domainNames)
    const all = [
      ...strings(body.subscriptionIds).map((id) => subscriptionOf(world, id)),
      ...[...world.subscriptions.values()].filter((one) => names.includes(one.domain)),
    ]
    const young = all.find((one) => world.now().getTime() - Date.parse(one.since) < 365 * 86_400_000)
    if (young) throw new Refusal(409, `The subscription on ${young.domain} is not a year old.`)
    const mailboxes = (one: Subscription) =>
      [...world.mailboxes.values()].filter((box) => box.subscriptionId === one.subscriptionId)
    charge(
      world,
      all.reduce((sum, one) => sum + mailboxes(one).length * 300, 0),
      `Recreation of ${all.length} subscriptions`,
    )
    for (const one of all) world.later(8000, () => recreate(world, one))
    return { message: 'Subscriptions queued for recreation', data: null, actionId: newActionId() }
  },

  'exports.platforms': (world, { query }) => {
    const mine = [...world.credentials.entries()].filter(
      ([, one]) => one.userId === customer(world, query.userId).userId,
    )
    const apps = ['EMAILBISON', 'SMARTLEAD', 'REACHINBOX', 'INSTANTLY']
    const of = (app: string) =>
      mine
        .filter(([, one]) => one.app === app)
        .map(([credentialId, { email, connectedAt, metadata }]) => ({
          credentialId,
          email,
          connectedAt,
          metadata,
        }))
    return {
      message: 'Platforms',
      data: Object.fromEntries(
        apps.map((app) => [app, { connected: of(app).length > 0, credentials: of(app) }]),
      ),
    }
  },
  'exports.connect': (world, { query, body }) => {
    const { userId } = customer(world, query.userId)
    const missing = ['appBaseUrl', 'clientId', 'appName', 'workspace'].filter(
      (name) => !(body.metadata as Record<string, unknown> | undefined)?.[name],
    )
    if (body.app === 'EMAILBISON' && missing.length)
      throw new Refusal(400, `EmailBison needs ${missing.join(', ')}.`)
    const credentialId = newId()
    const { email } = body.credentials as { email: string }
    world.credentials.set(credentialId, {
      userId,
      app: body.app,
      email,
      metadata: body.metadata ?? null,
      connectedAt: world.now().toISOString(),
    })
    return { message: 'Platform connected', data: { credentialId } }
  },
  'exports.update': (world, { body }) => {
    const found = world.credentials.get(String(body.credentialId))
    if (!found) throw new Refusal(404, 'The requested credential does not exist.')
    const { metadata, orgId, credentials } = body as Record<string, Record<string, unknown> | undefined>
    const kept = (found.metadata ?? {}) as Record<string, unknown>
    if (metadata || orgId) found.metadata = { ...kept, ...metadata, ...(orgId && { orgId }) }
    if (credentials?.email) found.email = credentials.email
    return { message: 'Credential updated', data: null }
  },
  'exports.disconnect': (world, { query }) => {
    if (!world.credentials.delete(String(query.credentialId)))
      throw new Refusal(404, 'The requested credential does not exist.')
    return { message: 'Credential removed', data: null }
  },
  'exports.workspaces': (world, { query }) => {
    if (!world.credentials.has(String(query.credentialId)))
      throw new Refusal(404, 'The requested credential does not exist.')
    return {
      message: 'Workspaces',
      data: [
        { id: 'org_1', name: 'Main' },
        { id: 'org_2', name: 'Agency' },
      ],
    }
  },
  'exports.send': (world, { body }) => {
    const login = world.credentials.get(String(body.credentialId))
    if (!login) throw new Refusal(404, 'The requested credential does not exist.')
    const { app, metadata, email: address } = login
    if (app === 'INSTANTLY' && !(metadata as { orgId?: unknown } | null)?.orgId)
      throw new Refusal(400, 'Please choose an Instantly workspace (orgId) first.')
    // Whoever signs in as free@… has no paid plan.
    if (app === 'REACHINBOX' && String(address).startsWith('free@'))
      throw new Refusal(400, 'ReachInbox allows exports on paid plans only.')
    const all = strings(body.mailboxIds).map((id) => mailboxOf(world, id))
    const idle = all.find((one) => one.status !== 'ACTIVE')
    if (idle)
      throw new Refusal(400, `Only ACTIVE mailboxes can be exported: ${idle.email} is ${idle.status}.`)
    const busy = all.find((one) => one.exporting)
    if (busy) throw new Refusal(409, `An export of ${busy.email} is in progress already.`)
    for (const one of all) {
      one.exporting = true
      world.later(7000, () => {
        one.exporting = false
        world.emit('mailbox.exported', { mailboxId: one.mailboxId, email: one.email, app })
      })
    }
    return { message: 'Export queued', data: null, actionId: newActionId() }
  },

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

  'wallet.get': ({ wallet }) => ({
    message: 'Wallet details',
    data: { balance: amount(wallet.cents), currency: 'USD', transactions: wallet.transactions.slice(0, 50) },
  }),
  'errors.send': (world, { body }) => {
    world.errors.push({ ...body })
    return { message: 'Error received', data: null }
  },
}
