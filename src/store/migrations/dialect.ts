import type { Kysely } from 'kysely'

/** The column type of a key that counts up by itself. */
export function serialType(db: Kysely<never>): 'bigserial' | 'integer' {
  return db.getExecutor().adapter.supportsTransactionalDdl ? 'bigserial' : 'integer'
}
