import { type Dialect, PostgresDialect } from 'kysely'
import pg from 'pg'

/** Kysely's PostgreSQL dialect. Counters come as numbers: none of ours exceeds what a double holds. */
export function postgresDialect(url: string): Dialect {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // Of an idle connection that the server has ended: the next query opens another, and says if that fails.
  pool.on('error', () => undefined)
  return new PostgresDialect({ pool })
}
