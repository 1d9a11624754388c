import fc from 'fast-check'
import { sql, type Transaction } from 'kysely'
import { describe, expect, test } from 'vitest'
import { createAudit } from '../../src/access/audit/audit.ts'
import { createAuditRetention } from '../../src/access/audit/retention.ts'
import { verifyAudit } from '../../src/access/audit/verify.ts'
import { addDays } from '../../src/process/dates.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openStore } from '../../src/store/store.ts'
import { at, attempt, type Change, damages, keys, verifiedAfterIn, verifyRun } from '../support/audited.ts'
import { dialects, openTestStore, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

describe.each(dialects)('on %s', (dialect) => {
  async function written(count: number) {
    const store = await openTestStore(dialect)
    const audit = createAudit({ store, keys })
    for (let number = 1; number <= count; number++) await audit.record(attempt(number))
    return { store, audit, verify: (withKeys = keys) => verifyAudit(store.db, withKeys) }
  }

  test('what was written is whole, holds no secret, and says who, from where, why and for how much', async () => {
    const { store, verify } = await written(3)
    expect(await verify()).toMatchObject({ ok: true, rows: 3, head: { last_id: 3 } })
    const rows = await store.db.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(rows[0]).toMatchObject({
      door: 'form',
      channel: 'C1',
      reason: 'admin',
      cents: 900,
      action_id: 'A1',
    })
    expect(JSON.stringify(rows)).not.toContain('Secret-99x!')
  })

  test('an alteration of any column, a deletion, a swap, an addition and a cut at the end name the first broken row', async () => {
    const { store, verify } = await written(6)
    const verifiedAfter = (change: Change) => verifiedAfterIn(store, change)
    const changes = {
      at: 'later',
      actor: 'U9',
      door: null,
      channel: 'C2',
      command: 'wallet.get',
      arguments: '{}',
      outcome: 'refused',
      detail: 'renewee',
      reason: 'Admin',
      action_id: null,
      operation_id: 'O9',
      cents: 901,
      hash: 'f'.repeat(64),
    } as const
    for (const [column, value] of Object.entries(changes))
      expect(
        await verifiedAfter((db) =>
          db
            .updateTable('audit')
            .set({ [column]: value })
            .where('id', '=', 3)
            .execute(),
        ),
        column,
      ).toMatchObject({ ok: false, row: 3 })
    expect(await verifiedAfter((db) => db.deleteFrom('audit').where('id', '=', 4).execute())).toMatchObject({
      row: 4,
    })
    expect(await verifiedAfter((db) => db.deleteFrom('audit').where('id', '=', 1).execute())).toMatchObject({
      row: 1,
    })
    expect(await verifiedAfter((db) => db.deleteFrom('audit').where('id', '>', 4).execute())).toMatchObject({
      row: 5,
    })
    const swapped = async (db: Transaction<Schema>) => {
      for (const [from, to] of [
        [2, 99],
        [5, 2],
        [99, 5],
      ] as const)
        await db.updateTable('audit').set({ id: to }).where('id', '=', from).execute()
    }
    expect(await verifiedAfter(swapped)).toMatchObject({ ok: false, row: 2 })
    const added = async (db: Transaction<Schema>) => {
      const last = await db.selectFrom('audit').selectAll().where('id', '=', 6).executeTakeFirstOrThrow()
      await db
        .insertInto('audit')
        .values({ ...last, id: 7 })
        .execute()
    }
    expect(await verifiedAfter(added)).toMatchObject({ ok: false, row: 7 })
    // The end is cut off, and the head says so too: its seal cannot be made without the key.
    const cut = async (db: Transaction<Schema>) => {
      await db.deleteFrom('audit').where('id', '>', 4).execute()
      const last = await db.selectFrom('audit').selectAll().where('id', '=', 4).executeTakeFirstOrThrow()
      await db.updateTable('audit_head').set({ last_id: 4, last_hash: last.hash }).execute()
    }
    expect(await verifiedAfter(cut)).toMatchObject({ ok: false, row: 5 })
    expect(await verifiedAfter((db) => db.deleteFrom('audit_head').execute())).toMatchObject({ ok: false })
    expect(await verify()).toMatchObject({ ok: true, rows: 6 })
  })

  test('any byte of any column, any deletion, any two rows swapped and any cut at the end name the first broken row', async () => {
    const { store } = await written(5)
    const rows = await store.db.selectFrom('audit').selectAll().orderBy('id').execute()
    const rowWith = (id: number) => {
      const found = rows[id - 1]
      if (!found) throw new Error(`no row ${id}`)
      return found
    }
    const apply = async (
      db: Transaction<Schema>,
      damage: typeof damages extends fc.Arbitrary<infer Damage> ? Damage : never,
    ) => {
      const set = (id: number, values: object) =>
        db.updateTable('audit').set(values).where('id', '=', id).execute()
      const { id: _, ...content } = rowWith(damage.row)
      if (damage.kind === 'byte') {
        const text = String(content[damage.column])
        const where = damage.place % text.length
        const changed = text.slice(0, where) + String.fromCharCode(damage.byte) + text.slice(where + 1)
        fc.pre(changed !== text)
        return set(damage.row, { [damage.column]: changed })
      }
      if (damage.kind === 'cents') {
        fc.pre(damage.cents !== content.cents)
        return set(damage.row, { cents: damage.cents })
      }
      if (damage.kind === 'swap') {
        fc.pre(damage.row < damage.with)
        const { id: __, ...other } = rowWith(damage.with)
        await set(damage.row, other)
        return set(damage.with, content)
      }
      const query = db.deleteFrom('audit').where('id', damage.kind === 'delete' ? '=' : '>=', damage.row)
      return query.execute()
    }
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        expect(await verifiedAfterIn(store, (db) => apply(db, damage))).toMatchObject({
          ok: false,
          row: damage.row,
        })
      }),
      { numRuns: 100 },
    )
  })

  test('a head that was altered is never sealed anew by what comes after it', async () => {
    const { store, audit, verify } = await written(4)
    await store.db.deleteFrom('audit').where('id', '=', 4).execute()
    const last = await store.db.selectFrom('audit').selectAll().where('id', '=', 3).executeTakeFirstOrThrow()
    await store.db.updateTable('audit_head').set({ last_id: 3, last_hash: last.hash }).execute()
    for (const number of [5, 6]) await audit.record(attempt(number))
    expect(await verify()).toMatchObject({ ok: false, why: expect.stringContaining('altered after row 3') })
  })

  test('a new key goes on where the old one ended, and says from which row on', async () => {
    const { store, verify } = await written(2)
    await createAudit({ store, keys: ['new', ...keys] }).record(attempt(3))
    expect(await verify(['new'])).toMatchObject({ ok: true, rows: 3, newKeys: [] })
    expect(await verify()).toMatchObject({ ok: false, why: expect.stringContaining('CMR_AUDIT_KEY') })
    await createAudit({ store, keys: ['newest'] }).record(attempt(4))
    expect(await verify(['newest'])).toMatchObject({ ok: true, rows: 5, newKeys: [4] })
  })

  test('instances that write at once make one chain', async () => {
    const url = await testUrl(dialect)
    const stores = await Promise.all(
      dialect === 'postgres' ? [openStore(url), openStore(url)] : [openStore(url)],
    )
    const audits = stores.map((store) => createAudit({ store, keys }))
    const writing = Array.from({ length: 60 }, (_, number) =>
      audits[number % audits.length]?.record(attempt(number)),
    )
    const ids = await Promise.all(writing)
    expect(new Set(ids).size).toBe(60)
    for (const store of stores) {
      expect(await verifyAudit(store.db, keys)).toMatchObject({ ok: true, rows: 60 })
      await store.close()
    }
  })

  test('rows that come at once share a transaction, and one that the database refuses takes no other along', async () => {
    const { store, audit, verify } = await written(1)
    const refuses =
      dialect === 'sqlite'
        ? "create trigger refuse before insert on audit when new.actor = 'U13' begin select raise(abort, 'no'); end"
        : "alter table audit add constraint refuse check (actor <> 'U13')"
    await sql.raw(refuses).execute(store.db)
    const ends = await Promise.allSettled(
      Array.from({ length: 30 }, (_, number) => audit.record(attempt(number))),
    )
    expect(ends.flatMap(({ status }, number) => (status === 'rejected' ? [number] : []))).toEqual([13])
    expect(await verify()).toMatchObject({ ok: true, rows: 30 })
    const ids = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    const rows = await store.db.selectFrom('audit').select(['id', 'actor']).execute()
    for (const [at, id] of ids.entries())
      expect(rows.find((row) => row.id === id)?.actor).toBe(`U${at < 13 ? at : at + 1}`)
  })

  test('what is older than it must be kept goes, and the rest stays verifiable; what was altered stays', async () => {
    const { store, audit, verify } = await written(3)
    const logger = (await import('pino')).pino({ level: 'silent' })
    let now = addDays(at, 40)
    await audit.record({ ...attempt(4), at: now })
    const retention = createAuditRetention({ store, audit, keys, days: 30, clock: () => now, logger })
    await retention.start()
    await eventually(async () =>
      expect(await verify()).toMatchObject({ ok: true, rows: 2, head: { last_id: 5 } }),
    )
    await retention.stop()
    await store.db.updateTable('audit').set({ actor: 'U0' }).where('id', '=', 4).execute()
    now = addDays(now, 40)
    const again = createAuditRetention({ store, audit, keys, days: 30, clock: () => now, logger })
    await again.start()
    await again.stop()
    expect(await verify()).toMatchObject({ ok: false, row: 4 })
  })
})

