import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrationProvider } from './migrations/index.ts'
import type { Schema } from './schema.ts'

const PROBE_BYTES = 256 * 1024
/** After so long without a word PostgreSQL is given up: no query of ours takes a tenth of that. */
const SILENCE_MS = 10_000

/** The open database. */
export interface Store {
  readonly db: Kysely<Schema>
  readonly dialect: 'sqlite' | 'postgres'
  /** Throws where the database cannot be written to. */
  ping(): Promise<void>
  /** Writes as much as a burst of events would, and takes it out again. Throws where that does not fit. */
  probe(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the database and brings its tables up to date.
 * @param databaseUrl `file:PATH` or `postgres://…` (`DATABASE_URL`)
 * @param silentForMs after which PostgreSQL is given up
 * @throws where it cannot be opened or migrated, with the driver's own reason
 */
export async function openStore(databaseUrl: string, silentForMs = SILENCE_MS): Promise<Store> {
  const dialect = databaseUrl.startsWith('file:') ? 'sqlite' : 'postgres'
  const connect = async (silenceMs: number) =>
    new Kysely<Schema>({
      dialect:
        dialect === 'sqlite'
          ? (await import('./sqlite.ts')).sqliteDialect(databaseUrl.slice('file:'.length))
          : (await import('./postgres.ts')).postgresDialect(databaseUrl, silenceMs),
    })
  const db = await connect(silentForMs)
  // An index on a large table is long in the making, and PostgreSQL says nothing meanwhile.
  const migrating = dialect === 'postgres' ? await connect(0) : db
  const { error } = await new Migrator({ db: migrating, provider: migrationProvider }).migrateToLatest()
  if (migrating !== db) await migrating.destroy()
  if (error) {
    await db.destroy()
    throw error
  }
  return {
    db,
    dialect,
    // A write that changes nothing still fails on a read-only or broken database.
    ping: async () => {
      await sql`update events set event = event where event_id = ''`.execute(db)
    },
    async probe() {
      await db
        .insertInto('scratch')
        .values({ filler: 'x'.repeat(PROBE_BYTES) })
        .execute()
      await db.deleteFrom('scratch').execute()
    },
    close: () => db.destroy(),
  }
}
