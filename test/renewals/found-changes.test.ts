import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { changesBetween } from '../../src/directory/changes.ts'
import { keepChanges, keptChanges } from '../../src/directory/store/changes.ts'
import { keyOf } from '../../src/directory/store/rows.ts'
import { updateDirectory } from '../../src/directory/store/update.ts'
import { type EntryUpdate, rowAfter, updatesOfRow } from '../../src/directory/updates.ts'
import type { StoredEvent } from '../../src/events/store/events.ts'
import { storedEvent } from '../../src/events/stored-event.ts'
import {
  createReconciler,
  createWebhookCheck,
  WEBHOOK_TRIES_MS,
} from '../../src/renewals/reconciliation/reconciler.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { instanceOn } from '../support/ingests.ts'

const noon = new Date('2026-11-28T12:00:00.000Z')
const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000)
const row = {
  subscriptionId: 'SUB1',
  domain: 'acme.com',
  subscriptionStatus: 'ACTIVE',
  periodEnd: '2026-11-28',
}

const webhook = (event: string, over: object = {}, at = noon): StoredEvent => {
  const data = { subscriptionId: 'SUB1', domain: 'acme.com', periodEnd: '2026-11-28T00:00:00Z', ...over }
  return storedEvent({ event, eventId: `W-${event}`, severity: 'urgent', data }, at.toISOString())
}

const pastDue = [row, { ...row, subscriptionStatus: 'PAST_DUE' }].flatMap(updatesOfRow.subscription)
const box = { mailboxId: 'M1', email: 'jane@acme.com', status: 'ACTIVE', firstName: 'Jane', lastName: 'Doe' }
const renamed = [box, { ...box, firstName: 'Janet' }].flatMap(updatesOfRow.mailbox)

/** Stores of instances that share a database on which a thing was seen to change at noon. */
async function startInstances(dialect: string, count: number, seen: readonly EntryUpdate[] = pastDue) {
  const url = await testUrl(dialect)
  const stores: Store[] = []
  for (let at = 0; at < count; at++) stores.push(await openStore(url))
  const [store] = stores
  if (!store) throw new Error('no instance')
  const [first, second] = seen
  if (!first || !second) throw new Error('not a row')
  const before = rowAfter(undefined, first, later(-5).toISOString())
  const after = rowAfter(before, second, noon.toISOString())
  await updateDirectory(store, [first], () => [after])
  for (const one of stores) await keepChanges(one.db, changesBetween(before, after), noon.toISOString())
  let now = noon
  let looks = 0
  const reconcilers = stores.map((one) =>
    createReconciler({
      store: one,
      ingestFound: instanceOn(one).ingestFound,
      catchingUp: () => ({ since: later(-60), until: later(-50) }),
      clock() {
        looks++
        return now
      },
      logger: pino({ level: 'silent' }),
    }),
  )
  return {
    store,
    stores,
    async see(update: object, at: Date) {
      const [told] = updatesOfRow.subscription({ ...row, ...update })
      if (!told) throw new Error('not a row')
      await updateDirectory(store, [told], (known) => [
        rowAfter(known.get(keyOf(told)), told, at.toISOString()),
      ])
    },
    /** Lets every instance look through the changes at a time. */
    async reconcile(at: Date) {
      now = at
      await Promise.all(reconcilers.map((one) => one.start()))
      if (at.getTime() - noon.getTime() > WEBHOOK_TRIES_MS)
        await eventually(async () => expect(await keptChanges(store.db)).toEqual([]))
      else {
        await eventually(() => expect(looks).toBeGreaterThanOrEqual(reconcilers.length))
        for (const one of reconcilers) await one.stop()
      }
    },
    async told() {
      const rows = await store.db
        .selectFrom('outbox')
        .innerJoin('events', 'events.event_id', 'outbox.event_id')
        .select(['events.event', 'events.source'])
        .execute()
      return rows.map(({ event, source }) => `${source} ${event}`)
    },
    async close() {
      for (const one of reconcilers) await one.stop()
      for (const one of stores) await one.close()
    },
  }
}

