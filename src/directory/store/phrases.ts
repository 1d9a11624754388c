import { sql } from 'kysely'
import { eachOf } from '../../store/sql.ts'
import type { Store } from '../../store/store.ts'
import { type DirectoryEntry, entryKinds } from './rows.ts'
import { phrasesOf, tailsOf, wordsOf } from './spelling.ts'

/** A transaction. */
export type Inside = Pick<Store, 'db' | 'dialect'>

/** Lets rows be found by their names. */
export async function addPhrases({ db, dialect }: Inside, rows: readonly DirectoryEntry[]) {
  const phrases = entriesOf(rows)
  if (phrases.length === 0) return
  await sql`
    insert into directory_phrases (kind, phrase, id)
    select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(dialect, phrases)} where true
    on conflict do nothing`.execute(db)
  const words = new Set(rows.flatMap((row) => wordsOf(row.spelled)))
  const tails = [...words].flatMap((word) => tailsOf(word).map((tail) => [tail, word]))
  await sql`
    insert into directory_tails (tail, word) select value ->> 0, value ->> 1 from ${eachOf(dialect, tails)} where true
    on conflict do nothing`.execute(db)
}

/** Lets rows be found no more; a word that nothing else goes by is gone with them. */
export async function dropPhrases({ db, dialect }: Inside, rows: readonly DirectoryEntry[]) {
  const phrases = entriesOf(rows)
  if (phrases.length === 0) return
  await sql`
    delete from directory_phrases where (kind, phrase, id) in
      (select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(dialect, phrases)})`.execute(db)
  const words = new Set(rows.flatMap((row) => wordsOf(row.spelled)))
  const each = eachOf(
    dialect,
    [...words].map((word) => [word]),
  )
  const unused = await sql<{ word: string }>`
    select value ->> 0 as word from ${each} where not exists (
      select 1 from directory_phrases where kind in (${sql.join(entryKinds)})
      and phrase >= value ->> 0 and phrase < (value ->> 0) || '!')`.execute(db)
  const tails = unused.rows.flatMap(({ word }) => tailsOf(word).map((tail) => [tail, word]))
  if (tails.length === 0) return
  await sql`
    delete from directory_tails where (tail, word) in
      (select value ->> 0, value ->> 1 from ${eachOf(dialect, tails)})`.execute(db)
}

function entriesOf(rows: readonly DirectoryEntry[]): string[][] {
  return rows.flatMap(({ kind, id, spelled }) => phrasesOf(spelled).map((phrase) => [kind, phrase, id]))
}
