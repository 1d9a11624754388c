import { signWebhook } from '../cmr/webhooks.ts'
import { newId } from './world.ts'

/** A webhook and what became of it, as CMR's dashboard lists them. */
export interface Delivery {
  readonly id: string
  readonly event: string
  delivered: boolean
  outcome: string
  tries: number
}

/** How webhooks are sent: as documented, or with faults. `held` keeps them back until the mode changes. */
export type Mode = 'normal' | 'lost' | 'late' | 'doubled' | 'reordered' | 'held'
export const modes: readonly Mode[] = ['normal', 'lost', 'late', 'doubled', 'reordered', 'held']

/** Waits before the second and the third try ("Webhooks"); milliseconds. */
const WAITS = [30_000, 300_000]
/** CMR waits a minute for a 200. */
const ANSWER_MS = 60_000
const KEPT = 100

/** Whose time a webhook carries: that of the machine, or the sandbox's own for a receiver whose clock moves with it. */
export type SigningClock = 'machine' | 'sandbox'

export interface Deliveries {
  readonly log: Delivery[]
  /** @param settings.lose how many of them get lost, 0 to 1 */
  configure(settings: { url?: string; mode?: Mode; lose?: number; clock?: SigningClock }): void
  /** The share of webhooks that get lost, 0 to 1. */
  lose(): number
  /** How many are sent at this moment and not answered yet. */
  onTheirWay(): number
  /** @param envelope the whole body */
  send(event: string, envelope: unknown, eventId?: string): void
  stop(): void
}

/**
 * Sends webhooks, signed, in three tries.
 * @param options.pace factor on the waits between tries; 0 tries at once
 */
export function createDeliveries(options: {
  url: string | undefined
  secret: string
  pace: number
  /** The sandbox's clock. */
  now: () => Date
}): Deliveries {
  let { url } = options
  let mode: Mode = 'normal'
  let lose = 0
  let clock: SigningClock = 'machine'
  let held: (() => void)[] = []
  let onTheirWay = 0
  const log: Delivery[] = []
  const timers = new Set<NodeJS.Timeout>()

  function after(ms: number, job: () => void) {
    const timer = setTimeout(() => {
      timers.delete(timer)
      job()
    }, ms)
    timer.unref()
    timers.add(timer)
  }

  async function attempt(delivery: Delivery, body: string): Promise<void> {
    delivery.tries++
    onTheirWay++
    const outcome = await post(body).finally(() => onTheirWay--)
    delivery.delivered = outcome === '200'
    const wait = WAITS[delivery.tries - 1]
    delivery.outcome = delivery.delivered || wait === undefined ? outcome : `${outcome}, tries again`
    if (!delivery.delivered && wait !== undefined)
      after(wait * options.pace, () => void attempt(delivery, body))
  }

  async function post(body: string): Promise<string> {
    if (!url) return 'no address'
    try {
      const headers = {
        ...signWebhook({
          body,
          secret: options.secret,
          now: clock === 'sandbox' ? options.now() : new Date(),
        }),
        'content-type': 'application/json',
      }
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      await response.body?.cancel()
      return String(response.status)
    } catch (error) {
      return error instanceof DOMException ? 'timed out' : 'not reachable'
    }
  }

  return {
    log,
    lose: () => lose,
    onTheirWay: () => onTheirWay,
    configure(settings) {
      url = settings.url ?? url
      lose = settings.lose ?? lose
      clock = settings.clock ?? clock
      if (!settings.mode) return
      mode = settings.mode
      const released = mode === 'held' ? [] : held
      if (mode !== 'held') held = []
      for (const send of mode === 'reordered' ? released.reverse() : released) send()
    },
    send(event, envelope, eventId = newId()) {
      const delivery: Delivery = { id: eventId, event, delivered: false, outcome: 'on its way', tries: 0 }
      log.push(delivery)
      log.splice(0, log.length - KEPT)
      const body = JSON.stringify(envelope)
      const go = () => void attempt(delivery, body)
      if (mode === 'lost' || Math.random() < lose) delivery.outcome = 'lost'
      else if (mode === 'held') held.push(go)
      else if (mode === 'late') after(60_000 * options.pace, go)
      else if (mode === 'reordered') after(Math.random() * 3000, go)
      else for (let copies = mode === 'doubled' ? 2 : 1; copies > 0; copies--) go()
    },
    stop() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
