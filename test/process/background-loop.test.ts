import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBackgroundLoop, shortenPauses } from '../../src/process/background-loop.ts'
import { backOffMs } from '../../src/process/retries.ts'

const lines: string[] = []
const logger = pino({ level: 'info' }, { write: (line) => lines.push(line) })

beforeEach(() => {
  shortenPauses(1)
  vi.useFakeTimers()
  lines.length = 0
})
afterEach(() => {
  vi.useRealTimers()
})

function loopOf(round: () => Promise<void>, everyMs = 100) {
  const backOff = { firstMs: 1000, longestMs: 4000 }
  return createBackgroundLoop({
    name: 'Test',
    serves: 'commands',
    everyMs,
    round,
    backOff,
    onError: 'failed',
    logger,
  })
}

test('runs at once, then after each pause, and sooner when it is woken', async () => {
  const round = vi.fn(async () => undefined)
  const loop = loopOf(round)
  loop.wake()
  expect(loop.running()).toBe(false)
  await loop.start()
  expect(loop.running()).toBe(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(round).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(99)
  expect(round).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(round).toHaveBeenCalledTimes(2)
  loop.wake(10)
  loop.wake(50)
  await vi.advanceTimersByTimeAsync(10)
  expect(round).toHaveBeenCalledTimes(3)
  await loop.stop()
})

test('backs off while rounds fail, and logs an error once while it repeats', async () => {
  let error: Error | undefined = new Error('disk full')
  const times: number[] = []
  const loop = loopOf(async () => {
    times.push(Date.now())
    if (error) throw error
  })
  await loop.start()
  await vi.advanceTimersByTimeAsync(12_000)
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  expect(pauses).toEqual([1000, 2000, 4000, 4000])
  expect(lines).toHaveLength(1)
  error = undefined
  await vi.advanceTimersByTimeAsync(4000)
  error = new Error('disk full')
  await vi.advanceTimersByTimeAsync(200)
  expect(lines).toHaveLength(2)
  await loop.stop()
})

test('stopping waits for the round under way and leaves no timer behind', async () => {
  const work = Promise.withResolvers<void>()
  const loop = loopOf(() => work.promise)
  await loop.start()
  await vi.advanceTimersByTimeAsync(0)
  let stopped = false
  const stopping = loop.stop().then(() => {
    stopped = true
  })
  await vi.advanceTimersByTimeAsync(1000)
  expect(stopped).toBe(false)
  work.resolve()
  await stopping
  expect(loop.running()).toBe(false)
  loop.wake()
  expect(vi.getTimerCount()).toBe(0)
})

test('backOffMs doubles up to its longest', () => {
  const waits = [0, 1, 2, 3, 2000].map((failures) => backOffMs(failures, { firstMs: 1000, longestMs: 5000 }))
  expect(waits).toEqual([1000, 2000, 4000, 5000, 5000])
})
