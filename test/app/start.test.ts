import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = new URL('../..', import.meta.url)
const { scripts, engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const procfile = readFileSync(new URL('Procfile', root), 'utf8').trim().replace('web: ', '')
const ours = ['start', 'playground', 'sandbox', 'migrate', 'doctor', 'docs']
const lines: [string, string][] = [
  ['Procfile', procfile],
  ...ours.map((name): [string, string] => [name, scripts[name]]),
]

/** Runs one of our start lines as if this Node were an older one. */
function runAs(version: string, line: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cmr-node-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const older = join(folder, 'older.cjs')
  writeFileSync(
    older,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  )
  const args = line
    .replace(/^exec /, '')
    .split(' ')
    .slice(1)
  return spawnSync(process.execPath, ['--require', older, ...args], { cwd: root, encoding: 'utf8', env: {} })
}

test.each(lines)('%s says on an older Node which one it needs, in a sentence', (_, line) => {
  const { status, stderr, stdout } = runAs('20.19.4', line)
  expect(stderr).toMatch(/^CMR for Slack needs Node 22\.18 or newer, and this is Node 20\.19\.4\. [^\n]*\n$/)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
})

test('the oldest Node that package.json names is taken', () => {
  expect(engines.node).toBe('>=22.18')
  const guard = procfile.split(' ').slice(0, 3).join(' ')
  for (const version of ['22.18.0', '23.0.0', '24.1.0'])
    expect(runAs(version, `${guard} -e 0`)).toMatchObject({ status: 0, stderr: '' })
  expect(runAs('22.17.9', `${guard} -e 0`).status).toBe(1)
})

const system = '/usr/bin/node'
const isOld =
  existsSync(system) && /^v(18|20)\./.test(execFileSync(system, ['--version'], { encoding: 'utf8' }))

test.runIf(isOld)('the Procfile’s line is a sentence on the old Node of this machine, too', () => {
  const { status, stderr } = spawnSync(system, procfile.split(' ').slice(1), { cwd: root, encoding: 'utf8' })
  expect(stderr).toMatch(/^CMR for Slack needs Node [^\n]*\n$/)
  expect(status).toBe(1)
})

test('every script of ours replaces the shell, which would keep npm’s signals for itself', () => {
  for (const name of ours) expect(scripts[name]).toMatch(/^exec node /)
})
