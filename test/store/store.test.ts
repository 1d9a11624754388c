import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createIngest } from '../../src/events/ingest.ts'
import { recordAudit } from '../../src/store/audit.ts'
import { lastEventAt, type StoredEvent } from '../../src/store/events.ts'
import { changeOperation, intendOperation, unfinishedOperations } from '../../src/store/operations.ts'
import {
  dueChannels,
  leaseNext,
  markFailed,
  markPosted,
  nameDelivery,
  outboxStats,
  wakeOutbox,
} from '../../src/store/outbox.ts'
import { openStore, type Store } from '../../src/store/store.ts'

const at = new Date('2026-11-24T12:00:00Z')
const later = (ms: number) => new Date(at.getTime() + ms)
const event = (id: string, name = 'domain.expired'): StoredEvent => ({
  event_id: id,
  event: name,
  severity: 'urgent',
  data: '{}',
  received_at: at.toISOString(),
  source: 'webhook',
  subject: null,
  user_id: null,
  domain: null,
  operation_id: null,
})
/** Takes events in, all for one channel. */
const take = (store: Store, events: StoredEvent[], pile: string | null = null) =>
  createIngest({
    store,
    match: async (_, found) => found.map(() => undefined),
    place: () => [{ channel: 'C1', pile }],
    onStored: () => undefined,
  })(events)
const lease = { by: 'me', now: at, until: later(60_000) }

const dialects: Record<string, () => Promise<string>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cmr-store-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return `file:${join(folder, 'cmr.db')}`
  },
}
if (inject('postgresUrl')) {
  dialects.postgres = async () => {
    const url = inject('postgresUrl')
    const name = `t${randomUUID().replaceAll('-', '')}`
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`create database ${name}`)
    await client.end()
    return url.replace(/[^/]+$/, name)
  }
}

describe.each(Object.entries(dialects))('on %s', (_, url) => {
  async function opened(): Promise<Store> {
    const store = await openStore(await url())
    onTestFinished(() => store.close())
    return store
  }

  test('an event is kept once, and told once', async () => {
    const store = await opened()
    await take(store, [event('a'), event('a'), event('b')])
    await take(store, [event('a'), event('c')])
    expect(await outboxStats(store.db)).toEqual({ waiting: 3, failed: 0 })
    expect(await lastEventAt(store.db)).toEqual(at)
  })

  test('a channel is told in order, one message at a time', async () => {
    const store = await opened()
    await take(store, [event('a'), event('b')])
    expect(await dueChannels(store.db, at)).toEqual(['C1'])
    const first = await leaseNext(store, 'C1', lease)
    expect(first.map((row) => row.event_id)).toEqual(['a'])
    expect(await leaseNext(store, 'C1', { ...lease, by: 'other' })).toEqual([])
    await nameDelivery(store.db, first, 'd1')
    await markPosted(store.db, first, { deliveryId: 'd1', channel: 'C1', ts: '1.1', at })
    expect((await leaseNext(store, 'C1', lease)).map((row) => row.event_id)).toEqual(['b'])
  })

  test('a lease that ran out is taken over, as the same message', async () => {
    const store = await opened()
    await take(store, [event('a', 'mailbox.created'), event('b', 'mailbox.created')], 'pile')
    const taken = await leaseNext(store, 'C1', lease)
    expect(taken).toHaveLength(2)
    await nameDelivery(store.db, taken, 'd1')
    await take(store, [event('c', 'mailbox.created')], 'pile')
    const again = await leaseNext(store, 'C1', { by: 'other', now: later(61_000), until: later(120_000) })
    expect(again.map((row) => [row.event_id, row.delivery_id])).toEqual([
      ['a', 'd1'],
      ['b', 'd1'],
    ])
  })

  test('what failed waits until its time, what failed for good is out of the way', async () => {
    const store = await opened()
    await take(store, [event('a'), event('b')])
    const rows = await leaseNext(store, 'C1', lease)
    await markFailed(store.db, rows, { error: 'ratelimited', keepDelivery: false, notBefore: later(5000) })
    expect(await leaseNext(store, 'C1', lease)).toEqual([])
    const due = await leaseNext(store, 'C1', { ...lease, now: later(5001) })
    expect(due[0]).toMatchObject({ event_id: 'a', attempts: 1 })
    await markFailed(store.db, due, { error: 'invalid_blocks', keepDelivery: false })
    expect((await leaseNext(store, 'C1', lease)).map((row) => row.event_id)).toEqual(['b'])
    expect(await outboxStats(store.db)).toEqual({ waiting: 1, failed: 1 })
  })

  test('after a start everything that waits is due', async () => {
    const store = await opened()
    await take(store, [event('a')])
    const rows = await leaseNext(store, 'C1', lease)
    await markFailed(store.db, rows, { error: 'x', keepDelivery: false, notBefore: later(60_000) })
    await wakeOutbox(store, at)
    expect(await leaseNext(store, 'C1', lease)).toHaveLength(1)
  })

  test('a form is submitted once, and again only after a definite failure', async () => {
    const store = await opened()
    const intention = { submissionKey: 'V1', endpoint: 'users.create', actor: 'U1', label: 'Acme', at }
    const id = await intendOperation(store.db, intention)
    expect(await intendOperation(store.db, intention)).toBe('duplicate')
    expect(await unfinishedOperations(store.db, at)).toHaveLength(1)
    await changeOperation(store.db, id, { state: 'unknown' })
    expect(await intendOperation(store.db, intention)).toBe('duplicate')
    await changeOperation(store.db, id, { state: 'failed', submission_key: null })
    expect(await intendOperation(store.db, intention)).not.toBe('duplicate')
  })

  test('forms without a key do not get in each other’s way', async () => {
    const store = await opened()
    const intention = { endpoint: 'users.create', actor: 'U1', label: 'Acme', at }
    expect(await intendOperation(store.db, intention)).not.toBe('duplicate')
    expect(await intendOperation(store.db, intention)).not.toBe('duplicate')
  })

  test('an attempt is in the audit, and opening again changes nothing', async () => {
    const address = await url()
    const store = await openStore(address)
    await recordAudit(store.db, {
      at,
      actor: 'U1',
      command: 'users.create',
      arguments: { city: 'X' },
      outcome: 'ok',
    })
    await store.close()
    const again = await openStore(address)
    onTestFinished(() => again.close())
    await again.ping()
    const rows = await again.db.selectFrom('audit').selectAll().execute()
    expect(rows).toMatchObject([{ actor: 'U1', arguments: '{"city":"X"}', outcome: 'ok' }])
  })
})
