import { type ColumnDefinitionBuilder, type Kysely, type RawBuilder, sql } from 'kysely'
import { isPostgres } from '../each.ts'

type DefineColumn = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** A column that holds no null. */
export const required: DefineColumn = (column) => column.notNull()

/** The column that names a row. */
export const primaryKey: DefineColumn = (column) => column.primaryKey()

/** A number that every new row begins with. */
export const startingAt =
  (start: number): DefineColumn =>
  (column) =>
    column.notNull().defaultTo(start)

/** Returns the column type of a key that counts up by itself. */
export function serialType(db: Kysely<never>): 'bigserial' | 'integer' {
  return isPostgres(db) ? 'bigserial' : 'integer'
}

/** Returns the type of text that is compared byte by byte, as SQLite always does: an index serves its prefixes. */
export function byteOrderedType(db: Kysely<never>): RawBuilder<unknown> {
  return isPostgres(db) ? sql`text collate "C"` : sql`text`
}
