import { describe, expect, test } from 'vitest'
import { createIngest } from '../../src/events/ingest.ts'
import {
  begunDelivery,
  failForGood,
  markPosted,
  nameDelivery,
  queuedRows,
  rowsOf,
  unnameDelivery,
} from '../../src/store/deliveries.ts'
import type { StoredEvent } from '../../src/store/events.ts'
import {
  breakLane,
  brokenLanes,
  busyLanes,
  channelNames,
  claimLane,
  clearLane,
  joinLanes,
  mendLane,
  moveWaiting,
  releaseLane,
  slowLane,
  wakeLanes,
} from '../../src/store/lanes.ts'
import {
  failedDeliveries,
  outboxStats,
  type Placement,
  releaseHeld,
  retryFailed,
} from '../../src/store/outbox.ts'
import type { Store } from '../../src/store/store.ts'
import { acknowledgeThreads, noteThreadShown, threadBehind, threadsOf } from '../../src/store/threads.ts'
import { dialects, openTestStore } from '../support/databases.ts'

const at = new Date('2026-11-24T12:00:00Z')
const later = (ms: number) => new Date(at.getTime() + ms)
const event = (id: string, over: Partial<StoredEvent> = {}): StoredEvent => ({
  event_id: id,
  event: 'domain.renewal.failed',
  severity: 'bad',
  data: '{}',
  received_at: at.toISOString(),
  source: 'webhook',
  subject: null,
  user_id: null,
  domain: null,
  operation_id: null,
  ...over,
})

/** Takes events in, all for one channel unless told otherwise. */
function take(store: Store, events: StoredEvent[], ...placements: Placement[]) {
  const place = () => (placements.length ? placements : [{ channel: 'C1' }])
  const match = async (_: unknown, found: readonly StoredEvent[]) => found.map(() => undefined)
  return createIngest({ store, match, place, onStored: () => undefined })(events)
}

const lease = (by: string, now = at) => ({ by, now, until: new Date(now.getTime() + 60_000) })
const idsIn = async (store: Store, channel = 'C1') => {
  const { head } = await queuedRows(store.db, channel)
  return head.map((row) => row.event_id)
}
const message = { channel: 'C1', ts: '1.1', threadTs: null, owesFile: false, at, threads: [] }

