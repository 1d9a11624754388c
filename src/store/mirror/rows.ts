import { type Kysely, type Selectable, sql } from 'kysely'
import { eachOf } from '../each.ts'
import type { Schema } from '../schema.ts'
import type { Store } from '../store.ts'
import { phraseOf, phrasesOf, spelled, tailsOf, wordsOf } from './spelling.ts'

export type MirrorRow = Selectable<Schema['mirror']>
export type MirrorKind = MirrorRow['kind']

/** In the order of what people rather mean. */
export const mirrorKinds = ['user', 'domain', 'subscription', 'mailbox', 'order'] as const

export type MirrorKey = Pick<MirrorRow, 'kind' | 'id'>

/** A key as one word, for maps. */
export function keyOf({ kind, id }: MirrorKey): string {
  return `${kind} ${id}`
}

/** Rows by their keys; those that are not known are missing. */
export async function mirrorRows(
  { db, dialect }: Pick<Store, 'db' | 'dialect'>,
  keys: readonly MirrorKey[],
): Promise<MirrorRow[]> {
  if (keys.length === 0) return []
  const each = eachOf(
    dialect,
    keys.map(({ kind, id }) => [kind, id]),
  )
  const { rows } = await sql<MirrorRow>`
    select mirror.* from ${each} join mirror on mirror.kind = value ->> 0 and mirror.id = value ->> 1`.execute(
    db,
  )
  return rows
}

/** Rows of a kind that go by exactly these names, whatever their case, accents and punctuation. */
export async function mirrorNamed(
  { db, dialect }: Store,
  kind: MirrorKind,
  names: readonly string[],
): Promise<MirrorRow[]> {
  const wanted = [...new Set(names.map(spelled))].filter(Boolean)
  if (wanted.length === 0) return []
  const each = eachOf(
    dialect,
    wanted.map((name) => [phraseOf(name)]),
  )
  const { rows } = await sql<MirrorRow>`
    select distinct mirror.* from ${each}
    join mirror_phrases on mirror_phrases.kind = ${kind} and mirror_phrases.phrase = value ->> 0
    join mirror on mirror.kind = mirror_phrases.kind and mirror.id = mirror_phrases.id
    limit 1000`.execute(db)
  return rows.filter((row) => row.spelled.split('\n').some((name) => wanted.includes(name)))
}

/** The mailboxes of a subscription, by its id or its domain; of several on one domain, those that are known to be its. */
export async function mailboxesUnder(
  db: Kysely<Schema>,
  of: { readonly subscriptionId?: string | undefined; readonly domain?: string | undefined },
): Promise<MirrorRow[]> {
  const rowOf = (id: string) => mirrorById(db, { kind: 'subscription', id })
  const domain = of.domain ?? (of.subscriptionId && (await rowOf(of.subscriptionId))?.domain)
  if (!domain) return []
  const rows = await db
    .selectFrom('mirror')
    .selectAll()
    .where('kind', '=', 'mailbox')
    .where('domain', '=', domain)
    .execute()
  return rows.filter(({ data }) => {
    const { subscriptionId } = JSON.parse(data) as { subscriptionId?: string }
    return !of.subscriptionId || !subscriptionId || subscriptionId === of.subscriptionId
  })
}

function mirrorById(db: Kysely<Schema>, { kind, id }: MirrorKey) {
  return db.selectFrom('mirror').selectAll().where('kind', '=', kind).where('id', '=', id).executeTakeFirst()
}

/**
 * Changes rows and what finds them, in one transaction.
 * @param keys of the rows that may change
 * @param next what they shall be, given what they are by `keyOf`; a row that is left out stays as it is
 */
