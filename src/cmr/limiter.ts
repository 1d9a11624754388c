import { waitInWords } from '../process/retries.ts'

/** Who waits for a request: a person, a run that a person watches, a job that nobody watches. */
export type Priority = 'person' | 'bulk' | 'background'

/** In the order in which they go. */
const priorities: readonly Priority[] = ['person', 'bulk', 'background']

/** Hands out permission to send, never more than so many a second. */
interface Limiter {
  /**
   * Resolves when a request may leave, which it must then do at once.
   * @returns to be called when its answer begins, after `pause` where it is a 429: by then CMR has counted it
   * @throws PausedError where a person would wait longer than a person does; the signal's reason if it is aborted
   */
  turn(priority: Priority, signal?: AbortSignal): Promise<() => void>
  /**
   * CMR said 429: nobody sends anything for so long, but never longer than `LONGEST_PAUSE_MS`. After a pause of that
   * length one request at a time finds out whether it is over; with its first other answer all go on.
   */
  pause(ms: number): void
  /** Milliseconds that are left of a pause; 0 where there is none. */
  pausedMs(): number
  /** Ends a pause because a person says so: one request finds out whether CMR agrees. */
  endPause(): void
}

/** CMR wants quiet for longer than a person waits; nothing was sent. */
export class PausedError extends Error {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    const wait = waitInWords(retryAfterSeconds)
    super(`CMR asked the bot to pause. The bot asks again in ${wait}, with the next command.`)
    this.name = 'PausedError'
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** CMR counts what arrived within the last second ("Rate limits"). */
const WINDOW_MS = 1000
/** How much longer one request may travel than another without anybody noticing. */
const JITTER_MS = 40
/** No request travels longer: a new connection, a machine that is busy. */
const JOURNEY_MS = 500
/** Except the first ones of all: a name to be looked up, code that has never run. */
const FIRST_JOURNEY_MS = 1000
/** Clocks do not tick at the same moment. */
const MARGIN_MS = 5
/** What runs leave of each second, so that small delays do not push them off their even steps. */
const SLACK_MS = 20
/** A timer that late is caught up with; without that, small delays would add up over a long run. */
const LATENESS_MS = 10
/** Whoever waits gets at least one of so many turns, whatever goes before. */
const SHARE = 20
/** How many answers tell what is usual. */
const REMEMBERED = 20
/** CMR that names a day may be well again in minutes; asking costs one request. */
export const LONGEST_PAUSE_MS = 5 * 60_000
/** A request that finds out whether a pause is over, and has no answer by then, tells nothing: another one does. */
const TRIAL_MS = 30_000
/** Longer than that a person is told rather than kept. */
const LONGEST_WAIT_MS = 10_000

interface Waiter {
  go(answered: () => void): void
  refuse(reason: unknown): void
}

/** A request that CMR may still count. */
interface CountedRequest {
  readonly left: number
  /** How much later than that it may have arrived. */
  late: number
}

/**
 * The heart of "within 5 requests a second": one for everything that is sent with a key.
 *
 * CMR counts requests when they arrive, so the arrival time matters. Nobody tells us, but its answer says
 * when it was there at the latest: one that took longer than answers take at least may have been that much longer
 * on its way, and keeps its place in the window for that much longer.
 *
 * People may use up the window at once. Runs and background jobs are spaced evenly instead, so that there is
 * always a place about to become free: a person waits for one of those, not for a whole window.
 *
 * @param requestsPerSecond CMR allows 5 a key, for everything together ("Rate limits")
 */
export function createLimiter(requestsPerSecond: number): Limiter {
  const spacing = (WINDOW_MS + SLACK_MS) / requestsPerSecond
  const waiting: Record<Priority, Waiter[]> = { person: [], bulk: [], background: [] }
  const passedOver: Record<Priority, number> = { person: 0, bulk: 0, background: 0 }
  let sent: CountedRequest[] = []
  /** How long the latest answers took. */
  let answers: number[] = []
  let evenly = 0
  // What the process before this one sent at its very end CMR still counts. The clock begins with the process.
  let pausedUntil = countedUntil({ left: 0, late: JOURNEY_MS })
  let isPaused = false
  /** After a long pause: until one request has come back without 429. */
  let isTrying = false
  let triedAt: number | undefined
  let timer: NodeJS.Timeout | undefined

  /** Lets go whoever may, and comes back when the next one may. */
  function proceed() {
    clearTimeout(timer)
    for (let next = nextInLine(); next; next = nextInLine()) {
      const now = performance.now()
      const due = dueAt(next, now)
      if (due > now) {
        timer = setTimeout(proceed, Math.ceil(due - now))
        return
      }
      release(next, now)
    }
  }

  function nextInLine(): Priority | undefined {
    const hungry = priorities.filter((priority) => waiting[priority].length > 0)
    return hungry.find((priority) => passedOver[priority] >= SHARE - 1) ?? hungry[0]
  }

  function dueAt(priority: Priority, now: number): number {
    sent = sent.filter((one) => countedUntil(one) > now)
    const window = sent.length < requestsPerSecond ? 0 : Math.min(...sent.map(countedUntil))
    const trial = isTrying && triedAt !== undefined ? triedAt + TRIAL_MS : 0
    return Math.max(window, pausedUntil, trial, priority === 'person' ? 0 : evenly)
  }

  function countedUntil({ left, late }: CountedRequest): number {
    return left + late + WINDOW_MS + MARGIN_MS
  }

  function release(priority: Priority, now: number) {
    for (const other of priorities) if (waiting[other].length > 0) passedOver[other]++
    passedOver[priority] = 0
    if (priority !== 'person') evenly = Math.max(evenly + spacing, now + spacing - LATENESS_MS)
    // As it was when the request left: before anything is known, all of the time may have been the way there.
    const usual = answers.length > 0 ? Math.max(0, Math.min(...answers) - JITTER_MS) : 0
    const longest = answers.length > 0 ? JOURNEY_MS : FIRST_JOURNEY_MS
    const request: CountedRequest = { left: now, late: longest }
    isPaused = false
    const isTrial = isTrying
    if (isTrial) triedAt = now
    sent.push(request)
    waiting[priority].shift()?.go(() => {
      const took = performance.now() - now
      request.late = Math.min(longest, Math.max(took - usual, Math.min(took, JITTER_MS)))
      answers = [...answers, took].slice(-REMEMBERED)
      if (isTrial && triedAt === now) triedAt = undefined
      if (isTrial && !isPaused) isTrying = false
      proceed()
    })
  }

  return {
    turn(priority, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const paused = isPaused ? pausedUntil - performance.now() : 0
        if (priority === 'person' && paused > LONGEST_WAIT_MS) throw new PausedError(Math.ceil(paused / 1000))
        const leave = () => {
          waiting[priority] = waiting[priority].filter((one) => one !== waiter)
          reject(signal?.reason)
          proceed()
        }
        const waiter: Waiter = {
          go(answered) {
            signal?.removeEventListener('abort', leave)
            resolve(answered)
          },
          refuse(reason) {
            signal?.removeEventListener('abort', leave)
            reject(reason)
          },
        }
        signal?.addEventListener('abort', leave, { once: true })
        waiting[priority].push(waiter)
        proceed()
      })
    },
    pause(asked) {
      const ms = Math.min(asked, LONGEST_PAUSE_MS)
      isPaused = true
      if (ms === LONGEST_PAUSE_MS) isTrying = true
      pausedUntil = Math.max(pausedUntil, performance.now() + ms)
      const people = ms > LONGEST_WAIT_MS ? waiting.person.splice(0) : []
      for (const person of people) person.refuse(new PausedError(Math.ceil(ms / 1000)))
      proceed()
    },
    pausedMs: () => (isPaused ? Math.max(0, pausedUntil - performance.now()) : 0),
    endPause() {
      if (!isPaused) return
      isPaused = false
      isTrying = true
      triedAt = undefined
      pausedUntil = performance.now()
      proceed()
    },
  }
}
