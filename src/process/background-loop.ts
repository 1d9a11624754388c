import type { Logger } from 'pino'
import { type BackOff, backOffMs } from './retries.ts'

/** A part of the product as people use it, which fails with the workers and dependencies that serve it. */
export type Service = 'commands' | 'alerts' | 'changes' | 'renewals' | 'imports'

/** Something that goes on in the background for as long as the bot runs. */
export interface Worker {
  /** As `/readyz`, the metrics and, for admins, `/cmr status` name it. */
  readonly name: string
  readonly serves: Service
  start(): Promise<void>
  /** Takes no more, finishes what it is doing. */
  stop(): Promise<void>
  /** Gives back what it has leased although it is not done: when the time for stopping is over. */
  handBack?(): Promise<void>
  /** Does at once what is due by the bot's clock, which has been moved; left out where nothing depends on it. */
  catchUp?(): Promise<void>
  running(): boolean
  /**
   * Why it cannot do its work at all although it runs; nothing where it can. `/readyz` is red because of it: what
   * only has to be known is a `HealthCheck` of its own.
   */
  trouble?(): Promise<string | undefined>
}

/** Failing rounds come further and further apart, up to this. */
const LONGEST_MS = 5000

/** Every pause is multiplied by it. */
let pauseFactor = 1

/** Shortens the pauses of all loops, for tests that would otherwise wait for the next round. */
export function shortenPauses(factor: number): void {
  pauseFactor = factor
}

interface BackgroundLoop extends Worker {
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

/** Logs an error once for as long as it repeats: a full disk would otherwise fill the log every second. */
interface ErrorLog {
  log(error: unknown, message: string): void
  /** The work succeeded: the same error is worth a line again. */
  clear(): void
}

export function createErrorLog(logger: Logger): ErrorLog {
  let last: string | undefined
  return {
    log(error, message) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== last) logger.error({ err: error }, message)
      last = reason
    },
    clear() {
      last = undefined
    },
  }
}
