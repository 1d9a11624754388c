import { describe, expect, test } from 'vitest'
import { changeOfNew, changesBetween } from '../../src/directory/changes.ts'
import { rowAfter, updatesOfRow } from '../../src/directory/updates.ts'

const noon = '2026-11-28T12:00:00.000Z'
const later = '2026-11-28T12:05:00.000Z'
type Kind = keyof typeof updatesOfRow
const base = {
  subscription: {
    subscriptionId: 'SUB1',
    domain: 'acme.com',
    subscriptionStatus: 'ACTIVE',
    periodEnd: '2026-12-01',
    pricePerMailbox: 3,
  },
  domain: { domainName: 'acme.com', status: 'ACTIVE', expiryDate: '2026-12-01' },
  mailbox: { mailboxId: 'M1', email: 'jane@acme.com', status: 'IN_PROGRESS', warmup: null },
} as const

/** The events that two answers of CMR's mean, one after the other. */
function between(kind: keyof typeof base, first: object, second: object): string[] {
  const read = (row: object) => updatesOfRow[kind as Kind]({ ...base[kind], ...row })[0]
  const [one, two] = [read(first), read(second)]
  if (!one || !two) throw new Error('not a row')
  const before = rowAfter(undefined, one, noon)
  return changesBetween(before, rowAfter(before, two, later)).map(({ event }) => event)
}

describe('what two answers of CMR’s mean', () => {
  test.each<[keyof typeof base, object, object, string[]]>([
    ['subscription', {}, {}, []],
    ['subscription', {}, { periodEnd: '2027-01-01' }, ['subscription.renewal.success']],
    ['subscription', {}, { periodEnd: '2026-12-01T23:00:00Z' }, []],
    ['subscription', {}, { subscriptionStatus: 'RENEWING' }, ['subscription.renewing']],
    ['subscription', {}, { subscriptionStatus: 'PAST_DUE' }, ['subscription.past_due']],
    [
      'subscription',
      { subscriptionStatus: 'PAST_DUE' },
      { subscriptionStatus: 'EXPIRED' },
      ['subscription.expired'],
    ],
    ['subscription', {}, { subscriptionStatus: 'CANCELLED' }, ['subscription.cancelled']],
    [
      'subscription',
      { subscriptionStatus: 'PAST_DUE' },
      { periodEnd: '2027-01-01' },
      ['subscription.renewal.success'],
    ],
    [
      'subscription',
      {},
      { periodEnd: '2027-01-01', pricePerMailbox: 5 },
      ['subscription.renewal.success', 'subscription.updated'],
    ],
    ['subscription', {}, { autoRenew: false, totalMailboxQuantity: 9 }, []],
    // What CMR had not said before is learnt.
    [
      'subscription',
      { subscriptionStatus: undefined, periodEnd: undefined, pricePerMailbox: undefined },
      { subscriptionStatus: 'PAST_DUE' },
      [],
    ],
    ['domain', {}, { expiryDate: '2027-12-01' }, ['domain.renewal.success']],
    ['domain', {}, { status: 'GRACE_PERIOD' }, ['domain.grace_period']],
    ['domain', { status: 'GRACE_PERIOD' }, { status: 'EXPIRED' }, ['domain.expired']],
    ['domain', { status: 'PENDING' }, {}, ['domain.order.success']],
    ['domain', { status: 'RENEWING' }, {}, []],
    ['mailbox', {}, { status: 'ACTIVE' }, ['mailbox.created']],
    ['mailbox', { status: 'EXPIRED' }, { status: 'ACTIVE' }, []],
    ['mailbox', {}, { warmup: { status: 'ACTIVE' } }, ['mailbox.warmup.started']],
    ['mailbox', { warmup: { status: 'ACTIVE' } }, { warmup: { status: 'PAUSED' } }, []],
    ['mailbox', { warmup: { status: 'PAUSED' } }, {}, ['mailbox.warmup.removed']],
    ['mailbox', { firstName: 'Jane' }, { firstName: 'Janet' }, ['mailbox.updated']],
    ['mailbox', {}, { firstName: 'Janet', profilePicture: 'https://a.test/1.png' }, []],
    ['mailbox', {}, { email: 'janet@acme.com' }, ['mailbox.updated']],
    ['mailbox', {}, { email: 'Jane@Acme.com' }, []],
    [
      'mailbox',
      { profilePicture: 'https://a.test/1.png?signature=1' },
      { profilePicture: 'https://a.test/1.png?signature=2' },
      [],
    ],
    ['mailbox', { profilePicture: 'https://a.test/1.png' }, { profilePicture: null }, ['mailbox.updated']],
    ['mailbox', { status: 'ACTIVE' }, { status: 'SUSPENDED' }, ['mailbox.updated']],
    ['mailbox', { status: 'SUSPENDED' }, { status: 'ACTIVE' }, ['mailbox.updated']],
    ['mailbox', { status: 'ACTIVE' }, { status: 'EXPIRED' }, []],
    ['mailbox', { status: undefined }, { status: 'SUSPENDED' }, []],
    [
      'domain',
      { domainForwarding: null },
      { domainForwarding: { forwardTo: 'https://b.test' } },
      ['dns-record.updated'],
    ],
    ['domain', {}, { domainForwarding: { forwardTo: 'https://b.test' } }, []],
    [
      'domain',
      { domainForwarding: null, registeredOn: '2026-11-28' },
      { domainForwarding: 'https://b.test', registeredOn: '2026-11-28' },
      [],
    ],
  ])('%s %j, then %j: %j', (kind, first, second, events) => {
    expect(between(kind, first, second)).toEqual(events)
  })
})

test('every instance gives a change the same id, and each term its own', () => {
  const row = (expiryDate: string) => {
    const [update] = updatesOfRow.domain({ ...base.domain, expiryDate })
    if (!update) throw new Error('not a row')
    return rowAfter(undefined, update, noon)
  }
  const idOf = (expiryDate: string, since = noon) => changeOfNew(row(expiryDate), since)[0]?.eventId
  expect(idOf('2026-12-01', later)).toBe(idOf('2026-12-01T08:00:00Z'))
  expect(idOf('2027-12-01')).not.toBe(idOf('2026-12-01'))
  expect(idOf('2026-12-01')).toMatch(/^sync:[\w-]{12}$/)
})
