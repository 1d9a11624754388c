import { randomUUID } from 'node:crypto'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import { makeFolder } from './folder.ts'

const urls: Record<string, (isEmpty: boolean) => Promise<string>> = {
  sqlite: async (isEmpty) => {
    const folder = makeFolder('store')
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return isEmpty ? `file:${join(folder, 'cmr.db')}` : newDatabaseIn(folder)
  },
  ...(inject('postgresUrl') && { postgres: ownDatabase }),
}

/** Puts a SQLite database whose tables are up to date into a folder. @returns its `DATABASE_URL` */
export function newDatabaseIn(folder: string): string {
  const path = join(folder, 'cmr.db')
  copyFileSync(inject('sqliteTemplate'), path)
  return `file:${path}`
}

async function ownDatabase(isEmpty: boolean): Promise<string> {
  const url = inject('postgresUrl')
  const name = `t${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create database ${name} template ${isEmpty ? 'template0' : inject('postgresTemplate')}`)
  await client.end()
  return url.replace(/\/postgres$/, `/${name}`)
}

/** The databases that can be tested here. */
export const dialects = Object.keys(urls)

/**
 * Returns the `DATABASE_URL` of a database of the test's own.
 * @param options.isEmpty whether even its tables are missing, which the bot's start makes
 */
export async function testUrl(
  dialect: string,
  options: { readonly isEmpty?: boolean } = {},
): Promise<string> {
  const url = await urls[dialect]?.(options.isEmpty ?? false)
  if (!url) throw new Error(`There is no ${dialect} here`)
  return url
}

/** Opens a store of the test's own, which is closed and gone when the test ends. */
export async function openTestStore(dialect: string): Promise<Store> {
  const store = await openStore(await testUrl(dialect))
  onTestFinished(() => store.close())
  return store
}

/** Everything in every table of a database, as one text. */
export async function everyRow(url: string): Promise<string> {
  const store = await openStore(url)
  try {
    const tables = await store.db.introspection.getTables()
    const rows = tables.map(({ name }) =>
      store.db
        .selectFrom(name as never)
        .selectAll()
        .execute(),
    )
    return JSON.stringify(await Promise.all(rows))
  } finally {
    await store.close()
  }
}
