import type { Service, Worker } from '../process/background-loop.ts'
import { type Monotonic, withTimeout } from '../process/clock.ts'
import { addMilliseconds } from '../process/dates.ts'
import type { Store } from '../store/store.ts'

/** The result of one health check. */
export interface Check {
  readonly name: string
  readonly serves: Service
  readonly ok: boolean
  /** A sentence. */
  readonly tells: string
  /** True if `/readyz` is red because of it. */
  readonly stopsService: boolean
  /** True if Slack or CMR refuses one of the bot's keys, so that nothing but a new one helps. */
  readonly isKeyRefused?: true
}

/** The bot's health as `/cmr status` and `/readyz` tell it. */
export interface Status {
  readonly checks: readonly Check[]
  readonly lastWebhookAt?: Date | undefined
  /** How many changes reading CMR has found since then; undefined where nobody reads it. */
  readonly changesFound?: number | undefined
  readonly waiting: number
  readonly failed: number
  readonly since: Date
}

/** The figures about events and alerts that health reads. */
export interface EventStats {
  lastEventAt(): Promise<Date | undefined>
  /** Left out where nobody reads CMR. */
  changesFound?(since: Date): Promise<number>
  outbox(): Promise<{ readonly waiting: number; readonly failed: number }>
}

/**
 * Something that the bot depends on, or that an operator should know.
 *
 * @example { name: 'Refused webhooks', serves: 'alerts', look: async () => {
 *   if (refused > 0) throw new Error(`${refused} webhooks were refused in the last hour: …`)
 *   return 'none was refused in the last hour'
 * } }
 */
export interface HealthCheck {
  /** The name in `/readyz`, `/cmr status` and the label of the metric. */
  readonly name: string
  /** The part of the product that may fail with it: people read that, and not the name. */
  readonly serves: Service
  /**
   * Looks, and returns a sentence about what it saw.
   * @throws an Error whose message says what is wrong. It is public: no secret, no name of a customer
   */
  readonly look: () => Promise<string>
  /** True if an error makes `/readyz` red; false for a warning. */
  readonly stopsService?: (error: unknown) => boolean
  /** True if an error means that a key of the bot's is refused; its message says which, and what to do. */
  readonly isKeyRefused?: (error: unknown) => boolean
  /** Milliseconds during which `/readyz` and `/metrics` repeat the last result; 0 checks each time. */
  readonly keptMs?: number
}

/** The results of all checks. */
export interface Health {
  /** Every check, as `/readyz` and `/metrics` need it: cheap however often it is asked. */
  checks(): Promise<Check[]>
  /** The same for a person: everything is looked at now. */
  status(): Promise<Status>
}

/** Whoever asks `/readyz` gives up after about that long. */
const LOOK_MS = 3000

/**
 * Looks at everything that the bot depends on.
 * @param parts.checks the informational ones too; a failing check makes `/readyz` red where it says so itself
 * @param parts.workers red where one does not run, or says that it cannot do its work
 */
export function createHealth(parts: {
  readonly store: Store
  readonly events: EventStats
  readonly checks: readonly HealthCheck[]
  readonly workers: readonly Worker[]
  readonly since: Date
  readonly monotonic: Monotonic
}): Health {
  const { store, events, workers, since, monotonic } = parts
  const all = [storeCheck(store), ...parts.checks, ...workers.map(workerCheck)].map((check) =>
    remembered(check, monotonic),
  )
  return {
    checks: () => Promise.all(all.map((check) => check(false))),
    async status() {
      const [checks, stats, lastWebhookAt] = await Promise.all([
        Promise.all(all.map((check) => check(true))),
        events.outbox().catch(() => ({ waiting: 0, failed: 0 })),
        events.lastEventAt().catch(() => undefined),
      ])
      const changesFound =
        lastWebhookAt && (await events.changesFound?.(lastWebhookAt).catch(() => undefined))
      return { checks, lastWebhookAt, changesFound, ...stats, since }
    },
  }
}

/**
 * Makes a check of something that only has to be known.
 * @param trouble what is wrong, as a sentence; undefined where nothing is
 * @param well what to say then
 */
export function informational(
  name: string,
  serves: Service,
  trouble: () => Promise<string | undefined>,
  well: string,
): HealthCheck {
  const look = async () => {
    const sentence = await trouble()
    if (sentence) throw new Error(sentence)
    return well
  }
  return { name, serves, look }
}

const always = () => true

function storeCheck(store: Store): HealthCheck {
  const look = async () => {
    await store.ping()
    return store.dialect
  }
  return { name: 'Store', serves: 'commands', look, stopsService: always }
}

function workerCheck(worker: Worker): HealthCheck {
  const trouble = async () => (worker.running() ? worker.trouble?.() : 'not running')
  return { ...informational(worker.name, worker.serves, trouble, 'running'), stopsService: always }
}

/** Looks at most once at a time, and as rarely as the check says unless somebody wants it anew. */
function remembered(check: HealthCheck, monotonic: Monotonic): (anew: boolean) => Promise<Check> {
  let last: { readonly at: number; readonly seen: Promise<Check>; over: boolean } | undefined
  return (anew) => {
    const now = monotonic()
    if (last && (!last.over || (!anew && now - last.at < (check.keptMs ?? 0)))) return last.seen
    const begun = { at: now, seen: seenBy(check), over: false }
    begun.seen.finally(() => {
      begun.over = true
    })
    last = begun
    return begun.seen
  }
}

async function seenBy({ name, serves, look, stopsService, isKeyRefused }: HealthCheck): Promise<Check> {
  try {
    const tells = await withTimeout(look(), LOOK_MS)
    if (tells === undefined) throw new Error(`no answer within ${LOOK_MS / 1000} s`)
    return { name, serves, ok: true, tells, stopsService: false }
  } catch (error) {
    const tells = error instanceof Error ? error.message : String(error)
    const refused = isKeyRefused?.(error) ? ({ isKeyRefused: true } as const) : {}
    return { name, serves, ok: false, tells, stopsService: stopsService?.(error) ?? false, ...refused }
  }
}

/** Something that Slack or CMR keeps waiting. */
interface Wait {
  /** "three alerts for C1" */
  readonly what: string
  /** The remaining time, in milliseconds. */
  readonly ms: number
  /** The end of a sentence. */
  readonly why: string
}

/** Something that may have to wait for Slack or CMR. */
export interface Waiting {
  waits(): Promise<readonly Wait[]>
  /** Asks again at once: a person says that Slack or CMR is well. */
  endWaits(): void
}

/** Shorter waits are the ordinary pace of Slack and CMR. */
const WORTH_TELLING_MS = 5000

/**
 * Makes the health check that tells what waits, until when and why.
 * @param all asked for what waits now
 */
export function waitsCheck(all: readonly Waiting[], clock: () => Date): HealthCheck {
  const trouble = async () => {
    const waits = (await Promise.all(all.map((one) => one.waits()))).flat()
    const lines = waits
      .filter(({ ms }) => ms >= WORTH_TELLING_MS)
      .map(({ what, ms, why }) => {
        const until = addMilliseconds(clock(), ms).toISOString().slice(11, 19)
        return `${what}: until ${until} UTC, because ${why}`
      })
    return lines.length > 0 ? `${lines.join('; ')}. /cmr alerts repair ends the wait` : undefined
  }
  return informational('Waits', 'alerts', trouble, 'nothing waits for Slack or CMR')
}
