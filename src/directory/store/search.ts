import { type RawBuilder, sql } from 'kysely'
import { eachOf } from '../../store/sql.ts'
import type { Store } from '../../store/store.ts'
import {
  type DirectoryEntry,
  directoryEntries,
  type EntryKey,
  type EntryKind,
  ended,
  entryKinds,
  keyOf,
  userNames,
} from './rows.ts'
import { behind, phraseOf, spelled } from './spelling.ts'

/** A thing that was found, and whose it is. */
export type FoundEntry = DirectoryEntry & {
  /** The customer's name, where it is known. */
  readonly owner?: string | undefined
}

export interface Findings {
  /** The best first. */
  readonly rows: readonly FoundEntry[]
  /** How many more there are. */
  readonly left: number
  /** True if there may be even more than those. */
  readonly orMore: boolean
}

/** What each way of searching looks at, of each kind: milliseconds of a synchronous database. */
const CANDIDATES = 300
/** A word that names have in common is not followed further than this. */
const FOLLOWED = 2000
/** Different words that hold what was typed. */
const WORDS = 50

/**
 * Finds things by any part of a name: from its beginning, from the beginning of a word, by several words in any
 * order, by letters inside a word, or by the beginning of an id. Every way is a range of an index.
 * @param search.userId whose things go first
 */
export async function searchDirectory(
  store: Store,
  search: {
    readonly text: string
    readonly kinds?: readonly EntryKind[]
    readonly userId?: string | undefined
    /** The only customers whose things are found; everybody's where it is left out. */
    readonly customers?: readonly string[] | undefined
    readonly limit: number
  },
): Promise<Findings> {
  const { text, kinds = entryKinds, userId, customers, limit } = search
  const words = phraseOf(spelled(text))
  // Signs such as "%" or an emoji are in no name that is searched; without any text everything is wanted.
  if (!words && text.trim()) return { rows: [], left: 0, orMore: false }
  const [lead = '', ...others] = longestFirst(words)
  const found = new Map<string, FoundEntry>()
  let orMore = false
  let held: string[] | undefined
  const holding = async () => {
    held ??= await wordsHolding(store, lead)
    orMore ||= held.length === WORDS
    return held
  }
  for (const kind of kinds) {
    let known = 0
    const add = (rows: readonly FoundEntry[], most = CANDIDATES) => {
      orMore ||= rows.length === most
      for (const row of rows) found.set(keyOf(row), row)
      known += rows.length
    }
    if (customers) {
      add(await ofCustomers(store, kind, customers, { words, text }))
      continue
    }
    if (userId) add(await ofUser(store, kind, userId, words))
    if (!words) {
      if (known === 0) add(await listed(store, kind, limit), limit + 1)
      continue
    }
    add(await byPhrase(store, kind, words))
    if (known < limit) add(await byWords(store, kind, lead, others))
    if (known < limit) add(await byWholeWords(store, kind, await holding(), others))
    add(await byId(store, kind, text))
  }
  const ranked = [...found.values()]
    .map((row) => ({ row, rank: rankOf(row, words, text, userId) }))
    .sort((a, b) => a.rank - b.rank || a.row.name.localeCompare(b.row.name))
    .map(({ row }) => row)
  const shown = ranked.slice(0, limit)
  return { rows: await withOwners(store, shown), left: ranked.length - shown.length, orMore }
}

