import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { eachOf } from '../../store/sql.ts'
import type { Store } from '../../store/store.ts'
import { phraseOf, spelled } from './spelling.ts'

export type DirectoryEntry = Selectable<Schema['directory_entries']>
export type EntryKind = DirectoryEntry['kind']

/** In the order of what people rather mean. */
export const entryKinds = ['user', 'domain', 'subscription', 'mailbox', 'order'] as const

export type EntryKey = Pick<DirectoryEntry, 'kind' | 'id'>

/** Tells whether a thing is over for good: another one of the same name is rather meant. */
export function ended(status: string | null | undefined): boolean {
  return status === 'CANCELLED' || status === 'EXPIRED'
}

/** A key as one word, for maps. */
export function keyOf({ kind, id }: EntryKey): string {
  return `${kind} ${id}`
}

/** Rows by their keys; those that are not known are missing. */
export async function directoryEntries(
  { db }: Pick<Store, 'db'>,
  keys: readonly EntryKey[],
): Promise<DirectoryEntry[]> {
  if (keys.length === 0) return []
  const each = eachOf(
    db,
    keys.map(({ kind, id }) => [kind, id]),
  )
  const { rows } = await sql<DirectoryEntry>`
    select directory_entries.* from ${each} join directory_entries on directory_entries.kind = value ->> 0 and directory_entries.id = value ->> 1`.execute(
    db,
  )
  return rows
}

/** Returns the names of customers by their ids; those that are not known are missing. */
export async function userNames(
  store: Pick<Store, 'db'>,
  ids: readonly (string | null | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(ids.flatMap((id) => id || []))]
  const users = await directoryEntries(
    store,
    distinct.map((id) => ({ kind: 'user', id })),
  )
  return new Map(users.map(({ id, name }) => [id, name]))
}

/** Rows of a kind that go by exactly these names, whatever their case, accents and punctuation. */
export async function entriesNamed(
  { db }: Pick<Store, 'db'>,
  kind: EntryKind,
  names: readonly string[],
): Promise<DirectoryEntry[]> {
  const wanted = [...new Set(names.map(spelled))].filter(Boolean)
  if (wanted.length === 0) return []
  const each = eachOf(
    db,
    wanted.map((name) => [phraseOf(name)]),
  )
  const { rows } = await sql<DirectoryEntry>`
    select distinct directory_entries.* from ${each}
    join directory_phrases on directory_phrases.kind = ${kind} and directory_phrases.phrase = value ->> 0
    join directory_entries on directory_entries.kind = directory_phrases.kind and directory_entries.id = directory_phrases.id
    limit 1000`.execute(db)
  return rows.filter((row) => row.spelled.split('\n').some((name) => wanted.includes(name)))
}

/** The mailboxes of a subscription, by its id or its domain; of several on one domain, those that are known to be its. */
export async function mailboxesUnder(
  db: Kysely<Schema>,
  of: { readonly subscriptionId?: string | undefined; readonly domain?: string | undefined },
): Promise<DirectoryEntry[]> {
  const rowOf = (id: string) => entriesById(db, { kind: 'subscription', id })
  const domain = of.domain ?? (of.subscriptionId && (await rowOf(of.subscriptionId))?.domain)
  if (!domain) return []
  const rows = await db
    .selectFrom('directory_entries')
    .selectAll()
    .where('kind', '=', 'mailbox')
    .where('domain', '=', domain)
    .execute()
  return rows.filter(({ subscription_id: its }) => !of.subscriptionId || !its || its === of.subscriptionId)
}

/** The subscriptions that are known on a domain, over or not. */
export async function subscriptionsOn(db: Kysely<Schema>, domain: string): Promise<DirectoryEntry[]> {
  return db
    .selectFrom('directory_entries')
    .selectAll()
    .where('kind', '=', 'subscription')
    .where('domain', '=', domain)
    .execute()
}

function entriesById(db: Kysely<Schema>, { kind, id }: EntryKey) {
  return db
    .selectFrom('directory_entries')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Returns how many of each kind are known. */
export async function countEntries(db: Kysely<Schema>): Promise<ReadonlyMap<EntryKind, number>> {
  const rows = await db
    .selectFrom('directory_entries')
    .select(['kind', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('kind')
    .execute()
  return new Map(rows.map(({ kind, count }) => [kind, Number(count)]))
}
