import { describe, expect, test } from 'vitest'
import {
  begunDelivery,
  markPosted,
  nameDelivery,
  queuedRows,
  unnameDelivery,
} from '../../../src/alerts/store/deliveries.ts'
import {
  acknowledgeThreads,
  noteThreadShown,
  threadBehind,
  threadsOf,
} from '../../../src/alerts/store/threads.ts'
import { outboxStats } from '../../../src/events/store/outbox.ts'
import { dialects, openTestStore } from '../../support/databases.ts'
import { all, at, event, idsIn, take } from '../../support/outbox.ts'

const message = { channel: 'C1', ts: '1.1', threadTs: null, owesFile: false, at, threads: async () => [] }

describe.each(dialects)('on %s', (dialect) => {
  const opened = () => openTestStore(dialect)

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
    const opens = {
      ...message,
      deliveryId: 'd1',
      threads: async () => [{ thread, opened: true, reopened: false }],
    }
    await markPosted(store.db, rows, opens)
    expect(await threadBehind(store.db, 'C1')).toBeUndefined()
    expect(await acknowledgeThreads(store.db, subject, { person: 'U1', at })).toEqual(['C1'])
    const told = { thread: { ...thread, events: 2, last_event_id: 'b' }, opened: false, reopened: false }
    await markPosted(store.db, rows, { ...message, deliveryId: 'd2', threads: async () => [told] })
    const behind = await threadBehind(store.db, 'C1')
    expect(behind).toMatchObject({ events: 2, acknowledged_by: 'U1', version: 2, shown_version: 0 })
    if (behind) await noteThreadShown(store.db, behind)
    expect(await threadBehind(store.db, 'C1')).toBeUndefined()
    const again = { thread: { ...thread, events: 3 }, opened: false, reopened: true }
    await markPosted(store.db, rows, { ...message, deliveryId: 'd3', threads: async () => [again] })
    expect(await threadsOf(store.db, 'C1', [subject])).toMatchObject([{ events: 3, acknowledged_by: null }])
  })
})
