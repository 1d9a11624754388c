import { addDays } from 'date-fns/addDays'
import { subDays } from 'date-fns/subDays'
import { z } from 'zod'
import { RENEWABLE_DAYS } from '../cmr/endpoints/domains.ts'
import { allEndpoints } from '../cmr/endpoints/index.ts'
import { webhookEvents } from '../cmr/webhook-events.ts'
import type { ApiState } from './api.ts'
import { type Deliveries, modes } from './deliveries.ts'
import { documented } from './envelope.ts'
import { faultNames } from './faults.ts'
import { detailOf } from './handlers/prewarm.ts'
import { newCredentials, newId, type World } from './world.ts'

/** The parts that the control paths work on. */
export interface Controlled {
  readonly state: ApiState
  readonly deliveries: Deliveries
  /** Moves CMR's clock, and lets everything happen that falls due. */
  move(ms: number): void
  reset(): void
}

const inputs = {
  clock: z.object({ advanceMs: z.number().optional(), now: z.iso.datetime().optional() }),
  wallet: z.object({ balanceCents: z.number().int().min(0) }),
  events: z.object({
    event: z.string().min(1),
    data: z.record(z.string(), z.unknown()).optional(),
    eventId: z.string().nullable().optional(),
  }),
  faults: z.object({
    endpoint: z.string().default('*'),
    fault: z.enum(faultNames),
    times: z.number().int().min(1).optional(),
    probability: z.number().min(0).max(1).default(1),
    delayMs: z.number().min(0).default(3000),
    retryAfter: z.string().optional(),
    message: z.string().optional(),
  }),
  workspaces: z.object({ domain: z.string().min(1), state: z.enum(['clean', 'conflict', 'unknown']) }),
  'put-off': z.object({ mailboxIds: z.array(z.string()) }),
  webhooks: z.object({
    url: z.url().optional(),
    mode: z.enum(modes as [string, ...string[]]).optional(),
    lose: z.number().min(0).max(1).optional(),
  }),
  failures: z.object({
    domain: z.string().min(1),
    reason: z.string().default('The registry refused the name.'),
  }),
  'domain-age': z.object({ domain: z.string().min(1), days: z.number().min(0) }),
  'rate-limit': z.object({ perSecond: z.number().int().min(0) }),
}

/** Answers `GET /sandbox/<path>`. @returns undefined where there is nothing of that name */
export function look(path: string, { state, deliveries }: Controlled): unknown {
  const { world, faults, seen } = state
  const { users, domains, subscriptions, mailboxes, orders, inventory } = world
  const rows: Record<string, Map<string, unknown>> = {
    users,
    domains,
    subscriptions,
    mailboxes,
    orders,
    inventory,
  }
  if (path in rows) return [...(rows[path]?.values() ?? [])]
  if (path === 'credentials')
    return [...world.credentials].map(([credentialId, one]) => ({ ...one, credentialId }))
  const lists: Record<string, unknown> = {
    requests: seen,
    reports: world.reports,
    errors: world.errors,
    'sandbox-orders': world.sandboxOrders,
    'sandbox-inventory': [...world.sandboxInventory.values()],
  }
  if (path in lists) return lists[path]
  if (path !== 'state') return undefined
  return {
    now: world.now().toISOString(),
    walletCents: world.wallet.cents,
    events: Object.keys(webhookEvents),
    endpoints: allEndpoints.map(({ id }) => id),
    faults: faultNames,
    active: faults.map(({ endpoint, fault }) => ({ endpoint, fault })),
    lose: deliveries.lose(),
    deliveries: deliveries.log,
  }
}

/**
 * Answers `POST /sandbox/<path>`.
 * @returns undefined where there is nothing of that name
 * @throws ZodError for input that makes no sense
 */
export function act(path: string, body: unknown, controlled: Controlled): unknown {
  const { state, deliveries } = controlled
  if (path === 'clock') {
    const { advanceMs, now } = inputs.clock.parse(body)
    controlled.move(advanceMs ?? (now ? Date.parse(now) - state.world.now().getTime() : 0))
  } else if (path === 'wallet') state.world.wallet.cents = inputs.wallet.parse(body).balanceCents
  else if (path === 'events') return fire(inputs.events.parse(body), controlled)
  else if (path === 'faults') state.faults.unshift(inputs.faults.parse(body))
  else if (path === 'faults/clear') state.faults.length = 0
  else if (path === 'webhooks')
    deliveries.configure(inputs.webhooks.parse(body) as Parameters<Deliveries['configure']>[0])
  else if (path === 'workspaces') {
    const { domain, state: told } = inputs.workspaces.parse(body)
    state.world.workspaces.set(domain, told)
  } else if (path === 'rate-limit') state.perSecond = inputs['rate-limit'].parse(body).perSecond
  else if (path === 'domain-age') {
    const { domain, days } = inputs['domain-age'].parse(body)
    const found = [...state.world.domains.values()].find((one) => one.domainName === domain)
    if (found) found.registeredOn = subDays(state.world.now(), days).toISOString()
  } else if (path === 'put-off')
    for (const id of inputs['put-off'].parse(body).mailboxIds) state.world.putOff.add(id)
  else if (path === 'failures') {
    const { domain, reason } = inputs.failures.parse(body)
    state.world.unregistrable.set(domain, reason)
  } else if (path === 'reset') controlled.reset()
  else return undefined
  return { ok: true }
}

