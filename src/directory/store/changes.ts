import type { Kysely, Selectable } from 'kysely'
import { portionsOf } from '../../process/portions.ts'
import type { Schema } from '../../store/schema.ts'
import { isOneOf } from '../../store/sql.ts'
import type { DirectoryChange } from '../changes.ts'
import type { DirectoryEntry } from './rows.ts'

/** A change that is kept until somebody is told of it, and when it was seen first. */
export type KeptChange = DirectoryChange & { readonly foundAt: string }

/** Rows of one statement: far below what SQLite and PostgreSQL take. */
const CHUNK = 100

/** Keeps changes; one that is kept already, or that another instance has seen, stays as it is. */
export async function keepChanges(
  db: Kysely<Schema>,
  changes: readonly DirectoryChange[],
  foundAt: string,
): Promise<void> {
  for (const portion of portionsOf(changes, CHUNK))
    await db
      .insertInto('directory_changes')
      .values(
        portion.map(({ event, eventId, entry, since, priceBefore, fields }) => ({
          event_id: eventId,
          event,
          kind: entry.kind,
          id: entry.id,
          entry: JSON.stringify(entry),
          since,
          found_at: foundAt,
          price_before: priceBefore ?? null,
          fields: fields ? JSON.stringify(fields) : null,
        })),
      )
      .onConflict((conflict) => conflict.column('event_id').doNothing())
      .execute()
}

/** Returns all changes that nobody has been told of yet, those that were seen first at the beginning. */
export async function keptChanges(db: Kysely<Schema>): Promise<KeptChange[]> {
  const rows = await db
    .selectFrom('directory_changes')
    .selectAll()
    .orderBy('found_at')
    .orderBy('event_id')
    .execute()
  return rows.map(changeIn)
}

function changeIn(row: Selectable<Schema['directory_changes']>): KeptChange {
  const { event, event_id: eventId, since, found_at: foundAt, price_before, fields } = row
  const entry = JSON.parse(row.entry) as DirectoryEntry
  return {
    event,
    eventId,
    since,
    foundAt,
    entry,
    priceBefore: price_before ?? undefined,
    fields: fields ? (JSON.parse(fields) as string[]) : undefined,
  }
}

/** Forgets changes of which somebody has been told, or which are none. */
export async function dropChanges(db: Kysely<Schema>, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return
  await db
    .deleteFrom('directory_changes')
    .where(isOneOf(db, 'event_id', eventIds))
    .execute()
}
