import { describe, expect, test } from 'vitest'
import {
  breakQueue,
  brokenQueues,
  busyQueues,
  channelNames,
  claimQueue,
  clearQueue,
  joinQueues,
  releaseQueue,
  slowQueue,
  wakeQueues,
} from '../../../src/alerts/store/channel-queues.ts'
import { dialects, openTestStore } from '../../support/databases.ts'
import { at, event, idsIn, later, lease, take } from '../../support/outbox.ts'

describe.each(dialects)('on %s', (dialect) => {
  const opened = () => openTestStore(dialect)

  test('a channel queue has one holder at a time, and another once its lease has run out', async () => {
    const store = await opened()
    await take(store, [event('a')])
    expect(await busyQueues(store.db)).toMatchObject([{ channel: 'C1', due_at: at.toISOString() }])
    expect(await claimQueue(store.db, 'C1', lease('me'))).toMatchObject({ channel: 'C1' })
    expect(await claimQueue(store.db, 'C1', lease('other'))).toBeUndefined()
    expect(await claimQueue(store.db, 'C1', lease('me', later(1000)))).toBeDefined()
    expect(await claimQueue(store.db, 'C1', lease('other', later(70_000)))).toBeDefined()
  })

  test('two who claim a channel queue at the same moment do not both get it', async () => {
    const store = await opened()
    await take(store, [event('a')])
    const claims = await Promise.all(['x', 'y', 'z'].map((by) => claimQueue(store.db, 'C1', lease(by))))
    expect(claims.filter(Boolean)).toHaveLength(1)
  })

  test('what comes in while a channel queue is held makes it due again', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await claimQueue(store.db, 'C1', lease('me'))
    await take(store, [event('b')])
    await releaseQueue(store.db, 'C1', 'me', later(60_000))
    expect(await busyQueues(store.db)).toMatchObject([{ due_at: at.toISOString(), leased_by: null }])
  })

  test('a channel queue without work is not looked at; that of a holder who died is', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await claimQueue(store.db, 'C1', lease('dead'))
    expect(await busyQueues(store.db)).toHaveLength(1)
    await releaseQueue(store.db, 'C1', 'dead')
    expect(await busyQueues(store.db)).toEqual([])
  })

  test('after a start everything that waits is due: a wait that Slack asked for is over too', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await take(store, [event('b')], { channel: 'C2' })
    await slowQueue(store.db, 'C1', 'ratelimited', later(30_000))
    await slowQueue(store.db, 'C2', 'internal_error', later(30_000))
    await wakeQueues(store, later(1))
    expect((await busyQueues(store.db)).toSorted((a, b) => (a.channel < b.channel ? -1 : 1))).toMatchObject([
      { channel: 'C1', paced_until: null },
      { channel: 'C2', paced_until: null },
    ])
  })

  test('a name and its id are one queue', async () => {
    const store = await opened()
    await take(store, [event('a')], { channel: '#alerts' })
    await take(store, [event('b')])
    await claimQueue(store.db, '#alerts', lease('me'))
    await joinQueues(store.db, '#alerts', 'C1', at)
    expect(await idsIn(store)).toEqual(['a', 'b'])
    expect((await busyQueues(store.db)).map(({ channel }) => channel)).toEqual(['C1'])
    const names = channelNames(store.db)
    await names.remember('#alerts', 'C1')
    expect(await names.find('#alerts')).toBe('C1')
    await names.forget('C1')
    expect(await names.find('#alerts')).toBeUndefined()
  })

  test('a channel queue that posts again is well', async () => {
    const store = await opened()
    await take(store, [event('a')])
    await breakQueue(store.db, 'C1', 'is_archived', at)
    await clearQueue(store.db, 'C1')
    expect(await brokenQueues(store.db)).toEqual([])
  })
})
