import { describe, expect, test } from 'vitest'
import { createDrafts, emptyDraft } from '../../src/commands/drafts.ts'
import { dialects, openTestStore } from '../support/databases.ts'

describe.each(dialects)('drafts on %s', (dialect) => {
  async function open() {
    const store = await openTestStore(dialect)
    const time = { now: new Date('2026-11-24T08:00:00Z') }
    return { store, time, drafts: createDrafts(store, () => time.now) }
  }
  const begun = {
    author: 'U1',
    command: 'orders.create',
    draftContent: {
      ...emptyDraft,
      values: { domains: Array.from({ length: 500 }, (_, at) => `name-${at}.com`) },
    },
  }

  test('what was gathered is there after a restart, however long, and only for its author', async () => {
    const { store, drafts, time } = await open()
    const { id } = await drafts.keep(begun)
    const restarted = createDrafts(store, () => time.now)
    expect(await restarted.find(id, 'U1')).toEqual({ id, ...begun, input: undefined })
    expect(await restarted.find(id, 'U2')).toBeUndefined()
    await restarted.keep({ id, ...begun, input: { confirm: true } })
    expect((await drafts.find(id, 'U1'))?.input).toEqual({ confirm: true })
  })

  test('what a receipt offers is for everybody, for a day', async () => {
    const { drafts, time } = await open()
    const { id } = await drafts.keep({ ...begun, author: null })
    expect((await drafts.find(id, 'U2'))?.id).toBe(id)
    time.now = new Date('2026-11-25T08:00:01Z')
    expect(await drafts.find(id, 'U2')).toBeUndefined()
  })

  test('the last one begun is found, not one that was opened and no more, nor one that was used', async () => {
    const { drafts, time } = await open()
    const { id } = await drafts.keep(begun)
    time.now = new Date('2026-11-24T09:00:00Z')
    await drafts.keep({ ...begun, draftContent: emptyDraft })
    expect((await drafts.latest('U1', 'orders.create'))?.draft.id).toBe(id)
    await drafts.drop(id)
    expect(await drafts.latest('U1', 'orders.create')).toBeUndefined()
  })

  test('a password never reaches the disk', async () => {
    const { store, drafts } = await open()
    const input = { email: 'a@b.co', password: 'hunter2-secret' }
    const { id } = await drafts.keep({
      ...begun,
      command: 'exports.connect',
      draftContent: emptyDraft,
      input,
    })
    expect((await drafts.find(id, 'U1'))?.input).toEqual(input)
    expect(await drafts.find(id, 'U2')).toBeUndefined()
    expect(await store.db.selectFrom('drafts').selectAll().execute()).toEqual([])
    await drafts.drop(id)
    expect(await drafts.find(id, 'U1')).toBeUndefined()
  })
})
