import fc from 'fast-check'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { traitsOf } from '../../../src/command-list.ts'
import { noteWallet } from '../../../src/directory/store/holdings.ts'
import { createDirectoryUpdater } from '../../../src/directory/updater.ts'
import { storedEvent } from '../../../src/events/stored-event.ts'
import { currentForecast } from '../../../src/renewals/forecast/read.ts'
import { domainHandlers } from '../../../src/sandbox/handlers/domains.ts'
import type { Handler } from '../../../src/sandbox/handlers/handler.ts'
import { mailboxHandlers } from '../../../src/sandbox/handlers/mailboxes.ts'
import { subscriptionHandlers } from '../../../src/sandbox/handlers/subscriptions.ts'
import { addMailbox, newSubscription, newWarmup } from '../../../src/sandbox/opening.ts'
import {
  boxesOf,
  cancel,
  recreate,
  removeMailbox,
  renewDomain,
  renewSubscription,
} from '../../../src/sandbox/renewal.ts'
import { type SandboxSubscription, type World, yearlyCents } from '../../../src/sandbox/world.ts'
import { openTestStore } from '../../support/databases.ts'
import { type SandboxEvent, sandboxPartner } from '../../support/sandbox-partner.ts'

// What the bot has learnt of CMR by its lists and webhooks is forecast as CMR charges it, whatever people do meanwhile.

const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: false }
const DAY = 86_400_000
const DAYS = 60

const partner = fc.array(
  fc.record({
    age: fc.integer({ min: 0, max: 360 }),
    autoRenew: fc.boolean(),
    since: fc.integer({ min: 0, max: 27 }),
    mailboxes: fc.integer({ min: 1, max: 4 }),
    warmups: fc.integer({ min: 0, max: 4 }),
    renews: fc.constantFrom(true, true, false),
  }),
  { minLength: 1, maxLength: 6 },
)
const starts = fc.constantFrom(
  '2027-01-31T23:30:00.000Z',
  '2028-02-27T12:00:00.000Z',
  '2027-10-30T00:10:00.000Z',
)
const zones = fc.constantFrom('UTC', 'Pacific/Pago_Pago', 'Pacific/Kiritimati', 'Europe/Berlin')

/** What somebody does, to something of its kind. */
const interventions = {
  'add funds': (world, _, cents) => {
    world.wallet.cents += cents
  },
  'order more': (world, at, cents) => {
    const one = pick(live(world), at)
    if (one?.subscriptionStatus === 'ACTIVE') order(world, one, `more${at}x${cents}`, 1 + (cents % 3))
  },
  'remove a mailbox': (world, at) => {
    const box = pick([...world.mailboxes.values()], at)
    if (box) removeMailbox(world, box)
  },
  cancel: (world, at) => {
    const one = pick(live(world), at)
    if (one) cancel(world, one)
  },
  'order again': (world, at) => {
    const domain = pick([...world.domains.values()], at)
    if (domain?.status !== 'ACTIVE' || live(world).some((one) => one.domain === domain.domainName)) return
    order(world, newSubscription(world, domain, { provider: 'GOOGLE', autoRenew: true }), `again${at}`, 1)
  },
  recreate: (world, at) => {
    const one = pick(live(world), at)
    if (one) recreate(world, one)
  },
  'toggle auto-renew': (world, at) => {
    const one = pick([...world.subscriptions.values()], at)
    if (one) one.autoRenew = !one.autoRenew
  },
  'pause or start a warm-up': (world, at) => {
    const box = pick([...world.mailboxes.values()], at)
    if (!box) return
    if (box.warmup) box.warmup.status = box.warmup.status === 'ACTIVE' ? 'PAUSED' : 'ACTIVE'
    else box.warmup = newWarmup('ACTIVE')
  },
  'renew a domain': (world, at) => {
    const domain = pick([...world.domains.values()], at)
    if (domain && /ACTIVE|GRACE/.test(domain.status)) renewDomain(world, domain, 1)
  },
  'renew a subscription': (world, at) => {
    const one = pick(live(world), at)
    if (one && boxesOf(world, one).length > 0) renewSubscription(world, one)
  },
} satisfies Record<string, (world: World, at: number, cents: number) => void>

const deeds = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: DAYS - 5 }),
    what: fc.constantFrom(...(Object.keys(interventions) as (keyof typeof interventions)[])),
    at: fc.nat(20),
    cents: fc.integer({ min: 1, max: 9000 }),
  }),
  { maxLength: 8 },
)

function pick<Row>(rows: readonly Row[], at: number): Row | undefined {
  return rows[at % Math.max(1, rows.length)]
}

const live = (world: World) =>
  [...world.subscriptions.values()].filter((one) => !/CANCELLED|EXPIRED/.test(one.subscriptionStatus))

