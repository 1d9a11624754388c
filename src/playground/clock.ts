import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, MovingClock } from './types.ts'

const DAY_MS = 86_400_000
/** How long a day's webhooks are waited for. */
const DELIVERED_MS = 10_000
const LOOK_MS = 5

/** The one clock of CMR and the bot. */
export interface PlaygroundClock {
  now(): Date
  /**
   * Moves it on by so many milliseconds, a day at a time: at the end of each day CMR's webhooks have arrived, and the
   * bot has posted what is due. While it moves already, this move follows.
   * @throws for a time that is past
   */
  move(ms: number): Promise<void>
  /** Ends all moves with the day that is passing. */
  stop(): void
}

/**
 * Makes a clock that starts with the machine's.
 * @param parts.askSandbox calls a control path of the sandbox
 * @param parts.bot sets the bot's clock, and lets it do what has become due
 * @param parts.onMove called with every step
 */
export function createClock(parts: {
  readonly askSandbox: (method: string, path: string, body?: Json) => Promise<{ body: unknown }>
  readonly bot: { setClock(aheadMs: number): Promise<void>; catchUp(): Promise<void> }
  readonly onMove: (clock: MovingClock) => void
}): PlaygroundClock {
  const { askSandbox, bot, onMove } = parts
  let aheadMs = 0
  let stops = 0
  let moves = Promise.resolve()
  const now = () => new Date(Date.now() + aheadMs)

  /** The bot's clock goes first: a webhook that carries a later time than the bot's would be refused. */
  async function step(ms: number) {
    aheadMs += ms
    await bot.setClock(aheadMs)
    await askSandbox('POST', '/clock', { advanceMs: ms })
    await delivered()
    await bot.catchUp()
  }

  async function delivered() {
    const until = performance.now() + DELIVERED_MS
    while (performance.now() < until) {
      const { body } = await askSandbox('GET', '/on-its-way')
      if ((body as { count: number }).count === 0) return
      await sleep(LOOK_MS)
    }
  }

  async function walk(ms: number, until: Date, isStopped: () => boolean) {
    try {
      for (let left = ms; left > 0 && !isStopped(); left -= DAY_MS) {
        onMove({ aheadMs, moving: { until: until.toISOString(), share: 1 - left / ms } })
        await step(Math.min(left, DAY_MS))
      }
    } finally {
      onMove({ aheadMs })
    }
  }

  return {
    now,
    stop() {
      stops++
    },
    async move(ms) {
      if (!(ms > 0)) throw new Error('The clock moves forward only')
      const before = stops
      const walked = moves.then(() => walk(ms, new Date(now().getTime() + ms), () => stops > before))
      moves = walked.catch(() => undefined)
      await walked
    },
  }
}
