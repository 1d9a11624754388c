import { enableCompileCache } from 'node:module'

// The bot of the playground: the same as `main.ts`, with a clock that its parent process moves.
enableCompileCache()
const { runBot } = await import('./run-bot.ts')

/** What the parent sends; each is answered with its id once it is done. */
interface ClockMessage {
  readonly id: number
  /** How far the clock is ahead of the machine's, in milliseconds. */
  readonly aheadMs?: number
  /** Whether to do what has become due. */
  readonly catchUp?: boolean
}

let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0)
const bot = runBot({ clock: () => new Date(Date.now() + aheadMs) })

process.on('message', async (message: ClockMessage) => {
  aheadMs = message.aheadMs ?? aheadMs
  if (message.catchUp) await (await bot).catchUp()
  process.send?.({ done: message.id })
})
