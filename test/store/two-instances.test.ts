import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../support/folder.ts'

/** Opens the database as a bot does, then reads and writes in one transaction again and again. */
const program = `
  const { openStore } = await import(${JSON.stringify(new URL('../../src/store/store.ts', import.meta.url).href)})
  const store = await openStore(process.argv[1])
  for (let turn = 0; turn < 50; turn++)
    await store.db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('events').selectAll().execute()
      await transaction.insertInto('scratch').values({ filler: 'x' }).execute()
    })
  await store.close()
`

test('instances that start at once on one new SQLite file wait for each other, and none fails', {
  timeout: 60_000,
}, async () => {
  const url = `file:${join(makeFolder('instances'), 'cmr.db')}`
  const ends = Array.from({ length: 4 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, url])
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    return { code, isLocked: said.includes('database is locked') }
  })
  expect(await Promise.all(ends)).toEqual(ends.map(() => ({ code: 0, isLocked: false })))
})
