import { existsSync } from 'node:fs'
import { verifyAudit } from './access/audit/verify.ts'
import { auditKeysIn, EX_CONFIG, parseConfig } from './config.ts'
import { openStore } from './store/store.ts'

// `npm run audit:verify`: exits with 0 where the audit is whole, with 1 where it is not.
if (existsSync('.env')) process.loadEnvFile('.env')
const parsed = parseConfig(process.env)
if (!parsed.ok) {
  for (const { name, expected } of parsed.faults) console.error(`✗ ${name}: expected ${expected}`)
  process.exit(EX_CONFIG)
}
const store = await openStore(parsed.config.DATABASE_URL)
const isolation = store.dialect === 'postgres' ? ('repeatable read' as const) : undefined
const reading = isolation ? store.db.transaction().setIsolationLevel(isolation) : store.db.transaction()
const found = await reading
  .execute((transaction) => verifyAudit(transaction, auditKeysIn(parsed.config)))
  .finally(() => store.close())

if (found.ok) {
  const end = found.head ? `, up to row ${found.head.last_id} with hash ${found.head.last_hash}` : ''
  console.log(`✓ The audit is whole: ${found.rows} rows${end}.`)
  for (const row of found.newKeys)
    console.log(
      `! From row ${row} on another key seals it. If nobody changed the key then, the rows before are not to be trusted.`,
    )
} else {
  console.log(`✗ The audit is broken${found.row === undefined ? '' : ` at row ${found.row}`}: ${found.why}`)
  process.exitCode = 1
}
