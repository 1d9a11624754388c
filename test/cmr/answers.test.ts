import { expect, test } from 'vitest'
import type { z } from 'zod'
import { centsOf } from '../../src/cmr/answers/account.ts'
import { isOnDomain, mailbox, warmupStatusOf } from '../../src/cmr/answers/mailboxes.ts'
import { userName } from '../../src/cmr/answers/users.ts'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'

const read = (id: string, data: unknown) => answerOf(id).parse(data)
const answerOf = (id: string) => allEndpoints.find((one) => one.id === id)?.answer as z.ZodType

test.each([
  ['users.list', 'users', 'userId'],
  ['domains.list', 'domains', 'domainId'],
  ['domains.renewal-price', 'domains', 'domainName'],
  ['mailboxes.list', 'mailboxes', 'mailboxId'],
  ['mailboxes.all', 'mailboxes', 'mailboxId'],
  ['subscriptions.list', 'subscriptions', 'subscriptionId'],
  ['placement.reports', 'reports', 'mailboxId'],
])('%s is a page, bare or inside an object, and its ids are text', (id, name, field) => {
  const row = { [field]: 12, more: { kept: null } }
  const wanted = { rows: [{ [field]: '12', more: { kept: null } }] }
  expect(read(id, [row])).toEqual(wanted)
  expect(read(id, { [name]: [row] })).toEqual(wanted)
  expect(read(id, { items: [row] })).toEqual(wanted)
  expect(read(id, { [name]: [null, row] })).toEqual(wanted)
  expect(read(id, [row, null])).toEqual(wanted)
  expect(read(id, { [name]: null })).toEqual({ rows: [] })
  expect(read(id, null)).toEqual({ rows: [] })
  expect(read(id, {})).toEqual({ rows: [] })
  // What stands where nobody looks for it is not an empty list.
  expect(answerOf(id).safeParse({ result: { [name]: [row] } }).success).toBe(false)
  expect(answerOf(id).safeParse('nonsense').success).toBe(false)
})

test('a page tells which it is and of how many, wherever CMR counts them', () => {
  const pagination = { totalSearchedCount: 7, currentPage: 2, totalPages: '4', nextPage: 9 }
  const counted = { rows: [], page: 2, totalPages: 4, total: 7 }
  expect(read('subscriptions.list', { subscriptions: [], pagination })).toEqual(counted)
  expect(read('prewarm.list', { inventory: [], totalDomains: 7, currentPage: 2, totalPages: 4 })).toEqual(
    counted,
  )
})

test('a field of another type is left out, and spoils no answer', () => {
  const odd = { userId: 'U', email: { no: 1 }, company: ['x'], firstName: null, phone: 2125551234 }
  expect(read('users.get', odd)).toEqual({ userId: 'U', phone: '2125551234' })
  expect(read('domains.get', { domainName: 'a.com', autoRenew: 'yes', expiryDate: true })).toEqual({
    domainName: 'a.com',
  })
})

test.each([
  [['true', 'TRUE', 1, '1'], true],
  [['false', 'False', 0, '0'], false],
])('yes and no are read however they come: %j', (given, wanted) => {
  for (const autoRenew of given) {
    const row = { subscriptionId: 'S', autoRenew }
    expect(read('subscriptions.list', [row])).toEqual({ rows: [{ ...row, autoRenew: wanted }] })
  }
})

test('a field that is missing adds no column', () => {
  expect(Object.keys(read('users.get', { id: 1, zip: 2 }) as object)).toEqual(['userId', 'zip'])
})

test('ids go by other names here and there', () => {
  expect(
    read('mailboxes.get', { componentMailboxId: 5, componentSubscriptionId: 'S', warmup: null }),
  ).toEqual({
    mailboxId: '5',
    subscriptionId: 'S',
    warmup: null,
  })
  expect(read('subscriptions.list', [{ componentSubscriptionId: 'S', status: 'ACTIVE' }])).toEqual({
    rows: [{ subscriptionId: 'S', subscriptionStatus: 'ACTIVE' }],
  })
  expect(read('users.create', { id: 7 })).toEqual({ userId: '7' })
  expect(answerOf('users.create').safeParse({}).success).toBe(false)
})

test.each([
  [{ balance: '1,234.50' }, 123450],
  [{ walletBalance: 3 }, 300],
  [{ balance: null, availableBalance: '0.05' }, 5],
  [{ balance: 'much' }, undefined],
])('the balance of %j is %s cents', (data, balance) => {
  expect(read('wallet.get', data)).toMatchObject({ balance, transactions: [] })
})

test('logins are listed one by one, without what CMR does not support', () => {
  const data = {
    SMARTLEAD: { credentials: [{ credentialId: 9, email: 'a@b.c' }, null] },
    OTHER: {},
    INSTANTLY: null,
  }
  expect(read('exports.platforms', data)).toEqual([
    { credentialId: '9', platform: 'SMARTLEAD', email: 'a@b.c', metadata: {} },
  ])
  expect(read('exports.workspaces', { organisations: [{ orgId: 3 }] })).toEqual({
    rows: [{ id: '3', name: '3' }],
  })
})

test('a mailbox is on its domain, also where only its address names it', () => {
  const one = mailbox.parse({ email: 'jane@Acme.com', warmup: { status: 'ACTIVE' } })
  expect(isOnDomain(one, 'acme.COM')).toBe(true)
  expect(isOnDomain(one, 'acme.co')).toBe(false)
  expect(warmupStatusOf(one)).toBe('ACTIVE')
})

test('a customer is called by company, name, e-mail or id', () => {
  expect(userName({ company: 'Acme', email: 'a@b.c' })).toBe('Acme')
  expect(userName({ firstName: 'Jane', lastName: 'Doe', email: 'a@b.c' })).toBe('Jane Doe')
  expect(userName({ userId: 'U' })).toBe('U')
  expect(userName({})).toBe('this customer')
})

test('a date is read from milliseconds, and from seconds', () => {
  const [milliseconds, seconds] = [1_796_120_000_000, 1_796_120_000]
  for (const periodEnd of [milliseconds, seconds])
    expect(read('subscriptions.list', [{ subscriptionId: 'S', periodEnd }])).toEqual({
      rows: [{ subscriptionId: 'S', periodEnd: new Date(milliseconds).toISOString() }],
    })
})

test.each([
  ['usd', 'USD'],
  [' EUR ', 'EUR'],
  ['$', undefined],
  ['US Dollar', undefined],
  [840, undefined],
])('a wallet’s currency %s is %s', (told, currency) => {
  expect((read('wallet.get', { balance: 1, currency: told }) as { currency?: string }).currency).toBe(
    currency,
  )
})

test('whether a domain is free is read bare and from a list, and an answer without it spoils nothing', () => {
  const free = { domain: 'acme.com', available: true, price: '12.00' }
  expect(read('domains.available', free)).toEqual(free)
  expect(read('domains.available', [free])).toEqual(free)
  expect(
    read('domains.available', { domainName: 'acme.com', isAvailable: true, pricePerYear: '12.00' }),
  ).toEqual(free)
  for (const nothing of [null, [], {}]) expect(read('domains.available', nothing)).toEqual({})
})

test.each([
  [{ type: 'DEBIT', amount: '157.50' }, -15_750],
  [{ type: 'DEBIT', amount: -157.5 }, -15_750],
  [{ type: 'CREDIT', amount: '2000.00' }, 200_000],
  [{ amount: '-9.00' }, -900],
  [{ type: 'DEBIT' }, undefined],
])('of the movement %j people read that it goes in or out, whatever says so', (movement, cents) => {
  expect(centsOf(movement)).toBe(cents)
})
