import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const production = new URL('../../src/main.ts', import.meta.url)

/** As `npm start` and the Procfile have it: the young generation stays below 50 MB. */
const flags = ['--max-semi-space-size=16']

/**
 * The bot in a process of its own, which answers once this resolves.
 * @param program that starts it; as in production unless told otherwise
 * @param onLog takes what it logs
 */
export async function startProcess(
  world: { env: Record<string, string>; botUrl: string },
  program = production,
  onLog: (text: string) => void = () => undefined,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...flags, fileURLToPath(program)], {
    env: { PATH: process.env.PATH ?? '', ...world.env },
    // Not where a developer's `.env` lies.
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout?.setEncoding('utf8').on('data', onLog)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const until = Date.now() + 60_000
  while (!(await isUp(world.botUrl))) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the bot does not come up: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return child
}

/** As a power cut would. */
export async function killProcess(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function isUp(botUrl: string): Promise<boolean> {
  return fetch(`${botUrl}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