export async function updateMirror(
  { db, dialect }: Store,
  keys: readonly MirrorKey[],
  next: (known: ReadonlyMap<string, MirrorRow>) => readonly MirrorRow[],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const inside = { db: transaction, dialect }
    const known = new Map((await mirrorRows(inside, keys)).map((row) => [keyOf(row), row]))
    const rows = next(known)
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

/** Whether nothing but the time differs. Most of what CMR answers was known. */
function same(row: MirrorRow, known: MirrorRow | undefined): boolean {
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
  'data',
] as const

type Inside = Pick<Store, 'db' | 'dialect'>

async function touch({ db, dialect }: Inside, rows: readonly MirrorRow[]) {
  if (rows.length === 0) return
  const each = eachOf(
    dialect,
    rows.map(({ kind, id, seen_at }) => [kind, id, seen_at]),
  )
  await sql`
    update mirror set seen_at = told.seen_at
    from (select value ->> 0 as kind, value ->> 1 as id, value ->> 2 as seen_at from ${each}) as told
    where mirror.kind = told.kind and mirror.id = told.id`.execute(db)
}

async function write({ db, dialect }: Inside, rows: readonly MirrorRow[]) {
  if (rows.length === 0) return
  const each = eachOf(
    dialect,
    rows.map((row) => [row.kind, row.id, row.seen_at, ...columns.map((name) => row[name])]),
  )
  await sql`
    insert into mirror (kind, id, seen_at, name, spelled, user_id, domain, status, ends_at, auto_renew, price_cents,
      quantity, data)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
      value ->> 8, cast(value ->> 9 as integer), cast(value ->> 10 as integer), cast(value ->> 11 as integer),
      value ->> 12
    from ${each} where true
    on conflict (kind, id) do update set seen_at = excluded.seen_at, name = excluded.name,
      spelled = excluded.spelled, user_id = excluded.user_id, domain = excluded.domain, status = excluded.status,
      ends_at = excluded.ends_at, auto_renew = excluded.auto_renew, price_cents = excluded.price_cents,
      quantity = excluded.quantity, data = excluded.data`.execute(db)
}

async function addPhrases({ db, dialect }: Inside, rows: readonly MirrorRow[]) {
  const phrases = rows.flatMap(({ kind, id, spelled: lines }) =>
    phrasesOf(lines).map((phrase) => [kind, phrase, id]),
  )
  if (phrases.length === 0) return
  await sql`
    insert into mirror_phrases (kind, phrase, id)
    select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(dialect, phrases)} where true
    on conflict do nothing`.execute(db)
  const words = new Set(rows.flatMap((row) => wordsOf(row.spelled)))
  const tails = [...words].flatMap((word) => tailsOf(word).map((tail) => [tail, word]))
  await sql`
    insert into mirror_tails (tail, word) select value ->> 0, value ->> 1 from ${eachOf(dialect, tails)} where true
    on conflict do nothing`.execute(db)
}

async function dropPhrases({ db, dialect }: Inside, rows: readonly MirrorRow[]) {
  const phrases = rows.flatMap(({ kind, id, spelled: lines }) =>
    phrasesOf(lines).map((phrase) => [kind, phrase, id]),
  )
  if (phrases.length === 0) return
  await sql`
    delete from mirror_phrases where (kind, phrase, id) in
      (select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(dialect, phrases)})`.execute(db)
  const words = new Set(rows.flatMap((row) => wordsOf(row.spelled)))
  const each = eachOf(
    dialect,
    [...words].map((word) => [word]),
  )
  const unused = await sql<{ word: string }>`
    select value ->> 0 as word from ${each} where not exists (
      select 1 from mirror_phrases where kind in (${sql.join(mirrorKinds)})
      and phrase >= value ->> 0 and phrase < (value ->> 0) || '!')`.execute(db)
  const tails = unused.rows.flatMap(({ word }) => tailsOf(word).map((tail) => [tail, word]))
  if (tails.length === 0) return
  await sql`
    delete from mirror_tails where (tail, word) in
      (select value ->> 0, value ->> 1 from ${eachOf(dialect, tails)})`.execute(db)
}

/** Takes out what CMR no longer has; of a user, everything. */
export async function forgetMirror(store: Store, keys: readonly MirrorKey[]): Promise<void> {
  if (keys.length === 0) return
  await store.db.transaction().execute(async (transaction) => {
    const inside = { db: transaction, dialect: store.dialect }
    const users = keys.filter(({ kind }) => kind === 'user').map(({ id }) => id)
    const owned = users.length
      ? await transaction.selectFrom('mirror').selectAll().where('user_id', 'in', users).execute()
      : []
    const rows = [...(await mirrorRows(inside, keys)), ...owned]
    await dropPhrases(inside, rows)
    const each = eachOf(
      store.dialect,
      rows.map(({ kind, id }) => [kind, id]),
    )
    await sql`delete from mirror where (kind, id) in (select value ->> 0, value ->> 1 from ${each})`.execute(
      transaction,
    )
  })
}

/** Rows that are looked at in one go: a few milliseconds of a synchronous database. */
const CHUNK = 1000
/** Taking out costs more than looking. */
const FORGOTTEN = 25

/** Whether any of a kind was seen since then. */
export async function hasSeen(db: Kysely<Schema>, kind: MirrorKind, since: string): Promise<boolean> {
  const seen = await db
    .selectFrom('mirror')
    .select('id')
    .where('kind', '=', kind)
    .where('seen_at', '>=', since)
    .limit(1)
    .executeTakeFirst()
  return seen !== undefined
}

/** Takes out what has not been seen. @param since when the passes began that should have seen it */
export async function forgetUnseen(store: Store, kind: MirrorKind, since: string): Promise<number> {
  let after = ''
  let forgotten = 0
  for (;;) {
    const rows = await store.db
      .selectFrom('mirror')
      .select(['kind', 'id', 'seen_at'])
      .where('kind', '=', kind)
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute()
    const last = rows.at(-1)
    if (!last) return forgotten
    const unseen = rows.filter((row) => row.seen_at < since)
    for (let from = 0; from < unseen.length; from += FORGOTTEN) {
      await forgetMirror(store, unseen.slice(from, from + FORGOTTEN))
      await new Promise((resolve) => setImmediate(resolve))
    }
    forgotten += unseen.length
    after = last.id
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** How many of each kind are known. */
export async function countMirror(db: Kysely<Schema>): Promise<ReadonlyMap<MirrorKind, number>> {
  const rows = await db
    .selectFrom('mirror')
    .select(['kind', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('kind')
    .execute()
  return new Map(rows.map(({ kind, count }) => [kind, Number(count)]))
}
