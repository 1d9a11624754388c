import { Kysely } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAudit } from '../../src/access/audit/audit.ts'
import { lastEventAt } from '../../src/events/store/events.ts'
import { outboxStats } from '../../src/events/store/outbox.ts'
import { unfinishedOperations } from '../../src/operations/store/open-work.ts'
import { changeOperation, intendOperation } from '../../src/operations/store/operations.ts'
import { postgresDialect } from '../../src/store/postgres.ts'
import type { Schema } from '../../src/store/schema.ts'
import { sqliteDialect } from '../../src/store/sqlite.ts'
import { openStore } from '../../src/store/store.ts'
import { dialects, openTestStore, testUrl } from '../support/databases.ts'
import { at, event, take } from '../support/outbox.ts'

describe.each(dialects)('on %s', (dialect) => {
  const opened = () => openTestStore(dialect)

  test('an event is kept once, and told once', async () => {
    const store = await opened()
    await take(store, [event('a'), event('a'), event('b')])
    await take(store, [event('a'), event('c')])
    expect(await outboxStats(store.db)).toEqual({ waiting: 3, failed: 0 })
    expect(await lastEventAt(store.db)).toEqual(at)
  })

  test('a form is submitted once, and again only after a definite failure', async () => {
    const store = await opened()
    const intention = { submissionKey: 'V1', endpoint: 'users.create', actor: 'U1', label: 'Acme', at }
    const id = await intendOperation(store.db, intention)
    expect(await intendOperation(store.db, intention)).toBe('duplicate')
    expect(await unfinishedOperations(store.db, at)).toHaveLength(1)
    await changeOperation(store.db, id, { state: 'unknown' })
    expect(await intendOperation(store.db, intention)).toBe('duplicate')
    await changeOperation(store.db, id, { state: 'failed', submission_key: null })
    expect(await intendOperation(store.db, intention)).not.toBe('duplicate')
  })

  test('forms without a key do not get in each other’s way', async () => {
    const store = await opened()
    const intention = { endpoint: 'users.create', actor: 'U1', label: 'Acme', at }
    expect(await intendOperation(store.db, intention)).not.toBe('duplicate')
    expect(await intendOperation(store.db, intention)).not.toBe('duplicate')
  })

  test('an attempt is in the audit, and opening again changes nothing', async () => {
    const address = await testUrl(dialect)
    const store = await openStore(address)
    await createAudit({ store, keys: ['key'] }).record({
      at,
      actor: 'U1',
      command: 'users.create',
      arguments: { city: 'X' },
      outcome: 'ok',
    })
    await store.close()
    const again = await openStore(address)
    onTestFinished(() => again.close())
    await again.ping()
    const rows = await again.db.selectFrom('audit').selectAll().execute()
    expect(rows).toMatchObject([{ actor: 'U1', arguments: '{"city":"X"}', outcome: 'ok' }])
  })

  test('a start that breaks off while it brings the tables up to date leaves nothing half done', async () => {
    const address = await testUrl(dialect, { isEmpty: true })
    const bare = new Kysely<Schema>({
      dialect:
        dialect === 'sqlite' ? sqliteDialect(address.slice('file:'.length)) : postgresDialect(address, 0),
    })
    onTestFinished(() => bare.destroy())
    // In the way of one of the last tables.
    await bare.schema.createTable('import_items').addColumn('id', 'text').execute()
    await expect(openStore(address)).rejects.toThrow('import_items')
    await bare.schema.dropTable('import_items').execute()
    const store = await openStore(address)
    onTestFinished(() => store.close())
    await store.ping()
  })
})

test('a database in memory holds what its own start has made', async () => {
  const store = await openStore('file::memory:')
  onTestFinished(() => store.close())
  await store.ping()
})
