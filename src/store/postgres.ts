import { Socket } from 'node:net'
import { type Dialect, PostgresDialect } from 'kysely'
import pg from 'pg'

/** As long as nobody who asks should wait for a database that has gone without a word. */
const CONNECT_MS = 5000

/**
 * Kysely's PostgreSQL dialect. Counters come as numbers: none of ours exceeds what a double holds.
 * @param silenceMs after which a connection on which nothing was heard is given up, and so is what was asked on it;
 *   0 waits for ever
 */
export function postgresDialect(url: string, silenceMs: number): Dialect {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: CONNECT_MS,
    // An idle one is given up too: the pool would do so by itself, and opens others.
    stream: () => {
      const socket = new Socket()
      return socket.setTimeout(silenceMs, () => socket.destroy(new Error('The database does not answer')))
    },
  })
  // A dropped connection emits `error`, and without a listener Node would exit. The next query reports the loss anyway.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new PostgresDialect({ pool })
}
