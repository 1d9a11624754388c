import { pino } from 'pino'
import { expect, test } from 'vitest'
import { traitsOf } from '../../../src/command-list.ts'
import { domainHoldings, subscriptionHoldings, walletBalance } from '../../../src/directory/store/holdings.ts'
import { kindsNotWhole } from '../../../src/directory/store/passes.ts'
import { createDirectoryUpdater } from '../../../src/directory/updater.ts'
import { storedEvent } from '../../../src/events/stored-event.ts'
import { dialects, openTestStore } from '../../support/databases.ts'

const now = new Date('2026-11-28T12:00:00.000Z')
const userId = 'USER1'

/** A store that learns from answers of CMR's, each asked for so many minutes ago. */
async function startLearning(dialect: string) {
  const store = await openTestStore(dialect)
  const parts = { store, traitsOf, clock: () => now, logger: pino({ level: 'silent' }) }
  const updater = createDirectoryUpdater(parts)
  return {
    db: store.db,
    async answer(endpoint: string, request: object, data: unknown, minutesAgo = 0) {
      updater.answered({ endpoint, request, data, refused: [], sentMsAgo: minutesAgo * 60_000 })
      await updater.settled()
    },
  }
}

test.each(dialects)('%s holds what renewals are computed from, as CMR last said it', async (dialect) => {
  const { db, answer } = await startLearning(dialect)
  const subscription = (subscriptionId: string, domain: string, more: object) => ({
    subscriptionId,
    domain,
    userId,
    subscriptionStatus: 'ACTIVE',
    pricePerMailbox: '3.25',
    totalMailboxQuantity: 4,
    periodStart: '2026-11-20',
    periodEnd: '2026-12-20T08:00:00Z',
    autoRenew: true,
    ...more,
  })
  await answer(
    'subscriptions.list',
    {},
    {
      rows: [
        subscription('SUB1', 'Acme.com', {}),
        subscription('SUB2', 'beta.com', { subscriptionStatus: 'CANCELLED', pricePerMailbox: 8 }),
        subscription('SUB3', 'beta.com', { autoRenew: false }),
      ],
    },
  )
  const mailbox = (mailboxId: string, domain: string, status: string | null, subscriptionId?: string) => ({
    mailboxId,
    email: `${mailboxId}@${domain}`,
    userId,
    subscriptionId,
    status: 'ACTIVE',
    warmup: status && { status },
  })
  await answer(
    'mailboxes.all',
    {},
    {
      rows: [
        mailbox('m1', 'acme.com', 'ACTIVE', 'SUB1'),
        mailbox('m2', 'acme.com', 'ACTIVE', 'SUB1'),
        mailbox('m3', 'acme.com', 'PAUSED', 'SUB1'),
        mailbox('m4', 'acme.com', null, 'SUB1'),
        // CMR names no subscription: the one that is not over pays for it.
        mailbox('m5', 'beta.com', 'ACTIVE'),
      ],
    },
  )
  expect(await subscriptionHoldings(db, { domain: 'acme.com' })).toEqual([
    {
      id: 'SUB1',
      userId,
      domain: 'acme.com',
      status: 'ACTIVE',
      periodStart: '2026-11-20T00:00:00.000Z',
      periodEnd: '2026-12-20T08:00:00.000Z',
      autoRenew: true,
      priceCents: 325,
      quantity: 4,
      activeWarmups: 2,
      pausedWarmups: 1,
      seenAt: now.toISOString(),
    },
  ])
  const warming = (await subscriptionHoldings(db)).map(({ id, activeWarmups }) => [id, activeWarmups])
  expect(Object.fromEntries(warming)).toEqual({ SUB1: 2, SUB2: 0, SUB3: 1 })
  expect(await subscriptionHoldings(db, { userId: 'USER2' })).toEqual([])
  const mailboxes = db.selectFrom('directory_entries').where('kind', '=', 'mailbox')
  expect(await mailboxes.select(['name', 'user_id', 'warmup_status']).execute()).toContainEqual({
    name: 'm4@acme.com',
    user_id: userId,
    warmup_status: 'NONE',
  })

  const domain = { domainName: 'Acme.com', status: 'ACTIVE', registeredOn: '2026-01-02', autoRenew: false }
  await answer('domains.list', { query: { userId } }, { rows: [{ ...domain, expiryDate: '2027-01-02' }] })
  const price = { domainName: 'acme.com', years: 1, renewalPrice: '14.50' }
  await answer('domains.renewal-price', { body: { userId, domains: ['acme.com'] } }, { rows: [price] }, 5)
  // What two years cost is not the price of one.
  const twoYears = { ...price, years: 2, renewalPrice: '29.00' }
  await answer('domains.renewal-price', { body: { userId, years: 2 } }, { rows: [twoYears] })
  await answer('domains.list', { query: { userId } }, { rows: [{ ...domain, expiryDate: '2028-01-02' }] })
  expect(await domainHoldings(db)).toEqual([
    {
      name: 'acme.com',
      userId,
      status: 'ACTIVE',
      registeredOn: '2026-01-02T00:00:00.000Z',
      expiresAt: '2028-01-02T00:00:00.000Z',
      autoRenew: false,
      // It ends a year later than it was seen to.
      wasRenewed: true,
      renewalCents: 1450,
      pricedAt: '2026-11-28T11:55:00.000Z',
      seenAt: now.toISOString(),
    },
  ])

  expect(await walletBalance(db)).toBeUndefined()
  await answer('wallet.get', {}, { balance: 10_050, currency: 'USD' })
  await answer('wallet.get', {}, { balance: 99, currency: 'USD' }, 10)
  await answer('wallet.get', {}, { currency: 'USD' })
  expect(await walletBalance(db)).toEqual({ cents: 10_050, currency: 'USD', seenAt: now })
  expect(await kindsNotWhole(db)).toEqual(['user', 'domain', 'subscription', 'mailbox'])
})