function fire({ event, data, eventId }: z.output<typeof inputs.events>, { state, deliveries }: Controlled) {
  const id = eventId === undefined ? newId() : eventId
  const about = { ...documented(event, example(state.world, event)), ...data }
  deliveries.send(event, { event, ...(id !== null && { eventId: id }), data: about }, id ?? undefined)
  return { eventId: id }
}

/** The events for which a domain that ends soon is picked as the example. */
const ofDomainThatEnds = /^(domain\.(renewal|grace_period)|subscription\.renewal\.failed)/
/** The subscription status that an event implies. */
const statusAfter: Readonly<Record<string, string>> = {
  'subscription.renewing': 'RENEWING',
  'subscription.past_due': 'PAST_DUE',
  'subscription.expired': 'EXPIRED',
  'subscription.cancelled': 'CANCELLED',
}

/** Returns example data for an event, taken from the sandbox's own domains and subscriptions. */
function example(world: World, event: string): Record<string, unknown> {
  const any = <Row>(rows: Map<string, Row>): Row | undefined =>
    [...rows.values()][Math.floor(Math.random() * rows.size)]
  const renewable = addDays(world.now(), RENEWABLE_DAYS).toISOString()
  const fitting = [...world.subscriptions].filter(
    ([, { domainId }]) =>
      !ofDomainThatEnds.test(event) || (world.domains.get(domainId)?.expiryDate ?? '') < renewable,
  )
  const subscription = any(fitting.length ? new Map(fitting) : world.subscriptions)
  const domain = subscription && world.domains.get(subscription.domainId)
  const user = subscription && world.users.get(subscription.userId)
  const mailboxes = [...world.mailboxes.values()].filter(
    (one) => one.subscriptionId === subscription?.subscriptionId,
  )
  const base = { userId: user?.userId, userEmail: user?.email, domainId: domain?.domainId }
  const reason = event.endsWith('failed') ? { reason: 'Insufficient wallet balance' } : {}
  if (event.startsWith('subscription.')) {
    const {
      subscriptionId,
      domain: name,
      periodStart,
      periodEnd,
      autoRenew,
      subscriptionStatus,
      serviceProvider,
    } = subscription ?? {}
    return {
      ...base,
      subscriptionId,
      domain: name,
      workspaceType: serviceProvider,
      quantity: mailboxes.length,
      periodStart,
      // A past-due subscription's period has ended without payment.
      periodEnd: event.endsWith('past_due') ? world.now().toISOString() : periodEnd,
      autoRenew: event.endsWith('.expired') ? false : autoRenew,
      subscriptionStatus: statusAfter[event] ?? subscriptionStatus,
    }
  }
  if (event.startsWith('mailbox.order') || event.startsWith('domain.')) {
    const { domainName } = domain ?? {}
    const ends = event === 'domain.grace_period' ? world.now().toISOString() : domain?.expiryDate
    const order = event.includes('.order.') ? { orderId: newId(), price: 14.5 } : {}
    const quantity = event.startsWith('mailbox')
      ? { quantity: mailboxes.length, subscriptionId: subscription?.subscriptionId }
      : {}
    return { ...base, ...order, domainName, expiryDate: ends, ...quantity, ...reason }
  }
  if (event.startsWith('mailbox.')) {
    const mailbox = mailboxes[0]
    return {
      userId: user?.userId,
      mailboxId: mailbox?.mailboxId,
      email: mailbox?.email,
      domain: mailbox?.domain,
      ...(event === 'mailbox.created' && newCredentials()),
      app: 'SMARTLEAD',
      updatedFields: 'firstName',
    }
  }
  if (event.startsWith('dns')) return { domain: domain?.domainName, record: 'TXT _dmarc' }
  const { domain: name = '', serviceProvider, mailboxes: warm = [] } = any(world.inventory) ?? {}
  const order = { userId: user?.userId, userEmail: user?.email, orderId: newId(), serviceProvider }
  if (event.endsWith('failed')) return { ...order, domains: [{ domain: name }], ...reason }
  const delivered = warm.map((mailbox) => ({ ...mailbox, id: newId() }))
  return { ...order, mailboxDetails: [detailOf(name, newId(), delivered)] }
}
