import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { makeFolder } from '../support/folder.ts'
import { startWorld } from '../support/world.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What is deployed. */
const deployed = ['package.json', 'package-lock.json', 'Procfile', 'manifest.yml', 'src']

type Packages = Record<string, { readonly dev?: boolean; readonly optional?: boolean }>
const packagesIn = (file: string): Packages => JSON.parse(readFileSync(file, 'utf8')).packages

test('a production install holds no development dependency, and the bot starts from it', {
  timeout: 300_000,
}, async () => {
  const folder = makeFolder('production')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const one of deployed) cpSync(join(root, one), join(folder, one), { recursive: true })
  // As on a server: its own Node, and nothing of the environment of this test.
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: process.env.HOME ?? '/' }
  execFileSync('npm', ['ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    env,
  })

  const locked = Object.entries(packagesIn(join(root, 'package-lock.json'))).filter(([path]) => path)
  const paths = (of: typeof locked) => of.map(([path]) => path)
  const development = paths(locked.filter(([, { dev }]) => dev))
  const needed = paths(locked.filter(([, { dev, optional }]) => !dev && !optional))
  expect(development).toEqual(expect.arrayContaining(['node_modules/node', 'node_modules/vitest']))
  expect(development.filter((path) => existsSync(join(folder, path)))).toEqual([])
  expect(needed.filter((path) => !existsSync(join(folder, path)))).toEqual([])
  const installed = packagesIn(join(folder, 'node_modules/.package-lock.json'))
  expect(Object.keys(installed).filter((path) => installed[path]?.dev)).toEqual([])

  const world = await startWorld({ withBot: false })
  const child = spawn('npm', ['start'], { cwd: folder, env: { ...env, ...world.env }, detached: true })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
  })
  await eventually(async () => expect((await fetch(`${world.botUrl}/healthz`)).status).toBe(200))
  await world.say('/cmr wallet get')
  await world.sees(/The wallet holds \$/)
  expect(await world.webhook({ event: 'domain.expired', eventId: 'E1', data: { domain: 'acme.com' } })).toBe(
    200,
  )
})
