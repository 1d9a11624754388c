import type { Kysely } from 'kysely'
import { isPostgres } from '../each.ts'

/** The column type of a key that counts up by itself. */
export function serialType(db: Kysely<never>): 'bigserial' | 'integer' {
  return isPostgres(db) ? 'bigserial' : 'integer'
}

/** Text that is compared byte by byte, as SQLite always does: what begins alike stands together in an index. */
export function byteOrderedType(db: Kysely<never>): string {
  return isPostgres(db) ? 'text collate "C"' : 'text'
}
