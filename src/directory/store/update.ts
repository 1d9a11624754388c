import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { eachOf } from '../../store/sql.ts'
import type { Store } from '../../store/store.ts'
import { type DirectoryEntry, directoryEntries, type EntryKey, entryKinds, keyOf } from './rows.ts'
import { phrasesOf, tailsOf, wordsOf } from './spelling.ts'

/**
 * Changes rows and what finds them, in one transaction.
 * @param keys of the rows that may change
 * @param next what they shall be, given what they are by `keyOf`; a row that is left out stays as it is
 * @param alongside what is written with them, before them
 */
export async function updateDirectory(
  { db }: Store,
  keys: readonly EntryKey[],
  next: (known: ReadonlyMap<string, DirectoryEntry>) => readonly DirectoryEntry[],
  alongside?: (transaction: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const inside = { db: transaction }
    const known = new Map((await directoryEntries(inside, keys)).map((row) => [keyOf(row), row]))
    const rows = next(known)
    await alongside?.(transaction)
    const changed = rows.filter((row) => !same(row, known.get(keyOf(row))))
    const renamed = changed.filter((row) => row.spelled !== known.get(keyOf(row))?.spelled)
    await touch(
      inside,
      rows.filter((row) => !changed.includes(row)),
    )
    await write(inside, changed)
    await dropPhrases(
      inside,
      renamed.flatMap((row) => known.get(keyOf(row)) ?? []),
    )
    await addPhrases(inside, renamed)
  })
}

/** Returns whether nothing but the time differs. Most of what CMR answers was known. */
function same(row: DirectoryEntry, known: DirectoryEntry | undefined): boolean {
  return known !== undefined && columns.every((name) => row[name] === known[name])
}

const columns = [
  'name',
  'spelled',
  'user_id',
  'domain',
  'status',
  'ends_at',
  'auto_renew',
  'price_cents',
  'quantity',
  'subscription_id',
  'warmup_status',
  'began_at',
  'priced_at',
  'data',
] as const

async function touch({ db }: Inside, rows: readonly DirectoryEntry[]) {
  if (rows.length === 0) return
  const each = eachOf(
    db,
    rows.map(({ kind, id, seen_at }) => [kind, id, seen_at]),
  )
  await sql`
    update directory_entries set seen_at = told.seen_at
    from (select value ->> 0 as kind, value ->> 1 as id, value ->> 2 as seen_at from ${each}) as told
    where directory_entries.kind = told.kind and directory_entries.id = told.id`.execute(db)
}

async function write({ db }: Inside, rows: readonly DirectoryEntry[]) {
  if (rows.length === 0) return
  const each = eachOf(
    db,
    rows.map((row) => written.map((name) => row[name])),
  )
  await insertion(each).execute(db)
}

const written = ['kind', 'id', 'seen_at', ...columns] as const
const integers: readonly string[] = ['auto_renew', 'price_cents', 'quantity']

/** Writes rows that stand in arrays, in the order of `written`. */
function insertion(each: RawBuilder<unknown>) {
  const values = written.map((name, at) =>
    integers.includes(name) ? sql`cast(value ->> ${sql.lit(at)} as integer)` : sql`value ->> ${sql.lit(at)}`,
  )
  const changes = written.slice(2).map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`)
  return sql`
    insert into directory_entries (${sql.join(written.map((name) => sql.ref(name)))})
    select ${sql.join(values)} from ${each} where true
    on conflict (kind, id) do update set ${sql.join(changes)}`
}

/** A transaction. */
type Inside = Pick<Store, 'db'>

/** Lets rows be found by their names. */
async function addPhrases({ db }: Inside, rows: readonly DirectoryEntry[]) {
  const phrases = entriesOf(rows)
  if (phrases.length === 0) return
  await sql`
    insert into directory_phrases (kind, phrase, id)
    select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(db, phrases)} where true
    on conflict do nothing`.execute(db)
  const words = new Set(rows.flatMap((row) => wordsOf(row.spelled)))
  const tails = [...words].flatMap((word) => tailsOf(word).map((tail) => [tail, word]))
  await sql`
    insert into directory_tails (tail, word) select value ->> 0, value ->> 1 from ${eachOf(db, tails)} where true
    on conflict do nothing`.execute(db)
}

/** Lets rows be found no more; a word that nothing else goes by is gone with them. */
export async function dropPhrases({ db }: Inside, rows: readonly DirectoryEntry[]) {
  const phrases = entriesOf(rows)
  if (phrases.length === 0) return
  await sql`
    delete from directory_phrases where (kind, phrase, id) in
      (select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(db, phrases)})`.execute(db)
  const words = new Set(rows.flatMap((row) => wordsOf(row.spelled)))
  const each = eachOf(
    db,
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
      (select value ->> 0, value ->> 1 from ${eachOf(db, tails)})`.execute(db)
}

function entriesOf(rows: readonly DirectoryEntry[]): string[][] {
  return rows.flatMap(({ kind, id, spelled }) => phrasesOf(spelled).map((phrase) => [kind, phrase, id]))
}
