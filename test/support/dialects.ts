import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'

/** A database of the test's own on each dialect that there is here. @returns its `DATABASE_URL` */
export const dialects: Record<string, () => Promise<string>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cmr-store-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return `file:${join(folder, 'cmr.db')}`
  },
}
if (inject('postgresUrl')) {
  dialects.postgres = async () => {
    const url = inject('postgresUrl')
    const name = `t${randomUUID().replaceAll('-', '')}`
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`create database ${name}`)
    await client.end()
    return url.replace(/[^/]+$/, name)
  }
}
