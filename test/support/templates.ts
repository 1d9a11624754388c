import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openStore } from '../../src/store/store.ts'
import { makeFolder } from './folder.ts'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests may make databases of their own; empty without PostgreSQL. */
    postgresUrl: string
    /** The name of a PostgreSQL database whose tables are up to date; copies of it start faster. */
    postgresTemplate: string
    /** The path of a SQLite file whose tables are up to date. */
    sqliteTemplate: string
  }
}

const TEMPLATE = 'cmr_template'

/** Makes the databases that tests copy: once for a run, not once for every test. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = makeFolder('templates')
  const sqliteTemplate = join(folder, 'cmr.db')
  await migrate(`file:${sqliteTemplate}`)
  project.provide('sqliteTemplate', sqliteTemplate)

  const postgres = await startPostgres(TEMPLATE)
  if (postgres) await migrate(postgres.templateUrl)
  project.provide('postgresUrl', postgres?.url ?? '')
  project.provide('postgresTemplate', TEMPLATE)
  return () => {
    postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function migrate(databaseUrl: string): Promise<void> {
  await (await openStore(databaseUrl)).close()
}
