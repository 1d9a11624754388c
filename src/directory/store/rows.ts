import { type Kysely, type Selectable, sql } from 'kysely'
import { eachOf } from '../../store/each.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { phraseOf, spelled } from './spelling.ts'

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

/** The subscriptions that are known on a domain, over or not. */
export async function subscriptionsOn(db: Kysely<Schema>, domain: string): Promise<MirrorRow[]> {
  return db
    .selectFrom('mirror')
    .selectAll()
    .where('kind', '=', 'subscription')
    .where('domain', '=', domain)
    .execute()
}

function mirrorById(db: Kysely<Schema>, { kind, id }: MirrorKey) {
  return db.selectFrom('mirror').selectAll().where('kind', '=', kind).where('id', '=', id).executeTakeFirst()
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
