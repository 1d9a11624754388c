import { type Dialect, PostgresDialect } from 'kysely'
import pg from 'pg'

/** Kysely's PostgreSQL dialect. Counters come as numbers: none of ours exceeds what a double holds. */
export function postgresDialect(url: string): Dialect {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // Of a connection that the server has ended, idle or between two queries of a transaction: the next query says
  // so. Without a listener Node would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new PostgresDialect({ pool })
}
