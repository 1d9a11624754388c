import { describe, expect, test } from 'vitest'
import { forgetEntries, forgetUnseen } from '../../../src/directory/store/forget.ts'
import {
  endPass,
  kindsNotWhole,
  leasePass,
  movePass,
  releasePass,
} from '../../../src/directory/store/passes.ts'
import { countEntries, directoryEntries, entriesNamed, keyOf } from '../../../src/directory/store/rows.ts'
import { searchDirectory, searchIds } from '../../../src/directory/store/search.ts'
import { updateDirectory } from '../../../src/directory/store/update.ts'
import { type EntryUpdate, rowAfter, updatesOfRow } from '../../../src/directory/updates.ts'
import type { Store } from '../../../src/store/store.ts'
import { dialects, openTestStore } from '../../support/databases.ts'

const noon = '2026-11-24T12:00:00.000Z'
const later = '2026-11-24T12:05:00.000Z'

/** Puts what was told into the mirror. */
async function tell(store: Store, told: readonly EntryUpdate[], at = noon) {
  await updateDirectory(store, told, (known) => told.map((one) => rowAfter(known.get(keyOf(one)), one, at)))
}

const userId = 'USERACME0001'
const kestrel = updatesOfRow.user({
  userId: 'USERKESTREL1',
  company: 'Kestrel Analytics',
  email: 'ops@kestrel.io',
})
const all = [
  ...updatesOfRow.user({ userId, company: 'Acme, Inc.', firstName: 'Jane', email: 'jane@acme.com' }),
  ...kestrel,
  ...updatesOfRow.domain({ userId, domainName: 'acme.com', domainId: 'DOMAINACME01', status: 'ACTIVE' }),
  ...updatesOfRow.mailbox({ userId, mailboxId: 'MAILBOXJANE1', email: 'jane.doe@acme.com' }),
  ...updatesOfRow.subscription({
    userId,
    subscriptionId: 'SUBSCRIPTION1',
    domain: 'acme.com',
    subscriptionStatus: 'ACTIVE',
    periodEnd: '2026-12-03T00:00:00Z',
    pricePerMailbox: '3.00',
    totalMailboxQuantity: 3,
    autoRenew: false,
  }),
]

