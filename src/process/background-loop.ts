import type { Logger } from 'pino'
import { type BackOff, backOffMs } from './back-off.ts'
import { createErrorLog } from './error-log.ts'
import type { Service, Worker } from './worker.ts'

/** Failing rounds come further and further apart, up to this. */
const LONGEST_MS = 5000

/** Every pause is multiplied by it. */
let pauseFactor = 1

/** Shortens the pauses of all loops, for tests that would otherwise wait for the next round. */
export function shortenPauses(factor: number): void {
  pauseFactor = factor
}

export interface BackgroundLoop extends Worker {
  /** Runs the next round in so many milliseconds, or earlier if that is planned already. */
  wake(ms?: number): void
  /** Runs a round at once, after the one under way, and waits for its end: the clock has been moved. */
  catchUp(): Promise<void>
  /** Aborted once the loop is to stop. */
  readonly signal: AbortSignal
}

/**
 * Runs rounds one after the other from its start to its stop, with a pause between them. Stopping ends the pause at
 * once and waits for the round under way; `stopWithin` gives that a deadline.
 * @param parts.round returns the milliseconds to the next round; `everyMs` where it returns nothing
 * @param parts.onError what the log says when a round fails, once for as long as the same error repeats
 * @param parts.backOff how the pauses grow while rounds fail
 * @example createBackgroundLoop({ name: 'Reminders', serves: 'renewals', everyMs: 5000, round: remind, onError: 'no reminders', logger })
 */
export function createBackgroundLoop(parts: {
  readonly name: string
  readonly serves: Service
  readonly everyMs: number
  readonly round: (() => Promise<void>) | (() => Promise<number>)
  readonly onError: string
  readonly logger: Logger
  readonly backOff?: BackOff
}): BackgroundLoop {
  const { name, serves, everyMs, round, onError } = parts
  const { backOff = { firstMs: everyMs, longestMs: Math.max(everyMs, LONGEST_MS) } } = parts
  const errors = createErrorLog(parts.logger)
  const stopping = new AbortController()
  const { signal } = stopping
  let started = false
  let failures = 0
  let rounds = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let nextAt = Number.POSITIVE_INFINITY

  function wake(inMs = 0) {
    const ms = inMs * pauseFactor
    const at = performance.now() + ms
    if (!started || signal.aborted || at >= nextAt) return
    clearTimeout(timer)
    nextAt = at
    timer = setTimeout(() => {
      nextAt = Number.POSITIVE_INFINITY
      rounds = rounds.then(runRound)
    }, ms)
  }

  async function runRound() {
    if (signal.aborted) return
    try {
      const pause = await round()
      failures = 0
      errors.clear()
      wake(pause ?? everyMs)
    } catch (error) {
      if (signal.aborted) return
      errors.log(error, onError)
      wake(backOffMs(failures++, backOff))
    }
  }

  return {
    name,
    serves,
    signal,
    wake,
    async catchUp() {
      if (!started || signal.aborted) return
      rounds = rounds.then(runRound)
      await rounds
    },
    running: () => started && !signal.aborted,
    async start() {
      started = true
      wake()
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await rounds
    },
  }
}
