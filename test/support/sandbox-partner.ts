import { toCents } from '../../src/cmr/money.ts'
import { emptySeatsOf } from '../../src/directory/store/holdings.ts'
import type { ForecastInput } from '../../src/renewals/forecast/model.ts'
import { domainHandlers } from '../../src/sandbox/handlers/domains.ts'
import type { Handler } from '../../src/sandbox/handlers/handler.ts'
import { subscriptionHandlers } from '../../src/sandbox/handlers/subscriptions.ts'
import { settle } from '../../src/sandbox/lifecycle.ts'
import { addMailbox, newSubscription, registerDomain } from '../../src/sandbox/opening.ts'
import { type World, yearlyCents } from '../../src/sandbox/world.ts'

/** Something that the sandbox told of itself. */
export interface SandboxEvent {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** A domain with its subscription, as a test wants it; times are ISO 8601. */
export interface PartnerDomain {
  readonly name: string
  readonly registeredOn: string
  readonly years: number
  readonly wasRenewed: boolean
  readonly autoRenew: boolean
  readonly subscription?: {
    readonly since: string
    readonly priceCents: number
    readonly mailboxes: number
    readonly warmups: number
    readonly autoRenew: boolean
  }
}

/** The sandbox's world without its server: its clock stands where the test puts it. */
export function sandboxPartner(start: Date) {
  let now = start
  const events: SandboxEvent[] = []
  const world: World = {
    now: () => now,
    settled: { until: start.getTime() },
    users: new Map([['U1', { userId: 'U1', email: 'u@acme.com' }]]),
    domains: new Map(),
    subscriptions: new Map(),
    mailboxes: new Map(),
    orders: new Map(),
    workspaces: new Map(),
    putOff: new Set(),
    unregistrable: new Map(),
    credentials: new Map(),
    reports: [],
    inventory: new Map(),
    sandboxInventory: new Map(),
    sandboxOrders: [],
    errors: [],
    wallet: { cents: 0, transactions: [] },
    later: (_, job) => job(),
    emit: (event, data) => `E${events.push({ event, data })}`,
  }

  return {
    world,
    events,
    /** Moves the clock, and lets everything happen that falls due. */
    moveTo(time: Date) {
      now = time
      settle(world)
    },
    add(one: PartnerDomain) {
      const today = now
      now = new Date(one.registeredOn)
      const domain = registerDomain(world, {
        userId: 'U1',
        name: one.name,
        years: one.years,
        provider: 'GOOGLE',
      })
      domain.status = 'ACTIVE'
      domain.autoRenew = one.autoRenew
      if (one.wasRenewed) domain.renewedOn = one.registeredOn
      if (one.subscription) {
        const { since, priceCents, mailboxes, warmups, autoRenew } = one.subscription
        now = new Date(since)
        const opened = newSubscription(world, domain, { provider: 'GOOGLE', autoRenew })
        opened.priceCents = priceCents
        for (let at = 0; at < mailboxes; at++)
          addMailbox(
            world,
            opened,
            { username: `box${at}`, firstName: 'B', lastName: 'X', onWarmup: at < warmups },
            'ACTIVE',
          )
      }
      now = today
    },
    /** What CMR's API tells now, as a forecast takes it. */
    told(): Pick<ForecastInput, 'subscriptions' | 'domains' | 'walletCents' | 'now'> {
      const answer = (handler: Handler | undefined, query: object) =>
        handler?.(world, { query: { ...query }, body: {} }).data
      const { subscriptions } = answer(subscriptionHandlers['subscriptions.list'], { limit: 10_000 }) as {
        subscriptions: Record<string, never>[]
      }
      const domains = answer(domainHandlers['domains.list'], { userId: 'U1' }) as Record<string, never>[]
      const boxesOf = (id: unknown) =>
        [...world.mailboxes.values()].filter((box) => box.subscriptionId === id)
      const warmupsOf = (id: unknown) => boxesOf(id).filter((box) => box.warmup?.status === 'ACTIVE')
      return {
        now,
        walletCents: world.wallet.cents,
        subscriptions: subscriptions.map((row) => ({
          ...row,
          id: String(row.subscriptionId),
          status: row.subscriptionStatus,
          priceCents: toCents(row.pricePerMailbox),
          quantity: row.totalMailboxQuantity,
          emptySeats: emptySeatsOf(row.totalMailboxQuantity, boxesOf(row.subscriptionId).length),
          activeWarmups: warmupsOf(row.subscriptionId).length,
        })),
        domains: domains.map((row) => ({
          ...row,
          name: String(row.domainName),
          expiresAt: row.expiryDate,
          renewalCents: yearlyCents(String(row.domainName)),
          wasRenewed: world.domains.get(String(row.domainId))?.renewedOn !== undefined,
        })),
      }
    },
  }
}