/** Things by letters in the middle of an id, the last resort: every id is looked at, a chunk at a time. */
export async function searchIds(store: Store, text: string, limit: number): Promise<readonly FoundEntry[]> {
  const part = idPart(text)
  if (!part) return []
  const found: FoundEntry[] = []
  for (const kind of entryKinds) {
    for (let after = ''; found.length < limit; ) {
      const { rows } = await sql<FoundEntry & { fits: number }>`
        select kind, id, id like ${`%${part}%`} as fits from directory_entries
        where kind = ${kind} and id > ${after} order by id limit ${FOLLOWED}`.execute(store.db)
      const last = rows.at(-1)
      if (!last) break
      found.push(...rows.filter(({ fits }) => fits))
      after = last.id
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return thingsOf(store, found.slice(0, limit))
}

async function rowsOf({ db }: Store, query: RawBuilder<FoundEntry>): Promise<FoundEntry[]> {
  return (await query.execute(db)).rows
}

/** The beginning of a list, for a picker into which nothing is typed. One more than `limit`, where there are more. */
function listed(store: Store, kind: EntryKind, limit: number) {
  return rowsOf(
    store,
    sql`select m.* from directory_entries m where m.kind = ${kind} order by m.name limit ${limit + 1}`,
  )
}

function ofUser(store: Store, kind: EntryKind, userId: string, words: string) {
  const own = sql`select m.* from directory_entries m where m.kind = ${kind} and m.user_id = ${userId}
    order by m.name limit ${FOLLOWED}`
  return rowsOf(
    store,
    sql`select m.* from (${own}) m where ${holdsAll(words.split(' ').filter(Boolean))} limit ${CANDIDATES}`,
  )
}

/** Things of some customers, by letters anywhere in their names, or in their ids. */
async function ofCustomers(
  store: Store,
  kind: EntryKind,
  customers: readonly string[],
  { words, text }: { readonly words: string; readonly text: string },
) {
  if (customers.length === 0) return []
  const owner = kind === 'user' ? sql`m.id` : sql`m.user_id`
  const each = eachOf(
    store.db,
    customers.map((id) => [id]),
  )
  const part = idPart(text)
  const named = holdsAll(words.split(' ').filter(Boolean))
  const fits = words && part ? sql`(${named} or m.id like ${`%${part}%`})` : named
  return rowsOf(
    store,
    sql`select m.* from directory_entries m
      where m.kind = ${kind} and ${owner} in (select value ->> 0 from ${each}) and ${fits}
      order by m.name limit ${CANDIDATES}`,
  )
}

function byPhrase(store: Store, kind: EntryKind, words: string) {
  const phrases = sql`select distinct id from (select id from directory_phrases
    where kind = ${kind} and phrase >= ${words} and phrase < ${behind(words)}
    order by phrase limit ${CANDIDATES}) p`
  return rowsOf(
    store,
    sql`select m.* from (${phrases}) p join directory_entries m on m.kind = ${kind} and m.id = p.id`,
  )
}

/** Several words that do not stand together: the longest leads, the others must be there too. */
async function byWords(store: Store, kind: EntryKind, lead: string, others: readonly string[]) {
  if (others.length === 0) return []
  const led = sql`select distinct id from (select id from directory_phrases
    where kind = ${kind} and phrase >= ${lead} and phrase < ${behind(lead)}
    order by phrase limit ${FOLLOWED}) p`
  return rowsOf(
    store,
    sql`select m.* from (${led}) p join directory_entries m on m.kind = ${kind} and m.id = p.id
      where ${holdsAll(others)} limit ${CANDIDATES}`,
  )
}

/** Words that hold letters somewhere inside. */
async function wordsHolding({ db }: Store, letters: string): Promise<string[]> {
  const { rows } = await sql<{ word: string }>`
    select distinct word from (select word from directory_tails
      where tail >= ${letters} and tail < ${behind(letters)} order by tail limit ${CANDIDATES}) t
    limit ${WORDS}`.execute(db)
  return rows.map(({ word }) => word)
}

/** What goes by one of these words; other words must be there too. */
async function byWholeWords(
  store: Store,
  kind: EntryKind,
  whole: readonly string[],
  others: readonly string[],
) {
  if (whole.length === 0) return []
  const each = eachOf(
    store.db,
    whole.map((word) => [word]),
  )
  // A phrase that begins with the whole word: it ends there, or a space follows. SQLite keeps the order of a cross
  // join: a range of the index for each word, not all phrases for each.
  const phrases = sql`select p.id from ${each} cross join directory_phrases p
    where p.kind = ${kind} and p.phrase >= value ->> 0 and p.phrase < (value ->> 0) || '!' limit ${FOLLOWED}`
  return rowsOf(
    store,
    sql`select m.* from (select distinct id from (${phrases}) q) p
      join directory_entries m on m.kind = ${kind} and m.id = p.id where ${holdsAll(others)} limit ${CANDIDATES}`,
  )
}

async function byId(store: Store, kind: EntryKind, text: string) {
  const begins = idPart(text)
  if (!begins || kind === 'domain') return []
  return rowsOf(
    store,
    sql`select m.* from directory_entries m
      where m.kind = ${kind} and m.id >= ${begins} and m.id < ${behind(begins)} order by m.id limit ${CANDIDATES}`,
  )
}

/** CMR's ids are in capitals and digits. */
function idPart(text: string): string | undefined {
  const part = text.trim().toUpperCase()
  return /^[A-Z0-9_-]{3,}$/.test(part) ? part : undefined
}

function longestFirst(words: string): string[] {
  return words.split(' ').sort((a, b) => b.length - a.length)
}

/** What was spelled holds letters, digits and spaces only: nothing that LIKE reads otherwise. */
function holdsAll(words: readonly string[]) {
  if (words.length === 0) return sql`1 = 1`
  return sql.join(
    words.map((word) => sql`m.spelled like ${`%${word}%`}`),
    sql` and `,
  )
}

/** Lower is better. */
function rankOf(row: FoundEntry, words: string, text: string, userId: string | undefined): number {
  const theirs = userId && row.user_id !== userId ? 100 : 0
  return theirs + nearness(row, words, text) * 10 + entryKinds.indexOf(row.kind)
}

function nearness({ id, spelled: lines, status }: FoundEntry, words: string, text: string): number {
  const names = lines.split('\n')
  if (id.toUpperCase() === text.trim().toUpperCase() || names.includes(words)) return ended(status) ? 1 : 0
  if (names.some((name) => name.startsWith(words))) return 2
  if (names.some((name) => name.includes(` ${words}`))) return 3
  const each = words.split(' ')
  return names.some((name) => each.every((word) => ` ${name}`.includes(` ${word}`))) ? 4 : 5
}

/** Known things by their keys, with whose they are. */
export async function thingsOf(store: Store, keys: readonly EntryKey[]): Promise<FoundEntry[]> {
  return withOwners(store, await directoryEntries(store, keys))
}

async function withOwners(store: Store, rows: readonly FoundEntry[]): Promise<FoundEntry[]> {
  const names = await userNames(
    store,
    rows.map(({ kind, user_id }) => (kind === 'user' ? undefined : user_id)),
  )
  return rows.map((row) => ({ ...row, owner: row.user_id ? names.get(row.user_id) : undefined }))
}