test.each(dialects)(
  '%s: mailboxes that are added to a subscription are not all that it has',
  async (dialect) => {
    const store = await openTestStore(dialect)
    const parts = { store, traitsOf, clock: () => now, logger: pino({ level: 'silent' }) }
    const updater = createDirectoryUpdater(parts)
    const subscription = { subscriptionId: 'SUB1', domain: 'acme.com', userId, totalMailboxQuantity: 10 }
    const answer = { rows: [{ ...subscription, subscriptionStatus: 'ACTIVE', pricePerMailbox: '3.00' }] }
    updater.answered({
      endpoint: 'subscriptions.list',
      request: {},
      data: answer,
      refused: [],
      sentMsAgo: 1000,
    })
    await updater.settled()
    const ordered = (subscriptionId: string, domainName: string) =>
      storedEvent(
        {
          event: 'mailbox.order.success',
          eventId: subscriptionId,
          severity: 'good',
          data: { subscriptionId, domainName, userId, quantity: 2, expiryDate: '2026-12-28' },
        },
        now.toISOString(),
      )
    updater.happened([ordered('SUB1', 'acme.com'), ordered('SUB2', 'beta.com')])
    await updater.settled()
    const held = await subscriptionHoldings(store.db, {})
    expect(held.map(({ id, quantity }) => [id, quantity]).toSorted()).toEqual([
      ['SUB1', 10],
      ['SUB2', 2],
    ])
  },
)

test.each(dialects)(
  '%s: a seat is empty once all mailboxes were read since it was counted',
  async (dialect) => {
    const { db, answer } = await startLearning(dialect)
    const subscription = (totalMailboxQuantity: number) => ({
      rows: [
        {
          subscriptionId: 'SUB1',
          domain: 'acme.com',
          userId,
          subscriptionStatus: 'ACTIVE',
          totalMailboxQuantity,
        },
      ],
    })
    const seats = async () => {
      const [one] = await subscriptionHoldings(db, {})
      return [one?.quantity, one?.emptySeats]
    }
    const passAt = async (minutesAgo: number) => {
      const started_at = new Date(now.getTime() - minutesAgo * 60_000).toISOString()
      const pass = { kind: 'mailbox' as const, started_at, ended_at: started_at, completed_at: started_at }
      const row = { ...pass, passes: 1, turns: 1, turns_before: 1 }
      const update = { started_at, ended_at: started_at }
      await db
        .insertInto('directory_passes')
        .values(row)
        .onConflict((conflict) => conflict.column('kind').doUpdateSet(update))
        .execute()
    }
    await answer('subscriptions.list', {}, subscription(3), 60)
    const mailboxes = ['m1', 'm2'].map((mailboxId) => ({
      mailboxId,
      email: `${mailboxId}@acme.com`,
      userId,
      subscriptionId: 'SUB1',
      status: 'ACTIVE',
      warmup: null,
    }))
    await answer('mailboxes.all', {}, { rows: mailboxes }, 50)
    expect(await seats()).toEqual([3, undefined])
    await passAt(50)
    expect(await seats()).toEqual([3, 1])
    // More were ordered, and are not listed yet.
    await answer('subscriptions.list', {}, subscription(5), 10)
    expect(await seats()).toEqual([5, undefined])
    await passAt(5)
    expect(await seats()).toEqual([5, 3])
  },
)
