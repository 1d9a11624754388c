import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import type { World } from './world.ts'

const entry = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The bot as a process of its own, ready: for what only happens to processes. */
export async function startProcess(world: World): Promise<{ kill(): Promise<void> }> {
  const env = { PATH: process.env.PATH ?? '', ...world.env }
  const child: ChildProcess = spawn(process.execPath, [entry], { env, cwd: '/tmp', stdio: 'ignore' })
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  const ready = async () => {
    const answer = await fetch(`${world.botUrl}/readyz`)
    if (!answer.ok) throw new Error(`not ready: ${answer.status}`)
  }
  await vi.waitFor(ready, { timeout: 30_000, interval: 100 })
  return { kill }
}
