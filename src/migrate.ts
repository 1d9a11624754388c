import { existsSync } from 'node:fs'
import { EX_CONFIG, parseDatabaseUrl, settingBehind } from './config.ts'
import { openStore } from './store/store.ts'

// `npm run migrate`: opening the store is what migrates it. A release step knows the database, and may not know Slack.
if (existsSync('.env')) process.loadEnvFile('.env')
const parsed = parseDatabaseUrl(process.env)
if (!parsed.ok) stopFor(parsed.fault)
try {
  const store = await openStore(parsed.url)
  console.log(`The ${store.dialect} database is up to date.`)
  await store.close()
} catch (error) {
  const fault = settingBehind(error)
  if (fault) stopFor(fault)
  console.error(`✗ The database cannot be migrated: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

function stopFor({ name, expected }: { readonly name: string; readonly expected: string }): never {
  console.error(`✗ ${name}: expected ${expected}`)
  process.exit(EX_CONFIG)
}
