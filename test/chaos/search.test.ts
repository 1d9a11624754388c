import fc from 'fast-check'
import { expect, test } from 'vitest'
import { forgetEntries } from '../../src/directory/store/forget.ts'
import { directoryEntries } from '../../src/directory/store/rows.ts'
import { searchDirectory } from '../../src/directory/store/search.ts'
import { wordsOf } from '../../src/directory/store/spelling.ts'
import { updateDirectory } from '../../src/directory/store/update.ts'
import { rowAfter, updatesOfRow } from '../../src/directory/updates.ts'
import { dialects, openTestStore } from '../support/databases.ts'

const noon = '2026-11-24T12:00:00.000Z'

test.each(dialects)(
  'whatever things are called, any word of a name and any part of it finds them, on %s',
  async (dialect) => {
    const store = await openTestStore(dialect)
    const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.emailAddress(), fc.domain())
    let next = 0
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 8 }), fc.nat(), async (names, from) => {
        const told = names.flatMap((company) =>
          updatesOfRow.user({ userId: `USER${String(next++).padStart(8, '0')}`, company }),
        )
        await updateDirectory(store, told, () => told.map((one) => rowAfter(undefined, one, noon)))
        const rows = await directoryEntries(store, told)
        for (const row of rows) {
          for (const word of wordsOf(row.spelled)) {
            const letters = [...word]
            const at = from % letters.length
            for (const text of [word, letters.slice(at).join('')]) {
              const found = await searchDirectory(store, { text, kinds: ['user'], limit: 500 })
              // A word that hundreds of names have is not followed to its end.
              if (!found.orMore)
                expect(
                  found.rows.map(({ id }) => id),
                  text,
                ).toContain(row.id)
            }
          }
        }
        await forgetEntries(store, told)
      }),
      { numRuns: 60 },
    )
    expect(await store.db.selectFrom('directory_phrases').selectAll().execute()).toEqual([])
  },
)
