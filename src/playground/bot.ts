import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { BotStatus } from './types.ts'

/** The real bot, as a child of the playground. */
export interface BotProcess {
  /** Stops it if it runs, and starts it with these variables on top of the others. */
  restart(env?: Record<string, string>): Promise<void>
  stop(): Promise<void>
  /** Sets how far its clock is ahead of the machine's, in milliseconds; also for every start from now on. */
  setClock(aheadMs: number): Promise<void>
  /** Lets it do what has become due, and waits for that, but not for long. */
  catchUp(): Promise<void>
}

const STOP_MS = 5000
/** A bot that is starting or has stopped does not answer. */
const ANSWER_MS = 3000
const LINES = 12

/**
 * Starts the bot as in production, in this process group, so that Ctrl+C reaches both.
 * @param options.onStatus called whenever it starts, becomes ready or stops
 */
export function createBot(options: {
  readonly env: Record<string, string>
  /** The working directory: one without a `.env` for the real Slack and CMR. */
  readonly folder: string
  readonly port: number
  /** Path of the program. */
  readonly entry: string
  readonly onStatus: (status: BotStatus) => void
}): BotProcess {
  let child: ChildProcess | undefined
  let env = options.env
  let asked = 0

  function start() {
    const lines: string[] = []
    const started = spawn(process.execPath, [options.entry], {
      env: { PATH: process.env.PATH ?? '', ...env },
      cwd: options.folder,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child = started
    options.onStatus({ state: 'starting' })
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.split('\n').filter(Boolean))
        lines.splice(0, lines.length - LINES)
        if (process.env.PLAYGROUND_LOG) process.stderr.write(text)
      })
    }
    started.once('exit', (code) => {
      if (child !== started) return
      const detail = [`The bot ended with exit code ${code ?? 'none'}.`, ...lines].join('\n')
      options.onStatus({ state: 'stopped', detail })
    })
    void untilReady(started)
  }

  async function untilReady(started: ChildProcess) {
    while (child === started && started.exitCode === null) {
      const response = await fetch(`http://127.0.0.1:${options.port}/readyz`).catch(() => undefined)
      if (response?.ok && child === started) return options.onStatus({ state: 'ready' })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async function stop() {
    const stopping = child
    child = undefined
    if (!stopping || stopping.exitCode !== null || stopping.signalCode !== null) return
    const gone = once(stopping, 'exit')
    stopping.kill('SIGTERM')
    const kill = setTimeout(() => stopping.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(kill)
  }

  /** Sends it a message and waits until it answers that it is done. */
  async function ask(message: { aheadMs: number } | { catchUp: true }): Promise<void> {
    const id = ++asked
    const to = child
    if (!to?.connected) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        to.off('message', onMessage)
        to.off('exit', end)
        resolve()
      }
      const timer = setTimeout(end, ANSWER_MS)
      const onMessage = (answer: unknown) => (answer as { done?: number }).done === id && end()
      to.on('message', onMessage)
      to.once('exit', end)
      to.send({ id, ...message })
    })
  }

  let turn = Promise.resolve()
  return {
    stop,
    catchUp: () => ask({ catchUp: true }),
    setClock(aheadMs) {
      env = { ...env, CLOCK_AHEAD_MS: String(aheadMs) }
      return ask({ aheadMs })
    },
    /** Restarts run one after the other: two at once would start two bots on one port. */
    restart(over = {}) {
      turn = turn.then(async () => {
        await stop()
        env = { ...env, ...over }
        start()
      })
      return turn
    },
  }
}
