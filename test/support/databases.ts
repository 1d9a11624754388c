import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'

const urls: Record<string, () => Promise<string>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cmr-store-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return `file:${join(folder, 'cmr.db')}`
  },
  ...(inject('postgresUrl') && { postgres: ownDatabase }),
}

async function ownDatabase(): Promise<string> {
  const url = inject('postgresUrl')
  const name = `t${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return url.replace(/\/postgres$/, `/${name}`)
}

/** The databases that can be tested here. */
export const dialects = Object.keys(urls)

/** The `DATABASE_URL` of a database of the test's own. */
export async function testUrl(dialect: string): Promise<string> {
  const url = await urls[dialect]?.()
  if (!url) throw new Error(`There is no ${dialect} here`)
  return url
}

/** A store of the test's own, closed and gone when it ends. */
export async function openTestStore(dialect: string): Promise<Store> {
  const store = await openStore(await testUrl(dialect))
  onTestFinished(() => store.close())
  return store
}
