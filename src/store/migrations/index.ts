import type { Migration, MigrationProvider } from 'kysely/migration'
import { first } from './001_first.ts'

/** In order of their names; one that was released is never changed. */
const migrations: Record<string, Migration> = { '001_first': first }

/** The migrations as Kysely's Migrator takes them. */
export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations }
