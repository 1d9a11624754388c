import { subDays } from 'date-fns/subDays'
import { z } from 'zod'
import { allEndpoints } from '../cmr/endpoints/index.ts'
import { webhookEvents } from '../cmr/events/index.ts'
import type { ApiState } from './api.ts'
import { type Deliveries, modes } from './deliveries.ts'
import { exampleFrom } from './example.ts'
import { faultNames, messages } from './faults.ts'
import { addHealthyCustomer } from './healthy.ts'
import { plant, troubleNames } from './troubles.ts'
import { book, newId, type World } from './world.ts'

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
  key: z.object({ apiKey: z.string().min(1) }),
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
    refusedWith: z.enum(Object.keys(messages)).optional(),
    items: z.array(z.string()).optional(),
    message: z.string().optional(),
  }),
  workspaces: z.object({ domain: z.string().min(1), state: z.enum(['clean', 'conflict', 'unknown']) }),
  'put-off': z.object({ mailboxIds: z.array(z.string()) }),
  webhooks: z.object({
    url: z.url().optional(),
    mode: z.enum(modes as [string, ...string[]]).optional(),
    lose: z.number().min(0).max(1).optional(),
    clock: z.enum(['machine', 'sandbox']).optional(),
  }),
  failures: z.object({
    domain: z.string().min(1),
    reason: z.string().default('The registry refused the name.'),
  }),
  'domain-age': z.object({ domain: z.string().min(1), days: z.number().min(0) }),
  troubles: z.object({ trouble: z.enum(troubleNames as [string, ...string[]]), domain: z.string().min(1) }),
  customers: z.object({
    company: z.string().min(1),
    domains: z.array(z.string().min(1)),
    mailboxes: z.number().int().min(0).optional(),
  }),
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
  if (path === 'on-its-way') return { count: deliveries.onTheirWay() }
  if (path === 'credentials')
    return [...world.credentials].map(([credentialId, one]) => ({ ...one, credentialId }))
  const lists: Record<string, unknown> = {
    requests: seen,
    reports: world.reports,
    errors: world.errors,
    wallet: world.wallet,
    'sandbox-orders': world.sandboxOrders,
    'sandbox-inventory': [...world.sandboxInventory.values()],
  }
  if (path in lists) return lists[path]
  if (path !== 'state') return undefined
  return {
    now: world.now().toISOString(),
    walletCents: world.wallet.cents,
    nextRenewal: nextRenewal(world),
    events: Object.keys(webhookEvents),
    endpoints: allEndpoints.map(({ id }) => id),
    faults: faultNames,
    troubles: troubleNames,
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
  } else if (path === 'wallet') {
    const { balanceCents } = inputs.wallet.parse(body)
    book(state.world, balanceCents - state.world.wallet.cents, 'Balance set in the sandbox')
  } else if (path === 'key') state.apiKey = inputs.key.parse(body).apiKey
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
  } else if (path === 'troubles') {
    const { trouble, domain } = inputs.troubles.parse(body)
    return plant(state.world, trouble, domain)
  } else if (path === 'customers')
    return { userId: addHealthyCustomer(state.world, inputs.customers.parse(body)) }
  else if (path === 'reset') controlled.reset()
  else return undefined
  return { ok: true }
}

/** Returns what renews next, or ends where it does not renew by itself. */
function nextRenewal(world: World): { at: string; name: string } | undefined {
  const now = world.now().toISOString()
  const domains = [...world.domains.values()]
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ expiryDate, domainName }) => ({ at: expiryDate, name: domainName }))
  const subscriptions = [...world.subscriptions.values()]
    .filter(({ subscriptionStatus }) => subscriptionStatus === 'ACTIVE')
    .map(({ periodEnd, domain }) => ({ at: periodEnd, name: `the mailboxes on ${domain}` }))
  return [...domains, ...subscriptions]
    .filter(({ at }) => at > now)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(0)
}

function fire({ event, data, eventId }: z.output<typeof inputs.events>, { state, deliveries }: Controlled) {
  const id = eventId === undefined ? newId() : eventId
  const about = { ...exampleFrom(state.world, event), ...data }
  deliveries.send(event, { event, ...(id !== null && { eventId: id }), data: about }, id ?? undefined)
  return { eventId: id }
}
