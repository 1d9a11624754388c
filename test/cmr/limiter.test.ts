import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLimiter, PausedError, type Priority } from '../../src/cmr/limiter.ts'

/** A process has been up for a while, and has sent nothing yet. */
beforeEach(() => {
  vi.useFakeTimers()
  vi.advanceTimersByTime(2000)
})
afterEach(() => {
  vi.useRealTimers()
})

interface Request {
  readonly priority: Priority
  /** Milliseconds after the one before. */
  readonly after: number
  /** From leaving to arriving at CMR, and from there to the answer. */
  readonly travel: number
  readonly answer: number
}

/** Sends the requests through a limiter, and says when each arrived at CMR. */
async function arrivalsOf(requests: readonly Request[]): Promise<number[]> {
  const limiter = createLimiter(5)
  const arrivals: number[] = []
  for (const { priority, after, travel, answer } of requests) {
    await vi.advanceTimersByTimeAsync(after)
    void limiter.turn(priority).then((answered) => {
      setTimeout(() => arrivals.push(performance.now()), travel)
      setTimeout(answered, travel + answer)
    })
  }
  await vi.runAllTimersAsync()
  return arrivals.sort((a, b) => a - b)
}

/** The most that CMR counts in any 1,000 ms. */
function mostInASecond(arrivals: readonly number[]): number {
  return Math.max(
    0,
    ...arrivals.map((start) => arrivals.filter((at) => at >= start && at < start + 1000).length),
  )
}

const priority = fc.constantFrom<Priority>('person', 'bulk', 'background')
const request = fc.record({
  priority,
  after: fc.oneof(fc.constant(0), fc.nat(300), fc.nat(2500)),
  travel: fc.nat(40),
  answer: fc.nat(800),
})

test('whatever is asked, by whomever and whenever, CMR never counts more than five in a second', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 60 }), async (requests) => {
      const arrivals = await arrivalsOf(requests)
      expect(arrivals).toHaveLength(requests.length)
      expect(mostInASecond(arrivals)).toBeLessThanOrEqual(5)
    }),
    { numRuns: 200 },
  )
})

/** Notes who left when, each answered after 30 ms. */
function line() {
  const limiter = createLimiter(5)
  const left: { who: string; at: number }[] = []
  const ask = (priority: Priority, who: string = priority, signal?: AbortSignal) =>
    limiter.turn(priority, signal).then((answered) => {
      left.push({ who, at: performance.now() })
      setTimeout(answered, 30)
    })
  const flood = (priority: Priority, count: number) => {
    for (let at = 0; at < count; at++) void ask(priority)
  }
  return { limiter, left, ask, flood }
}

test('five people at once are all let go at once', async () => {
  const { left, flood } = line()
  flood('person', 5)
  await vi.advanceTimersByTimeAsync(0)
  expect(left).toHaveLength(5)
})

test('a run alone keeps 0.95 of CMR’s pace, though every timer is a little late', async () => {
  const { left, flood } = line()
  flood('bulk', 101)
  await vi.advanceTimersByTimeAsync(60_000)
  const [first, last] = [left[0]?.at ?? 0, left[100]?.at ?? Number.POSITIVE_INFINITY]
  expect(100_000 / (last - first)).toBeGreaterThanOrEqual(0.95 * 5)
})

test('during a run a person waits for one place, not for a whole window', async () => {
  const { left, ask, flood } = line()
  flood('bulk', 500)
  for (let moment = 0; moment < 40; moment++) {
    await vi.advanceTimersByTimeAsync(1300 + moment * 7)
    const asked = performance.now()
    await Promise.all([ask('person', `person ${moment}`), vi.advanceTimersByTimeAsync(1000)])
    const went = left.find(({ who }) => who === `person ${moment}`)?.at ?? Number.POSITIVE_INFINITY
    expect(went - asked).toBeLessThanOrEqual(250)
  }
})

test('ten people during a run are all served within two and a half seconds', async () => {
  const { left, flood } = line()
  flood('bulk', 500)
  await vi.advanceTimersByTimeAsync(5000)
  const asked = performance.now()
  flood('person', 10)
  await vi.advanceTimersByTimeAsync(3000)
  const people = left.filter(({ who }) => who === 'person')
  expect(people).toHaveLength(10)
  expect((people.at(-1)?.at ?? 0) - asked).toBeLessThan(2500)
})

