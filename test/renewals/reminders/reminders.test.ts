import { describe, expect, test } from 'vitest'
import { createAlertLookup } from '../../../src/alerts/alert-lookup.ts'
import { eventMessage } from '../../../src/alerts/messages/event-message.ts'
import { insertExpectedResults } from '../../../src/operations/store/expected-results.ts'
import { dialects } from '../../support/databases.ts'
import { eventually } from '../../support/eventually.ts'
import { limitsBroken } from '../../support/limits.ts'
import { events, instance, openDirectory, prices, read, told } from '../../support/reminded-directory.ts'

describe.each(dialects)('on %s', (dialect) => {
  test('three domains are told of at each threshold, once, ever louder, with one button for all', async () => {
    const { store, domain, moveTo, at, look } = await openDirectory(dialect)
    for (const name of ['one.com', 'two.com', 'three.com']) await domain(name, at(50))
    await look()
    expect(await told(store)).toEqual([])
    for (const day of [5, 6, 20, 36, 43, 47, 49]) {
      moveTo(day)
      await look()
      await look()
    }
    expect(await told(store)).toEqual([
      'renewal.ending info',
      'renewal.ending info',
      'renewal.ending bad',
      'renewal.ending bad',
      'renewal.ending urgent',
      'renewal.ending urgent',
    ])
    const [first, , , , , last] = await events(store)
    expect(read(first)).toMatch(/\*3 domains\* end unless somebody renews them, the first in 45 days/)
    expect(read(last)).toMatch(/in 1 day/)
    expect(read(last)).toContain('items=\\"domain:one.com domain:three.com domain:two.com\\"')
    expect(read(last)).toContain('"Turn auto-renew on for these"')
  })

  test('a renewal that is learnt late is reminded of once, where it stands now', async () => {
    const { store, domain, moveTo, at, look } = await openDirectory(dialect)
    moveTo(0, 1)
    await domain('late.com', at(7))
    await look()
    await look()
    expect(await told(store)).toEqual(['renewal.ending bad'])
    expect(read((await events(store))[0])).toMatch(/\*late\.com\* ends in 7 days, on .*Auto-renew is off/s)
    moveTo(4, 1)
    await look()
    expect(await told(store)).toEqual(['renewal.ending bad', 'renewal.ending urgent'])
  })

  test.each(['+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00.000Z', '9999-12-31T23:59:59.999-12:00'])(
    'a date that is none of CMR’s, %s, keeps nobody else’s reminder from being sent',
    async (never) => {
      const { store, domain, subscription, at, look } = await openDirectory(dialect)
      await domain('late.com', at(7))
      await domain('never.com', never)
      await subscription('never.com', never, { autoRenew: false })
      await look()
      expect(await told(store)).toEqual(['renewal.ending bad'])
      expect(read((await events(store))[0])).toMatch(/\*late\.com\* ends in 7 days/)
    },
  )

  test('of two instances on the day of a threshold one tells', async () => {
    const { store, clock, domain, subscription, at, wallet } = await openDirectory(dialect)
    await domain('acme.com', at(14))
    await subscription('beta.com', at(3), { autoRenew: false })
    await subscription('gamma.com', at(6))
    await wallet(100)
    const both = [instance(store, clock), instance(store, clock)]
    const rounds = [0, 0]
    for (const [at, one] of both.entries()) one.onRound(() => (rounds[at] = (rounds[at] ?? 0) + 1))
    await Promise.all(both.map((one) => one.start()))
    await eventually(() => expect(Math.min(...rounds)).toBeGreaterThan(0))
    await Promise.all(both.map((one) => one.stop()))
    expect((await told(store)).toSorted()).toEqual([
      'renewal.ending bad',
      'renewal.ending urgent',
      'renewal.unpaid urgent',
      'wallet.low bad',
    ])
    expect(await store.db.selectFrom('outbox').selectAll().execute()).toHaveLength(4)
  })

  test('what renews by itself and is covered is nobody’s reminder', async () => {
    const { store, domain, subscription, at, wallet, look } = await openDirectory(dialect)
    await domain('acme.com', at(10), { autoRenew: true })
    await subscription('acme.com', at(3))
    await wallet(1_000_000)
    await look()
    expect(await told(store)).toEqual([])
  })

  test('a low wallet is told at its marks with the shortfall, and once when funds have come', async () => {
    const { store, subscription, moveTo, at, wallet, look } = await openDirectory(dialect)
    await subscription('acme.com', at(20))
    await wallet(500)
    await look()
    const low = async () => (await told(store)).filter((one) => one.startsWith('wallet'))
    expect(await low()).toEqual([])
    moveTo(7)
    await look()
    await look()
    expect(await low()).toEqual(['wallet.low bad'])
    const [alert] = (await events(store)).filter(({ event }) => event === 'wallet.low')
    expect(read(alert)).toMatch(
      /covers 13 more days of renewals.*acme\.com.*\$7\.00 is missing.*Add \$.*auto top-up/s,
    )
    moveTo(18)
    await look()
    expect(await low()).toEqual(['wallet.low bad', 'wallet.low urgent'])
    await wallet(100_000)
    moveTo(18, 1)
    await look()
    await look()
    expect(await low()).toEqual(['wallet.low bad', 'wallet.low urgent', 'wallet.covered good'])
    await wallet(100)
    moveTo(18, 2)
    await look()
    expect(await low()).toHaveLength(4)
  })

  test('grace and past due are counted down daily, each day once', async () => {
    const { store, domain, subscription, moveTo, at, look } = await openDirectory(dialect)
    await domain('acme.com', at(0), { status: 'GRACE_PERIOD' })
    await subscription('beta.com', at(0), { subscriptionStatus: 'PAST_DUE', autoRenew: false, userId: 'U2' })
    for (let day = 1; day <= 9; day++) {
      moveTo(day)
      await look()
      await look()
    }
    const countdowns = (await events(store)).filter(({ event }) => event === 'renewal.countdown')
    const of = (name: string) => countdowns.filter(({ data }) => data.includes(name)).map((one) => read(one))
    // The grace period ends with its seventh day in UTC, past due to the hour.
    expect(of('acme.com').map((text) => /(\d) days? left|(last day)/.exec(text)?.[1])).toEqual([
      '6',
      '5',
      '4',
      '3',
      '2',
      '1',
    ])
    expect(of('beta.com').map((text) => /(\d) days? left/.exec(text)?.[1])).toEqual([
      '6',
      '5',
      '4',
      '3',
      '2',
      '1',
    ])
    expect(countdowns.every(({ severity }) => severity === 'urgent')).toBe(true)
  })

  test('of many customers at once the reminders share messages, which keep their buttons', async () => {
    const { store, domain, at, look } = await openDirectory(dialect)
    for (let n = 0; n < 12; n++) await domain(`of-${n}.com`, at(14), { userId: `CUSTOMER${n}` })
    await look()
    expect(await told(store)).toEqual(['renewal.ending bad'])
    const [event] = await events(store)
    expect(read(event)).toMatch(/\*12 domains\* end unless somebody renews them, the first in 14 days/)
    expect(read(event)).toContain('"Renew these"')
    expect(read(event)).toContain('domain:of-11.com')
    const [row] = await store.db.selectFrom('outbox').select('batch_key').execute()
    expect(row?.batch_key).toBe(`reminder:${event?.event_id}`)
  })

  test('of several things each shows what has become of it, and the buttons act on what is left', async () => {
    const { store, clock, domain, subscription, at, look } = await openDirectory(dialect)
    for (const name of ['a.com', 'b.com', 'c.com', 'd.com']) await domain(name, at(14))
    await subscription('e.com', at(14), { autoRenew: false })
    await look()
    const lookUp = createAlertLookup({ store, prices, clock })
    const now = async () => {
      const [event] = await lookUp(await events(store))
      if (!event) throw new Error('nothing was told')
      const message = eventMessage(event, { subject: 'renewals:U1' })
      expect(limitsBroken('message', message as never)).toEqual([])
      return JSON.stringify(message)
    }
    expect(await now()).toMatch(/\*4 domains and 1 subscription\* end unless/)
    await domain('a.com', at(379))
    await domain('b.com', at(14), { autoRenew: true })
    await domain('c.com', at(14), { status: 'RENEWING' })
    await subscription('e.com', at(14), { subscriptionStatus: 'CANCELLED' })
    const text = await now()
    expect(text).toMatch(
      /\*d\.com\* ends in 14 days[^"]* unless somebody renews it.*• d\.com, the domain: in 14 days/s,
    )
    expect(text).toMatch(/• ~a\.com, the domain~: renewed until <!date/)
    expect(text).toContain('• ~b.com, the domain~: renews by itself now')
    expect(text).toContain('• ~c.com, the domain~: being renewed')
    expect(text).toContain('• ~e.com, its mailboxes~: over')
    expect(text).toContain('"items=\\"domain:d.com\\""')
    await domain('d.com', at(379))
    expect(await now()).toMatch(/Nothing is left to do for \*4 domains and 1 subscription\*/)
    expect(await now()).not.toContain('"renewals.renew"')
  })

  test('what is renewed is over at once, also where the reminder was a quiet one', async () => {
    const { store, domain, at, look, showThread } = await openDirectory(dialect)
    await domain('acme.com', at(40))
    await look()
    await showThread()
    await domain('acme.com', at(405))
    await look()
    await look()
    expect(await told(store)).toEqual(['renewal.ending info', 'renewal.safe good'])
  })

  test('funds end what the wallet did not cover, also before it was called low', async () => {
    const { store, subscription, at, wallet, look, showThread } = await openDirectory(dialect)
    await subscription('acme.com', at(20))
    await wallet(500)
    await look()
    await showThread()
    expect(await told(store)).toEqual(['renewal.unpaid bad'])
    await wallet(100_000)
    await look()
    await look()
    expect(await told(store)).toEqual(['renewal.unpaid bad', 'wallet.covered good'])
  })

  test('a renewal that is under way is neither reminded of nor over before it is', async () => {
    const { store, domain, moveTo, at, look, showThread } = await openDirectory(dialect)
    await domain('acme.com', at(14))
    await look()
    await showThread()
    const operation = {
      id: 'op1',
      endpoint: 'domains.renew',
      actor: 'U1',
      subject: '{}',
      label: '',
      head: null,
    }
    await store.db
      .insertInto('operations')
      .values({ ...operation, state: 'accepted', created_at: at(0) })
      .execute()
    await insertExpectedResults(store.db, 'op1', [{ kind: 'renewal', name: 'acme.com' }])
    moveTo(8)
    await look()
    expect(await told(store)).toEqual(['renewal.ending bad'])
    // It failed: what was to be said meanwhile is said now.
    await store.db.updateTable('operations').set({ state: 'failed' }).execute()
    await look()
    expect(await told(store)).toEqual(['renewal.ending bad', 'renewal.ending bad'])
  })

  test('mailboxes that were renewed for a month are not reminded of before the second half of it', async () => {
    const { store, subscription, moveTo, at, look } = await openDirectory(dialect)
    await subscription('acme.com', at(30), { autoRenew: false })
    await look()
    moveTo(14)
    await look()
    expect(await told(store)).toEqual([])
    moveTo(16)
    await look()
    expect(await told(store)).toEqual(['renewal.ending bad'])
  })

  test('a domain that ends before its subscription renews is told beforehand', async () => {
    const { store, domain, subscription, at, wallet, look } = await openDirectory(dialect)
    await domain('acme.com', at(10))
    await subscription('acme.com', at(13))
    await wallet(1_000_000)
    await look()
    expect((await told(store)).toSorted()).toEqual(['renewal.blocked bad', 'renewal.ending bad'])
    const [blocked] = (await events(store)).filter(({ event }) => event === 'renewal.blocked')
    expect(read(blocked)).toMatch(
      /subscription on \*acme\.com\* cannot renew on .*its domain ends .*Renew the domain first/s,
    )
    expect(read(blocked)).toContain('items=\\"domain:acme.com subscription:SUB-acme.com\\"')
  })
})
