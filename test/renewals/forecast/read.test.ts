import { pino } from 'pino'
import { expect, test } from 'vitest'
import { traitsOf } from '../../../src/command-list.ts'
import { createDirectoryUpdater } from '../../../src/directory/updater.ts'
import { currentForecast } from '../../../src/renewals/forecast/read.ts'
import { dialects, openTestStore } from '../../support/databases.ts'

const now = new Date('2027-01-31T12:00:00.000Z')
const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: true }
const userId = 'USER1'

test.each(dialects)('%s tells a forecast from what CMR last said, and how old that is', async (dialect) => {
  const store = await openTestStore(dialect)
  const updater = createDirectoryUpdater({
    store,
    traitsOf,
    clock: () => now,
    logger: pino({ level: 'silent' }),
  })
  const answer = async (endpoint: string, request: object, data: unknown, minutesAgo: number) => {
    updater.answered({ endpoint, request, data, refused: [], sentMsAgo: minutesAgo * 60_000 })
    await updater.settled()
  }
  const look = () => currentForecast(store, { now, zone: 'UTC', days: 45, prices })
  expect(await look()).toMatchObject({ renewals: [], wallet: undefined, walletCents: undefined })

  const subscription = {
    subscriptionId: 'SUB1',
    domain: 'Acme.com',
    userId,
    subscriptionStatus: 'ACTIVE',
    pricePerMailbox: '3.00',
    totalMailboxQuantity: 4,
    periodStart: '2026-12-31T08:00:00Z',
    periodEnd: '2027-01-31T20:00:00Z',
    autoRenew: true,
  }
  await answer('subscriptions.list', {}, { rows: [subscription] }, 30)
  const warm = {
    mailboxId: 'm1',
    email: 'm1@acme.com',
    userId,
    subscriptionId: 'SUB1',
    warmup: { status: 'ACTIVE' },
  }
  await answer('mailboxes.all', {}, { rows: [warm] }, 20)
  const domain = (domainName: string, expiryDate: string) => ({
    domainName,
    expiryDate,
    status: 'ACTIVE',
    registeredOn: '2026-06-10T10:00:00Z',
    autoRenew: true,
  })
  const rows = [domain('acme.com', '2027-06-10T10:00:00Z'), domain('beta.com', '2027-02-20T10:00:00Z')]
  await answer('domains.list', { query: { userId } }, { rows }, 10)
  const price = { domainName: 'acme.com', years: 1, renewalPrice: '14.50' }
  await answer('domains.renewal-price', { body: { userId, domains: ['acme.com'] } }, { rows: [price] }, 5)
  await answer('wallet.get', {}, { balance: 3000, currency: 'USD' }, 2)

  const found = await look()
  expect(found.renewals.map(({ date, id, cents, isEstimate }) => [date, id, cents, isEstimate])).toEqual([
    ['2027-01-31', 'SUB1', 1400, true],
    // CMR has told no price of it: it costs what another .com costs.
    ['2027-02-20', 'beta.com', 1450, true],
    ['2027-02-28', 'SUB1', 1400, true],
  ])
  expect(found.firstUncovered).toMatchObject({ id: 'SUB1', date: '2027-02-28', missingCents: 1250 })
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  expect(found.wallet?.seenAt).toEqual(ago(2))
  expect(found.seen).toEqual({ domains: ago(10), subscriptions: ago(30) })
  expect(found.assumptions).toEqual(
    expect.arrayContaining(['charge-time', 'month-end', 'warmup-price', 'domain-price']),
  )
  expect(found.missing).toContain('domain')
})
