import { describe, expect, test } from 'vitest'
import {
  breakQueue,
  brokenQueues,
  busyQueues,
  moveWaiting,
  repairQueue,
} from '../../../src/alerts/store/channel-queues.ts'
import { failForGood } from '../../../src/alerts/store/deliveries.ts'
import { failedDeliveries, releaseHeld, retryFailed } from '../../../src/events/store/outbox.ts'
import { dialects, openTestStore } from '../../support/databases.ts'
import { all, at, event, idsIn, later, take } from '../../support/outbox.ts'

describe.each(dialects)('on %s', (dialect) => {
  const opened = () => openTestStore(dialect)

  test('what is held back is released in its time, and makes its queue due', async () => {
    const store = await opened()
    await take(store, [event('a')], { channel: 'C1', holdUntil: later(60_000) })
    expect(await busyQueues(store.db)).toEqual([])
    expect(await releaseHeld(store.db, later(59_000))).toBe(0)
    expect(await releaseHeld(store.db, later(60_000))).toBe(1)
    expect(await busyQueues(store.db)).toMatchObject([{ channel: 'C1' }])
    expect(await idsIn(store)).toEqual(['a'])
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

  test('what waits in a broken channel moves to the fallback, and is not doubled there', async () => {
    const store = await opened()
    await take(store, [event('both')], { channel: 'C1' }, { channel: 'C2' })
    await take(store, [event('one')])
    await breakQueue(store.db, 'C1', 'is_archived', at)
    expect(await brokenQueues(store.db)).toMatchObject([{ channel: 'C1', error: 'is_archived', waiting: 2 }])
    await moveWaiting(store.db, 'C1', 'C2', at, { error: 'is_archived' })
    expect(await idsIn(store, 'C1')).toEqual([])
    expect(await all(store, 'C2')).toMatchObject([
      { event_id: 'both', moved_from: null },
      { event_id: 'one', moved_from: 'C1', error: 'is_archived' },
    ])
    expect(await repairQueue(store.db, ['C1'], at)).toBe(true)
    expect(await repairQueue(store.db, ['C1'], at)).toBe(false)
    expect(await brokenQueues(store.db)).toEqual([])
  })
})
