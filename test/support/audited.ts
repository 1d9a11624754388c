import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import type { Transaction } from 'kysely'
import { verifyAudit } from '../../src/access/audit/verify.ts'
import type { Schema } from '../../src/store/schema.ts'
import type { Store } from '../../src/store/store.ts'

export const at = new Date('2026-11-28T12:00:00Z')
export const keys = ['key of the audit']
export const attempt = (number: number) => ({
  at,
  actor: `U${number}`,
  from: { via: 'form' as const, channelId: 'C1' },
  command: 'domains.renew',
  arguments: { domains: ['acme.com'], number, password: 'Secret-99x!' },
  outcome: 'ok' as const,
  detail: 'renewed',
  reason: 'admin',
  actionId: `A${number}`,
  operationId: `O${number}`,
  cents: 900,
})

export type Change = (db: Transaction<Schema>) => Promise<unknown>

/** What a change comes to, undone afterwards. */
export async function verifiedAfterIn(store: Store, change: Change): Promise<unknown> {
  const undone = new Error('undone')
  let found: unknown
  await store.db
    .transaction()
    .execute(async (db) => {
      await change(db)
      found = await verifyAudit(db, keys)
      throw undone
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error
    })
  return found
}

const texts = [
  'at',
  'actor',
  'door',
  'channel',
  'command',
  'arguments',
  'outcome',
  'detail',
  'reason',
  'action_id',
  'operation_id',
  'previous_hash',
  'hash',
] as const
const row = fc.integer({ min: 1, max: 5 })
/** What somebody with the database could do to it. */
export const damages = fc.oneof(
  fc.record({
    kind: fc.constant('byte' as const),
    row,
    column: fc.constantFrom(...texts),
    place: fc.nat(),
    byte: fc.integer({ min: 33, max: 126 }),
  }),
  fc.record({
    kind: fc.constant('cents' as const),
    row,
    cents: fc.option(fc.integer({ min: 0, max: 2 ** 40 })),
  }),
  fc.record({ kind: fc.constant('delete' as const), row }),
  fc.record({ kind: fc.constant('swap' as const), row, with: row }),
  fc.record({ kind: fc.constant('truncate' as const), row }),
)

/** What `npm run audit:verify` says of a database, and its exit code. */
export async function verifyRun(env: Record<string, string>) {
  const run = promisify(execFile)(process.execPath, ['src/audit-verify.ts'], {
    env: { ...process.env, ...env },
  })
  return run.then(
    ({ stdout }) => ({ rc: 0, text: stdout }),
    (failed: { code: number; stdout: string }) => ({ rc: failed.code, text: failed.stdout }),
  )
}