test('nobody starves: a job that nobody watches goes on during a run, and a run while people keep asking', async () => {
  const { left, flood } = line()
  for (const one of ['person', 'bulk', 'background'] as const) flood(one, 200)
  await vi.advanceTimersByTimeAsync(30_000)
  const share = (who: string) => left.filter((one) => one.who === who).length / left.length
  expect(share('person')).toBeGreaterThan(0.85)
  expect(share('bulk')).toBeGreaterThanOrEqual(0.04)
  expect(share('background')).toBeGreaterThanOrEqual(0.04)
})

test('a process that has just begun first waits out what the one before it may have sent', async () => {
  vi.useRealTimers()
  vi.useFakeTimers()
  // Five that left as the other one was killed, and were half a second on their way.
  const before = Array(5).fill(500)
  const arrivals = await arrivalsOf(Array(8).fill({ priority: 'person', after: 0, travel: 0, answer: 30 }))
  expect(mostInASecond([...before, ...arrivals])).toBe(5)
  expect(arrivals[0]).toBeLessThan(1600)
})

test('a 429 stops everybody for as long as CMR says', async () => {
  const { limiter, left, flood } = line()
  flood('bulk', 20)
  await vi.advanceTimersByTimeAsync(1000)
  const before = left.length
  limiter.pause(4000)
  flood('person', 2)
  await vi.advanceTimersByTimeAsync(3990)
  expect(left).toHaveLength(before)
  await vi.advanceTimersByTimeAsync(100)
  expect(left.length).toBeGreaterThan(before)
})

test('where CMR wants quiet for a minute, people are told at once and the run waits', async () => {
  const { limiter, left, ask, flood } = line()
  flood('person', 5)
  const waiting = expect(ask('person')).rejects.toBeInstanceOf(PausedError)
  limiter.pause(60_000)
  await waiting
  await expect(ask('person')).rejects.toMatchObject({ retryAfterSeconds: 60 })
  void ask('bulk')
  await vi.advanceTimersByTimeAsync(61_000)
  expect(left.at(-1)?.who).toBe('bulk')
})

test('who gives up waiting takes nobody’s place', async () => {
  const { left, ask, flood } = line()
  flood('person', 5)
  const deadlines = new AbortController()
  const given = expect(ask('person', 'gave up', deadlines.signal)).rejects.toThrow('enough')
  void ask('person', 'patient')
  deadlines.abort(new Error('enough'))
  await given
  await vi.advanceTimersByTimeAsync(1100)
  expect(left.map(({ who }) => who)).toEqual([...Array(5).fill('person'), 'patient'])
})

test('a pause of a day lasts five minutes; then one request at a time finds out whether it is over', async () => {
  const { limiter, left, flood, ask } = line()
  limiter.pause(86_400_000)
  await expect(ask('person')).rejects.toMatchObject({ retryAfterSeconds: 300 })
  const trials: (() => void)[] = []
  for (let at = 0; at < 5; at++)
    void limiter.turn('bulk').then((answered) => {
      trials.push(answered)
    })
  await vi.advanceTimersByTimeAsync(299_000)
  expect(trials).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(trials).toHaveLength(1)
  limiter.pause(86_400_000)
  trials[0]?.()
  await vi.advanceTimersByTimeAsync(305_000)
  expect(trials).toHaveLength(2)
  // One that is never answered tells nothing: the next one tries.
  await vi.advanceTimersByTimeAsync(31_000)
  expect(trials).toHaveLength(3)
  trials[2]?.()
  flood('person', 3)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(left).toHaveLength(3)
  expect(limiter.pausedMs()).toBe(0)
})

test('somebody who ends a pause lets one request out, not all', async () => {
  const { limiter, left, flood } = line()
  limiter.pause(86_400_000)
  expect(limiter.pausedMs()).toBeGreaterThan(299_000)
  limiter.endPause()
  flood('person', 4)
  await vi.advanceTimersByTimeAsync(10)
  expect(left).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(left).toHaveLength(4)
})
