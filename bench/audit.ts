import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type AuditRow, createSealer, GENESIS, hashOf } from '../src/access/audit/audit.ts'
import { eachOf } from '../src/store/sql.ts'
import { openStore } from '../src/store/store.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { secret } from './program.ts'

// `npm run audit:verify` over a million rows, on both databases: processor time, so that a busy machine tells it as a quiet
// one does, and memory.

const ROWS = 1_000_000
const AT_ONCE = 5000
const MOST_MS = 10_000
const MOST_MB = 400
/** proc(5): what `stat` counts processor time in, on Linux. */
const TICK_MS = 10

const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))
const postgres = await startPostgres('bench')
const databases = {
  sqlite: `file:${join(folder, 'cmr.db')}`,
  ...(postgres && { postgres: postgres.templateUrl }),
}

function rowAfter({ id, hash }: Pick<AuditRow, 'id' | 'hash'>): AuditRow {
  const row = {
    id: id + 1,
    at: new Date(1_795_000_000_000 + id * 1000).toISOString(),
    actor: `U0${id % 40}`,
    door: 'form',
    channel: 'C012345',
    command: 'domains.renew',
    arguments: JSON.stringify({ userId: `USER${id % 2000}`, domains: [`company${id}.com`], years: 1 }),
    outcome: 'ok' as const,
    detail: null,
    reason: 'finance, granted by <@U01>',
    action_id: `action-${id}`,
    operation_id: `operation-${id}`,
    cents: 1250,
    previous_hash: hash,
  }
  return { ...row, hash: hashOf(row) }
}

const columns = Object.keys(rowAfter({ id: 0, hash: GENESIS })) as (keyof AuditRow)[]

/** Writes the rows as the bot would have, in a fraction of the time. */
async function fill(databaseUrl: string): Promise<void> {
  const store = await openStore(databaseUrl)
  const values = columns.map((column, at) =>
    column === 'id' || column === 'cents'
      ? sql`cast(value ->> ${sql.lit(at)} as bigint)`
      : sql`value ->> ${sql.lit(at)}`,
  )
  let last = { id: 0, hash: GENESIS }
  await store.db.transaction().execute(async (transaction) => {
    while (last.id < ROWS) {
      const rows: AuditRow[] = []
      while (rows.length < AT_ONCE) rows.push(rowAfter(rows.at(-1) ?? last))
      last = rows.at(-1) ?? last
      const each = rows.map((row) => columns.map((column) => row[column]))
      const names = sql.join(columns.map((column) => sql.ref(column)))
      await sql`insert into audit (${names}) select ${sql.join(values)} from ${eachOf(store.db, each)}`.execute(
        transaction,
      )
    }
    const ends = { first_id: 1, first_hash: GENESIS, last_id: last.id, last_hash: last.hash }
    await transaction
      .insertInto('audit_head')
      .values(createSealer([secret]).seal(ends))
      .execute()
  })
  await store.close()
}

/** Runs the script as a process of its own. */
async function verify(databaseUrl: string) {
  const entry = fileURLToPath(new URL('../src/audit-verify.ts', import.meta.url))
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: databaseUrl,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: secret,
    CMR_API_KEY: secret,
  }
  const begun = performance.now()
  const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'inherit', 'inherit'], env })
  let peakMb = 0
  let processorMs = 0
  const watching = setInterval(() => {
    try {
      // proc(5): VmHWM is the peak; fields 14 and 15 of `stat` are the processor's time.
      const kb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0)
      peakMb = Math.max(peakMb, kb / 1024)
      const [, after = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')
      const [user, system] = after.split(' ').slice(11, 13).map(Number)
      processorMs = ((user ?? 0) + (system ?? 0)) * TICK_MS
    } catch {
      // It has ended between two looks.
    }
  }, 50)
  const [code] = await once(child, 'exit')
  clearInterval(watching)
  if (code !== 0) throw new Error(`audit:verify ended with ${code}`)
  return { ms: Math.round(performance.now() - begun), processorMs, peakMb: Math.round(peakMb) }
}

const table: Record<string, object> = {}
for (const [name, url] of Object.entries(databases)) {
  await fill(url)
  const { ms, processorMs, peakMb } = await verify(url)
  table[name] = {
    'processor time, ms': processorMs,
    'wanted, ms': `≤ ${MOST_MS}`,
    'took, ms': ms,
    'peak memory, MB': peakMb,
    'wanted, MB': `≤ ${MOST_MB}`,
  }
  if (processorMs > MOST_MS || peakMb > MOST_MB) process.exitCode = 1
}
postgres?.stop()
rmSync(folder, { recursive: true, force: true })
console.log(`npm run audit:verify over ${ROWS.toLocaleString('en-US')} rows`)
console.table(table)
