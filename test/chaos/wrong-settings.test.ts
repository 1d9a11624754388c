import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeFolder } from '../support/folder.ts'
import { startWorld } from '../support/world.ts'

const needed = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'secret',
  SLACK_API_URL: 'http://127.0.0.1:9',
  CMR_API_KEY: 'key',
  CMR_API_URL: 'http://127.0.0.1:9',
  PORT: '0',
  HOST: '127.0.0.1',
}

/** Runs a program of ours in a folder until it ends. */
async function ends(program: string, env: Record<string, string>, cwd: string) {
  const path = fileURLToPath(new URL(`../../src/${program}`, import.meta.url))
  const child = spawn(process.execPath, [path], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { code, said }
}

function folderWith() {
  const folder = makeFolder('settings')
  writeFileSync(join(folder, 'text'), 'This is no database. '.repeat(100))
  mkdirSync(join(folder, 'inner'))
  return folder
}

test.each([
  ['a folder', 'DATABASE_URL', 'file:inner', /file:PATH of a database/],
  ['a file that is no database', 'DATABASE_URL', 'file:text', /file:PATH of a database/],
  ['a path through a file', 'DATABASE_URL', 'file:text/cmr.db', /file:PATH of a database/],
  ['a name of no machine', 'HOST', 'no-such-host.invalid', /an address of this machine/],
  ['an address of another machine', 'HOST', '192.0.2.1', /an address of this machine/],
])('%s as %s ends the start with what is expected', { timeout: 60_000 }, async (_, name, value, expected) => {
  const folder = folderWith()
  const { code, said } = await ends(
    'main.ts',
    { ...needed, DATABASE_URL: 'file:cmr.db', [name]: value },
    folder,
  )
  expect(said).toMatch(new RegExp(`Wrong settings:\n  ${name}: expected ${expected.source}`))
  expect(said).not.toContain(value)
  expect(code).toBe(78)
})

test('the migration takes its database from .env, as the bot does', async () => {
  const folder = folderWith()
  writeFileSync(join(folder, '.env'), 'DATABASE_URL=file:text\n')
  expect(await ends('migrate.ts', {}, folder)).toEqual({
    code: 78,
    said: '✗ DATABASE_URL: expected file:PATH of a database, in a folder that the bot may write to\n',
  })
  const url = { DATABASE_URL: 'mysql://host/cmr' }
  expect(await ends('migrate.ts', url, folder)).toEqual({
    code: 78,
    said: '✗ DATABASE_URL: expected file:PATH or postgres://…\n',
  })
  expect(await ends('migrate.ts', { DATABASE_URL: 'file:new.db' }, folder)).toEqual({
    code: 0,
    said: 'The sqlite database is up to date.\n',
  })
})

test('a setting that is missing or wrong is named, and the bot ends with 78', async () => {
  const wrong = { PORT: 'many', CMR_TIMEZONE: 'Mars/Base', SLACK_BOT_TOKEN: 'secret-value' }
  const { code, said } = await ends('main.ts', wrong, folderWith())
  expect(code).toBe(78)
  for (const name of ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'CMR_API_KEY', 'PORT', 'CMR_TIMEZONE'])
    expect(said).toContain(name)
  expect(said).not.toMatch(/secret-value|Mars|many/)
})

test('a correction that renames the list of a renewal ends the start with 78', async () => {
  const folder = folderWith()
  writeFileSync(
    join(folder, 'endpoints.json'),
    JSON.stringify({ 'domains.renew': { rename: { domains: 'domainNames' } } }),
  )
  const { code, said } = await ends(
    'main.ts',
    { ...needed, DATABASE_URL: 'file:cmr.db', CMR_ENDPOINTS_FILE: 'endpoints.json' },
    folder,
  )
  expect(code).toBe(78)
  expect(said).toContain('domains.renew must keep the field “domains”')
})

test('the doctor ends with 0 where nothing is to fix, with 1 where something is, and with 78 without settings', async () => {
  const { env } = await startWorld()
  const folder = folderWith()
  expect(await ends('doctor.ts', env, folder)).toMatchObject({
    code: 0,
    said: expect.stringContaining('All is well.'),
  })
  expect(await ends('doctor.ts', { ...env, CMR_API_KEY: 'wrong' }, folder)).toMatchObject({
    code: 1,
    said: expect.stringContaining('✗ CMR API key: CMR refuses the API key'),
  })
  expect(await ends('doctor.ts', {}, folder)).toMatchObject({
    code: 78,
    said: expect.stringContaining('✗ CMR_API_KEY: expected'),
  })
})