describe.each(dialects)('on %s', (dialect) => {
  const opened = () => openTestStore(dialect)
  const all = async (store: Store, channel = 'C1') =>
    rowsOf(
      store.db,
      (await queuedRows(store.db, channel)).head.map(({ id }) => id),
    )

  test('a lane has one holder at a time, and another once its lease has run out', async () => {
    const store = await opened()
    await take(store, [event('a')])
    expect(await busyLanes(store.db)).toMatchObject([{ channel: 'C1', due_at: at.toISOString() }])
    expect(await claimLane(store.db, 'C1', lease('me'))).toMatchObject({ channel: 'C1' })
    expect(await claimLane(store.db, 'C1', lease('other'))).toBeUndefined()
    expect(await claimLane(store.db, 'C1', lease('me', later(1000)))).toBeDefined()
    expect(await claimLane(store.db, 'C1', lease('other', later(70_000)))).toBeDefined()
  })

  test('two who claim a lane at the same moment do not both get it', async () => {
    const store = await opened()
    await take(store, [event('a')])
    const claims = await Promise.all(['x', 'y', 'z'].map((by) => claimLane(store.db, 'C1', lease(by))))
    expect(claims.filter(Boolean)).toHaveLength(1)
  })

  test('what comes in while a lane is held makes it due again', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await claimLane(store.db, 'C1', lease('me'))
    await take(store, [event('b')])
    await releaseLane(store.db, 'C1', 'me', later(60_000))
    expect(await busyLanes(store.db)).toMatchObject([{ due_at: at.toISOString(), leased_by: null }])
  })

  test('a lane without work is not looked at; that of a holder who died is', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await claimLane(store.db, 'C1', lease('dead'))
    expect(await busyLanes(store.db)).toHaveLength(1)
    await releaseLane(store.db, 'C1', 'dead')
    expect(await busyLanes(store.db)).toEqual([])
  })

  test('after a start everything that waits is due, but Slack’s Retry-After still holds', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await take(store, [event('b')], { channel: 'C2' })
    await slowLane(store.db, 'C1', 'ratelimited', later(30_000))
    await slowLane(store.db, 'C2', 'internal_error', later(30_000))
    await wakeLanes(store, later(1))
    expect((await busyLanes(store.db)).toSorted((a, b) => (a.channel < b.channel ? -1 : 1))).toMatchObject([
      { channel: 'C1', paced_until: later(30_000).toISOString() },
      { channel: 'C2', paced_until: null },
    ])
  })

  test('the urgent goes first, and what waits longer on its subject is known', async () => {
    const store = await opened()
    const info = { severity: 'info' as const, event: 'subscription.updated' }
    await take(store, [
      ...Array.from({ length: 450 }, (_, n) => event(`good${n}`, { severity: 'good' })),
      event('before', { ...info, subject: 'domain:a.com' }),
      event('now', { severity: 'urgent', subject: 'domain:a.com' }),
    ])
    const { head, earlier } = await queuedRows(store.db, 'C1')
    expect(head[0]).toMatchObject({ event_id: 'now', rank: 0 })
    expect(earlier.map((row) => row.event_id)).toEqual(['before'])
  })

  test('a message that was begun is found again, and told once it is posted', async () => {
    const store = await opened()
    await take(store, [event('a'), event('b')])
    const rows = await all(store)
    await nameDelivery(
      store.db,
      rows.map(({ id }) => id),
      'd1',
      '7.7',
    )
    await take(store, [event('c')])
    const begun = await begunDelivery(store.db, 'C1')
    expect(begun.map((row) => [row.event_id, row.delivery_id, row.thread_ts])).toEqual([
      ['a', 'd1', '7.7'],
      ['b', 'd1', '7.7'],
    ])
    expect(await idsIn(store)).toEqual(['c'])
    await markPosted(store.db, begun, { ...message, deliveryId: 'd1' })
    expect(await begunDelivery(store.db, 'C1')).toEqual([])
    expect(await outboxStats(store.db)).toEqual({ waiting: 1, failed: 0 })
  })

  test('a message that Slack refused may become part of a larger one; a reminder stays in its thread', async () => {
    const store = await opened()
    await take(store, [event('story')], { channel: 'C1', threaded: true })
    await take(store, [event('reminder')], { channel: 'C1', threadTs: '8.8' })
    const [story, reminder] = await all(store)
    if (!story || !reminder) throw new Error('both wait')
    await nameDelivery(store.db, [story.id], 'd1', '7.7')
    await nameDelivery(store.db, [reminder.id], 'd2', '8.8')
    await unnameDelivery(store.db, [story, reminder], { error: 'ratelimited' })
    expect(await all(store)).toMatchObject([
      { event_id: 'story', delivery_id: null, thread_ts: null, attempts: 1 },
      { event_id: 'reminder', delivery_id: null, thread_ts: '8.8', attempts: 1 },
    ])
  })

  test('what failed for good is listed, out of the way, and tried again when somebody says so', async () => {
    const store = await opened()
    await take(store, [event('a'), event('b')])
    await failForGood(store.db, (await all(store)).slice(0, 1), 'invalid_blocks')
    expect(await failedDeliveries(store.db)).toMatchObject([
      { event_id: 'a', channel: 'C1', error: 'invalid_blocks', event: 'domain.renewal.failed' },
    ])
    expect(await idsIn(store)).toEqual(['b'])
    expect(await retryFailed(store.db, at)).toBe(1)
    expect(await idsIn(store)).toEqual(['a', 'b'])
  })

  test('what is held back is released in its time, and makes its lane due', async () => {
    const store = await opened()
    await take(store, [event('a')], { channel: 'C1', holdUntil: later(60_000) })
    expect(await busyLanes(store.db)).toEqual([])
    expect(await releaseHeld(store.db, later(59_000))).toBe(0)
    expect(await releaseHeld(store.db, later(60_000))).toBe(1)
    expect(await busyLanes(store.db)).toMatchObject([{ channel: 'C1' }])
    expect(await idsIn(store)).toEqual(['a'])
  })

  test('what waits in a broken channel moves to the fallback, and is not doubled there', async () => {
    const store = await opened()
    await take(store, [event('both')], { channel: 'C1' }, { channel: 'C2' })
    await take(store, [event('one')])
    await breakLane(store.db, 'C1', 'is_archived', at)
    expect(await brokenLanes(store.db)).toMatchObject([{ channel: 'C1', error: 'is_archived', waiting: 2 }])
    await moveWaiting(store.db, 'C1', 'C2', at, { error: 'is_archived' })
    expect(await idsIn(store, 'C1')).toEqual([])
    expect(await all(store, 'C2')).toMatchObject([
      { event_id: 'both', moved_from: null },
      { event_id: 'one', moved_from: 'C1', error: 'is_archived' },
    ])
    expect(await mendLane(store.db, ['C1'], at)).toBe(true)
    expect(await mendLane(store.db, ['C1'], at)).toBe(false)
    expect(await brokenLanes(store.db)).toEqual([])
  })

  test('a name and its id are one lane', async () => {
    const store = await opened()
    await take(store, [event('a')], { channel: '#alerts' })
    await take(store, [event('b')])
    await claimLane(store.db, '#alerts', lease('me'))
    await joinLanes(store.db, '#alerts', 'C1', at)
    expect(await idsIn(store)).toEqual(['a', 'b'])
    expect((await busyLanes(store.db)).map(({ channel }) => channel)).toEqual(['C1'])
    const names = channelNames(store.db)
    await names.remember('#alerts', 'C1')
    expect(await names.find('#alerts')).toBe('C1')
    await names.forget('C1')
    expect(await names.find('#alerts')).toBeUndefined()
  })

  test('a lane that posts again is well', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await breakLane(store.db, 'C1', 'is_archived', at)
    await clearLane(store.db, 'C1')
    expect(await brokenLanes(store.db)).toEqual([])
  })

  test('a root is edited until it shows what happened last, and who takes care is never lost', async () => {
    const store = await opened()
    const subject = 'domain:a.com'
    await take(store, [event('a', { subject })], { channel: 'C1', threaded: true })
    const thread = {
      channel: 'C1',
      subject,
      root_ts: '1.1',
      opened_at: at.toISOString(),
      last_event_id: 'a',
      resolved_at: null,
      acknowledged_by: null,
      acknowledged_at: null,
      events: 1,
      trouble_at: at.toISOString(),
      trouble_event_id: 'a',
      version: 0,
      shown_version: 0,
    }
    const rows = await all(store)
    const opens = { ...message, deliveryId: 'd1', threads: [{ thread, opened: true, reopened: false }] }
    await markPosted(store.db, rows, opens)
    expect(await threadBehind(store.db, 'C1')).toBeUndefined()
    expect(await acknowledgeThreads(store.db, subject, { person: 'U1', at })).toEqual(['C1'])
    const told = { thread: { ...thread, events: 2, last_event_id: 'b' }, opened: false, reopened: false }
    await markPosted(store.db, rows, { ...message, deliveryId: 'd2', threads: [told] })
    const behind = await threadBehind(store.db, 'C1')
    expect(behind).toMatchObject({ events: 2, acknowledged_by: 'U1', version: 2, shown_version: 0 })
    if (behind) await noteThreadShown(store.db, behind)
    expect(await threadBehind(store.db, 'C1')).toBeUndefined()
    const again = { thread: { ...thread, events: 3 }, opened: false, reopened: true }
    await markPosted(store.db, rows, { ...message, deliveryId: 'd3', threads: [again] })
    expect(await threadsOf(store.db, 'C1', [subject])).toMatchObject([{ events: 3, acknowledged_by: null }])
  })
})