test('/cmr audit tells an admin who did what from where, as a file too, and nobody else', async () => {
  const world = await startWorld()
  await world.say('/cmr wallet', world.omar.id)
  await world.say('/cmr domains renew acme.com', world.omar.id)
  await world.sees(/domains renew\* needs/)
  await world.say('/cmr audit', world.omar.id)
  await world.sees(/audit list\* needs an \*admin/)
  await world.say('/cmr audit')
  await world.sees(/refused · \*domains renew\* · <@U[A-Z0-9]+> by command in <#/)
  await world.sees(/done · \*wallet get\*/)
  await world.say('/cmr audit before today')
  await world.sees(/Nothing in the audit matches/)
  const shown = world.messages(world.ops.id).length
  await world.say('/cmr audit acme.com this month')
  await eventually(() =>
    expect(JSON.stringify(world.messages(world.ops.id).slice(shown))).toMatch(/refused · \*domains renew\*/),
  )
  await world.say(`/cmr audit acme.com --outcome refused --who ${world.omar.id} --csv`)
  await eventually(async () => {
    const files = await world.filesIn(world.directMessages(world.ana.id))
    const [csv = ''] = Object.values(files)
    expect(csv).toMatch(/^\ufeffid[,\t]at[,\t]actor name[,\t]actor[,\t]door/)
    // People read a name beside Slack’s id.
    expect(csv).toMatch(new RegExp(`[,\\t](?:Omar Diaz|omar)[,\\t]${world.omar.id}[,\\t]`))
    expect(csv).toMatch(/domains\.renew/)
    expect(csv).not.toMatch(/wallet\.get/)
  })
  expect((await verifyRun(world.env)).rc).toBe(0)
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(String(world.env.DATABASE_URL).replace('file:', ''))
  db.prepare("update audit set actor = 'U0' where id = 2").run()
  db.close()
  const after = await verifyRun(world.env)
  expect(after).toMatchObject({ rc: 1, text: expect.stringContaining('broken at row 2') })
})