describe.each(dialects)('a change that reading CMR shows, on %s', (dialect) => {
  const several = dialect === 'postgres' ? 3 : 1

  test('waits for the tries of its webhook, then is told once by all instances, and not again when that comes', async () => {
    const bots = await startInstances(dialect, several)
    await bots.reconcile(later(5))
    expect(await bots.told()).toEqual([])
    await bots.close()

    const after = await startInstances(dialect, several)
    await after.reconcile(later(8))
    expect(await after.told()).toEqual(['sync subscription.past_due'])
    const { ingest } = instanceOn(after.store)
    await ingest([
      webhook('subscription.past_due', {}, later(9)),
      webhook('subscription.renewing', {}, later(9)),
    ])
    expect(await after.told()).toEqual(['sync subscription.past_due'])
    const late = await after.store.db.selectFrom('late_webhooks').select('event_id').execute()
    expect(late.map(({ event_id }) => event_id).sort()).toEqual([
      'W-subscription.past_due',
      'W-subscription.renewing',
    ])
    // What comes after it is news.
    await ingest([webhook('subscription.expired', {}, later(9))])
    expect(await after.told()).toContain('webhook subscription.expired')
    await after.close()
  })

  test.each([
    ['its webhook', webhook('subscription.past_due', {}, later(4))],
    ['its webhook without a term', webhook('subscription.past_due', { periodEnd: undefined }, later(-2))],
    ['a later webhook', webhook('subscription.expired', {}, later(2))],
  ])('is told by %s alone, where that came in time', async (_, event) => {
    const bots = await startInstances(dialect, 1)
    await instanceOn(bots.store).ingest([event])
    await bots.reconcile(later(8))
    expect(await bots.told()).toEqual([`webhook ${event.event}`])
    await bots.close()
  })

  test('is not told when CMR shows another state meanwhile', async () => {
    const bots = await startInstances(dialect, 1)
    await bots.see({ periodEnd: '2026-12-28' }, later(2))
    await bots.reconcile(later(8))
    expect(await bots.told()).toEqual([])
    await bots.close()
  })

  test.each([
    ['an outcome that was found by asking CMR', 'done', null, []],
    ['a renewal that is under way', 'waiting', null, ['sync subscription.renewal.success']],
    ['a renewal long ago', 'done', '2026-11-01T00:00:00.000Z', ['sync subscription.renewal.success']],
  ] as const)('is left to the receipt where that tells it: %s', async (_, state, endedAt, told) => {
    const bots = await startInstances(dialect, 1)
    const { db } = bots.store
    const at = later(1).toISOString()
    await db
      .insertInto('operations')
      .values({
        id: 'O1',
        endpoint: 'subscriptions.renew',
        actor: 'U1',
        state: 'ended',
        subject: '{}',
        label: '',
        created_at: at,
      })
      .execute()
    const part = { operation_id: 'O1', kind: 'subscription', name: 'sub1', state, ended_at: endedAt ?? at }
    await db.insertInto('expected_results').values(part).execute()
    await bots.see({ periodEnd: '2026-12-28' }, later(2))
    const [change] = await keptChanges(db)
    if (!change) throw new Error('nothing changed')
    const before = { ...change.entry, status: 'PAST_DUE' }
    const after = { ...change.entry, status: 'ACTIVE', ends_at: '2026-12-28T00:00:00.000Z' }
    await keepChanges(db, changesBetween(before, after), noon.toISOString())
    await bots.reconcile(later(8))
    expect(await bots.told()).toEqual(told)
    await bots.close()
  })

  test('of a mailbox is told once by all instances, and by its webhook where that came before', async () => {
    const updated = (updatedFields: unknown, at: Date, id = 'W1') => ({
      ...webhook('mailbox.updated', { mailboxId: 'M1', updatedFields, subscriptionId: undefined }, at),
      event_id: id,
    })
    const bots = await startInstances(dialect, several, renamed)
    await bots.reconcile(later(8))
    expect(await bots.told()).toEqual(['sync mailbox.updated'])
    const { ingest } = instanceOn(bots.store)
    await ingest([updated(['firstName'], later(9))])
    await ingest([updated(['firstName'], later(10))])
    expect(await bots.told()).toEqual(['sync mailbox.updated'])
    // Something else, and the same once more.
    await ingest([updated('lastName', later(11), 'W2'), updated('firstName', later(12), 'W3')])
    expect(await bots.told()).toHaveLength(3)
    await bots.close()

    for (const fields of [['firstName'], undefined, 'displayName']) {
      const others = await startInstances(dialect, 1, renamed)
      await instanceOn(others.store).ingest([updated(fields, later(-3))])
      await others.reconcile(later(8))
      expect(await others.told()).toEqual(['webhook mailbox.updated'])
      await others.close()
    }
    const missed = await startInstances(dialect, 1, renamed)
    await instanceOn(missed.store).ingest([updated('lastName', later(-3))])
    await missed.reconcile(later(8))
    expect((await missed.told()).toSorted()).toEqual(['sync mailbox.updated', 'webhook mailbox.updated'])
    await missed.close()
  })

  test('is told once where its webhook comes at the same moment to another instance', async () => {
    const bots = await startInstances(dialect, several)
    const [, other = bots.store] = bots.stores
    const { ingest } = instanceOn(other)
    await Promise.all([bots.reconcile(later(8)), ingest([webhook('subscription.past_due', {}, later(8))])])
    expect(await bots.told()).toHaveLength(1)
    await bots.close()
  })
})

test('webhooks that seem to be off are named, with where to look; a whole outage of the bot does not count', async () => {
  const store = await openStore(await testUrl('sqlite'))
  const clock = () => later(60)
  const check = (until: Date) =>
    createWebhookCheck({ store, catchingUp: () => ({ since: later(-200), until }), clock }).look()
  expect(await check(later(0))).toBe(
    'none has come yet; 0 changes were found by sync instead in the last 24 hours',
  )
  const { ingest } = instanceOn(store)
  const suspended = [1, 2, 3].map((at) => ({
    ...webhook('mailbox.updated', { mailboxId: `M${at}`, updatedFields: ['status'] }, later(50)),
    event_id: `sync:suspended ${at}`,
    source: 'sync' as const,
  }))
  await ingest(suspended)
  expect(await check(later(0))).toMatch(/^none has come yet; 0 changes/)
  const found = (at: number) => ({
    ...webhook('subscription.past_due', { subscriptionId: `S${at}`, domain: `d${at}.com` }, later(50)),
    event_id: `sync:${at}`,
    source: 'sync' as const,
  })
  await ingest([found(1), found(2), found(3)])
  expect(await check(later(45))).toMatch(/^none has come yet; 3 changes were found by sync/)
  await expect(check(later(0))).rejects.toThrow(
    /^Webhooks seem to be off: none has come yet; 3 changes .* Settings → Webhooks/,
  )
  await ingest([webhook('domain.expired', {}, later(55))])
  await expect(check(later(0))).rejects.toThrow(
    /^Webhooks of subscription.past_due seem to be off: the last one came 5 minutes ago/,
  )
  await store.close()
})