function order(world: World, one: SandboxSubscription, name: string, count: number) {
  for (let at = 0; at < count; at++)
    addMailbox(
      world,
      one,
      { username: `${name}-${at}`, firstName: 'A', lastName: 'B', onWarmup: at % 2 === 0 },
      'ACTIVE',
    )
  const { userId, subscriptionId, domain: domainName, periodStart, periodEnd } = one
  const period = { creationTime: periodStart, expiryDate: periodEnd }
  world.emit('mailbox.order.success', { userId, subscriptionId, domainName, quantity: count, ...period })
}

/** A bot that reads the whole of CMR each time, and hears its webhooks. */
async function startBot(world: World, events: readonly SandboxEvent[], zone: string) {
  const store = await openTestStore('sqlite')
  const clock = () => world.now()
  const updater = createDirectoryUpdater({ store, traitsOf, clock, logger: pino({ level: 'silent' }) })
  const say = async (endpoint: string, request: object, rows: readonly unknown[]) => {
    updater.answered({ endpoint, request, data: { rows }, refused: [], sentMsAgo: 0 })
    await updater.settled()
  }
  const list = (handler: Handler | undefined, query: object) =>
    JSON.parse(JSON.stringify(handler?.(world, { query: { ...query }, body: {} }).data))
  let heard = 0

  async function read() {
    const at = clock().toISOString()
    const news = events.slice(heard).map(({ event, data }, of) => {
      const webhook = { event, eventId: `E${heard + of}`, severity: 'info' as const, data }
      return storedEvent({ ...webhook, data: JSON.parse(JSON.stringify(data)) }, at)
    })
    heard = events.length
    updater.happened(news)
    await updater.settled()
    await say(
      'domains.list',
      { query: { userId: 'U1' } },
      list(domainHandlers['domains.list'], { userId: 'U1' }),
    )
    const { subscriptions } = list(subscriptionHandlers['subscriptions.list'], { limit: 10_000 })
    await say('subscriptions.list', {}, subscriptions)
    const { mailboxes } = list(mailboxHandlers['mailboxes.all'], { limit: 10_000 })
    await say('mailboxes.all', {}, mailboxes)
    for (const { domainName } of world.domains.values()) {
      const renewalPrice = (yearlyCents(domainName) / 100).toFixed(2)
      const request = { body: { userId: 'U1', domains: [domainName] } }
      await say('domains.renewal-price', request, [{ domainName, years: 1, renewalPrice }])
    }
    await endPass('mailbox', mailboxes, 'mailboxId')
    await endPass('subscription', subscriptions, 'subscriptionId')
    await noteWallet(store.db, { cents: world.wallet.cents, currency: 'USD', seenAt: clock() })
  }

  /** What CMR lists no longer is gone, and all of a kind has been seen. */
  async function endPass(
    kind: 'mailbox' | 'subscription',
    rows: readonly Record<string, string>[],
    id: string,
  ) {
    const gone = store.db.deleteFrom('directory_entries').where('kind', '=', kind)
    const ids = ['', ...rows.map((row) => row[id] ?? '')]
    await gone.where('id', 'not in', ids).execute()
    const started_at = new Date(clock().getTime() + 1).toISOString()
    const pass = { started_at, ended_at: started_at, completed_at: started_at, passes: 2 }
    await store.db
      .insertInto('directory_passes')
      .values({ kind, ...pass, turns: 1, turns_before: 1 })
      .onConflict((conflict) => conflict.column('kind').doUpdateSet(pass))
      .execute()
  }

  return {
    async look(days: number) {
      await read()
      return currentForecast(store, { now: clock(), zone, days, prices })
    },
    close: () => store.close(),
  }
}

test('what the bot has learnt is forecast to the cent, whatever is ordered, removed, cancelled or paid meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      partner,
      deeds,
      starts,
      zones,
      fc.integer({ min: -2000, max: 40_000 }),
      async (rows, done, start, zone, cents) => {
        const { world, events, add, moveTo } = sandboxPartner(new Date(start))
        const ago = (days: number) => new Date(Date.parse(start) - days * DAY).toISOString()
        for (const [at, { age, since, renews, ...one }] of rows.entries()) {
          const subscription = { ...one, since: ago(since), priceCents: 300, autoRenew: renews }
          const registeredOn = ago(Math.max(age, since))
          add({ ...one, name: `d${at}.com`, registeredOn, years: 1, wasRenewed: false, subscription })
        }
        world.wallet.cents = cents
        const bot = await startBot(world, events, zone)
        let forecast = await bot.look(DAYS)
        for (let day = 0, from = 0; day < DAYS; day++) {
          const { date, walletCents } = forecast.days[day - from] ?? {}
          moveTo(new Date((forecast.days[day - from + 1]?.start.getTime() ?? 0) - 1))
          expect([date, world.wallet.cents]).toEqual([date, walletCents])
          const today = done.filter((one) => one.day === day)
          if (today.length === 0) continue
          for (const { what, at, cents: amount } of today) interventions[what](world, at, amount)
          // The next day has begun: its forecast begins there.
          moveTo(new Date(world.now().getTime() + 1))
          forecast = await bot.look(DAYS - day)
          from = day + 1
        }
        await bot.close()
      },
    ),
    { numRuns: Number(process.env.FORECAST_RUNS ?? 12) },
  )
})