describe.each(dialects)('the mirror on %s', (dialect) => {
  const finds = async (store: Store, text: string) =>
    (await searchDirectory(store, { text, limit: 20 })).rows.map(({ id }) => id)

  test('a thing is found by any part of its name, its words in any order, or its id', async () => {
    const store = await openTestStore(dialect)
    await tell(store, all)
    expect(await finds(store, 'Acme.com')).toEqual([
      'acme.com',
      'SUBSCRIPTION1',
      'USERACME0001',
      'MAILBOXJANE1',
    ])
    expect(await finds(store, 'acme inc')).toEqual(['USERACME0001'])
    expect(await finds(store, 'strel')).toEqual(['USERKESTREL1'])
    expect(await finds(store, 'ytics kes')).toEqual(['USERKESTREL1'])
    expect(await finds(store, 'acme doe')).toEqual(['MAILBOXJANE1'])
    expect(await finds(store, 'subscr')).toEqual(['SUBSCRIPTION1'])
    expect(await finds(store, 'domainacme01')).toEqual(['acme.com'])
    expect(await finds(store, 'nobody')).toEqual([])
    expect((await searchIds(store, 'BOXJAN', 5)).map(({ id }) => id)).toEqual(['MAILBOXJANE1'])
  })

  test('what was found says whose it is, and how many more there are', async () => {
    const store = await openTestStore(dialect)
    await tell(store, all)
    const { rows, left, orMore } = await searchDirectory(store, { text: 'acme', limit: 2 })
    expect(rows.map(({ name, owner }) => [name, owner])).toEqual([
      ['Acme, Inc.', undefined],
      ['acme.com', 'Acme, Inc.'],
    ])
    expect({ left, orMore }).toEqual({ left: 2, orMore: false })
  })

  test('the things of a chosen customer go first, and are listed when nothing is typed', async () => {
    const store = await openTestStore(dialect)
    const theirs = updatesOfRow.mailbox({
      mailboxId: 'MAILBOXZOE01',
      email: 'zoe.jane@kestrel.io',
      userId: 'USERKESTREL1',
    })
    await tell(store, [...all, ...theirs])
    const search = { kinds: ['mailbox'] as const, userId: 'USERKESTREL1', limit: 10 }
    const ids = async (text: string) =>
      (await searchDirectory(store, { ...search, text })).rows.map(({ id }) => id)
    expect(await ids('jane')).toEqual(['MAILBOXZOE01', 'MAILBOXJANE1'])
    expect(await ids('')).toEqual(['MAILBOXZOE01'])
  })

  test('a renamed thing is no longer found by its old name', async () => {
    const store = await openTestStore(dialect)
    await tell(store, all)
    await tell(store, updatesOfRow.user({ userId: 'USERKESTREL1', company: 'Falcon' }), later)
    expect(await finds(store, 'kestrel analytics')).toEqual([])
    expect(await finds(store, 'falcon')).toEqual(['USERKESTREL1'])
    // What was not told anew stays.
    expect(await finds(store, 'ops@kestrel.io')).toEqual(['USERKESTREL1'])
  })

  test('what CMR said before does not undo what it said after', async () => {
    const store = await openTestStore(dialect)
    await tell(store, updatesOfRow.domain({ domainName: 'acme.com', status: 'EXPIRED' }), later)
    await tell(
      store,
      updatesOfRow.domain({ domainName: 'acme.com', status: 'ACTIVE', userId: 'USERACME0001' }),
      noon,
    )
    const [row] = await directoryEntries(store, [{ kind: 'domain', id: 'acme.com' }])
    expect(row).toMatchObject({ status: 'EXPIRED', user_id: 'USERACME0001', seen_at: later })
  })

  test('a subscription keeps what a forecast needs', async () => {
    const store = await openTestStore(dialect)
    await tell(store, all)
    const [row] = await directoryEntries(store, [{ kind: 'subscription', id: 'SUBSCRIPTION1' }])
    expect(row).toMatchObject({
      ends_at: '2026-12-03T00:00:00.000Z',
      auto_renew: 0,
      price_cents: 300,
      quantity: 3,
    })
  })

  test('exact names are told from those that only begin alike', async () => {
    const store = await openTestStore(dialect)
    await tell(store, [...all, ...updatesOfRow.user({ userId: 'USERACME0002', company: 'Acme Inc. Berlin' })])
    const found = await entriesNamed(store, 'user', ['ACME INC', 'ops@kestrel.io'])
    expect(found.map(({ id }) => id).toSorted()).toEqual(['USERACME0001', 'USERKESTREL1'])
  })

  test('a deleted customer is forgotten with everything; what a pass did not see is forgotten too', async () => {
    const store = await openTestStore(dialect)
    await tell(store, all)
    await tell(store, kestrel, later)
    expect(await forgetUnseen(store, 'user', later)).toBe(1)
    expect(await finds(store, 'acme')).toEqual([])
    expect(await countEntries(store.db)).toEqual(new Map([['user', 1]]))
    await forgetEntries(store, [{ kind: 'user', id: 'USERKESTREL1' }])
    expect((await countEntries(store.db)).size).toBe(0)
    expect(await store.db.selectFrom('directory_phrases').selectAll().execute()).toEqual([])
  })

  test('one pass a kind at a time, resumed where it was, and the next when it is due', async () => {
    const { db } = await openTestStore(dialect)
    const lease = (by: string, now: string) => ({
      by,
      now: new Date(now),
      until: new Date(Date.parse(now) + 60_000),
    })
    const never = new Date(0)
    const pass = await leasePass(db, 'user', lease('a', noon), never)
    expect(pass).toEqual({ kind: 'user', startedAt: noon, cursor: undefined })
    if (!pass) throw new Error('no pass')
    expect(await leasePass(db, 'user', lease('b', noon), never)).toBeUndefined()
    expect(await movePass(db, pass, '2', lease('a', noon))).toBe(true)
    expect(await leasePass(db, 'user', lease('b', later), never)).toEqual({ ...pass, cursor: '2' })
    expect(await movePass(db, pass, '3', lease('a', later))).toBe(false)
    await releasePass(db, 'b')
    expect(await leasePass(db, 'user', lease('a', later), never)).toEqual({ ...pass, cursor: '2' })
    expect(await kindsNotWhole(db)).toHaveLength(4)
    await endPass(db, pass, lease('a', later))
    expect(await kindsNotWhole(db)).toEqual(['domain', 'subscription', 'mailbox'])
    const passes = db.selectFrom('directory_passes').select(['kind', 'completed_at'])
    expect(await passes.execute()).toEqual([{ kind: 'user', completed_at: later }])
    expect(await leasePass(db, 'user', lease('a', later), never)).toBeUndefined()
    expect(await leasePass(db, 'user', lease('a', later), new Date(noon))).toMatchObject({ startedAt: later })
  })
})
