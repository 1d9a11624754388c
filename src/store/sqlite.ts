import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type Dialect, SqliteAdapter, SqliteDialect, type SqliteStatement } from 'kysely'
import { LRUCache } from 'lru-cache'

/** A statement waits that long for another instance on the same file, in milliseconds. */
const BUSY_MS = 5000
const RETRY_MS = 20
/**
 * A transaction that reads first and writes later would fail at once where another instance has written in between:
 * what it has read is out of date. One that takes the lock as it begins waits for its turn.
 */
const BEGIN = 'begin immediate'

/** Statements that stay prepared: more than the bot has, less than lists of every length make. */
const PREPARED = 500

/**
 * Kysely's SQLite dialect over the SQLite that comes with Node. Every commit is on disk before it returns
 * (WAL, `synchronous=FULL`): an accepted webhook survives power loss.
 * @param path of the database file; its folder is made if missing
 */
export function sqliteDialect(path: string): Dialect {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  switchToWal(database)
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  const prepared = new LRUCache<string, SqliteStatement>({ max: PREPARED })

  return new Whole({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = prepared.get(sql) ?? prepare(database, sql === 'begin' ? BEGIN : sql)
        prepared.set(sql, statement)
        return statement
      },
    },
  })
}

/** The code of SQLite for a database that another connection has locked ("Result Codes"). */
const SQLITE_BUSY = 5

/** SQLite does not wait for another connection that switches the same new file ("PRAGMA journal_mode"), so this does. */
function switchToWal(database: DatabaseSync): void {
  const until = performance.now() + BUSY_MS
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      const { errcode } = error as { errcode?: number }
      if (errcode !== SQLITE_BUSY || performance.now() > until) throw error
      // Nothing else runs yet: the database is opened before anything listens.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }
}

const nothing = { changes: 0, lastInsertRowid: 0 }

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  const values = (parameters: ReadonlyArray<unknown>) => parameters as SQLInputValue[]
  // On a full disk SQLite ends the transaction by itself. A second end would hide why.
  const isOver = () => sql === 'rollback' && !database.isTransaction
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => (isOver() ? nothing : statement.run(...values(parameters))),
    iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  }
}

/** SQLite changes tables within a transaction too: an update of the database happens whole or not at all. */
class Whole extends SqliteDialect {
  override createAdapter() {
    return new WholeAdapter()
  }
}

class WholeAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}
