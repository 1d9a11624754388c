import { expect, onTestFinished, test } from 'vitest'
import { keyOf } from '../../src/directory/store/rows.ts'
import { updateDirectory } from '../../src/directory/store/update.ts'
import { type EntryUpdate, rowAfter } from '../../src/directory/updates.ts'
import { operationsFor } from '../../src/operations/customers.ts'
import type { Operation } from '../../src/operations/store/operations.ts'
import { dialects, openTestStore } from '../support/databases.ts'

test.each(dialects)(
  'an operation is shown for some customers only where all that it names is theirs, on %s',
  async (dialect) => {
    const store = await openTestStore(dialect)
    onTestFinished(() => store.close())
    const owned: EntryUpdate[] = [
      { kind: 'domain', id: 'mine.com', userId: 'USER1', data: {} },
      { kind: 'domain', id: 'other.com', userId: 'USER2', data: {} },
    ]
    const at = '2026-11-29T10:00:00.000Z'
    await updateDirectory(store, owned, (known) =>
      owned.map((one) => rowAfter(known.get(keyOf(one)), one, at)),
    )
    const about = (domains: readonly string[], more: object = {}, actor = 'UOTHER') =>
      ({ actor, subject: JSON.stringify({ domains, ...more }), request: null }) as unknown as Operation
    const seen = async (operation: Operation) =>
      (await operationsFor(store, { slackUserId: 'UME', customers: ['USER1'] }, [operation])).length === 1

    expect(await seen(about(['mine.com']))).toBe(true)
    expect(await seen(about(['mine.com', 'other.com']))).toBe(false)
    expect(await seen(about(['mine.com', 'unknown.com']))).toBe(false)
    expect(await seen(about(['unknown.com']))).toBe(false)
    expect(await seen(about(['unknown.com'], { userId: 'USER1' }))).toBe(true)
    expect(await seen(about(['unknown.com'], {}, 'UME'))).toBe(true)
    expect(await seen(about(['mine.com', 'unknown.com'], {}, 'UME'))).toBe(true)
  },
)
