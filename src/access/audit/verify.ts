import type { Kysely } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { type AuditHead, type AuditRow, BROKEN, createSealer, hashOf, NEW_KEY } from './audit.ts'

/** What a check of the audit came to. */
export type AuditVerification =
  | {
      readonly ok: true
      readonly rows: number
      /** Where the chain ends: whoever has noted it elsewhere can compare. */
      readonly head: Pick<AuditHead, 'last_id' | 'last_hash'> | undefined
      /** Rows from which on another key was used. */
      readonly newKeys: readonly number[]
    }
  /** `row`: the first one that is not as it was written; none where the head itself is not. */
  | { readonly ok: false; readonly row: number | undefined; readonly why: string }

/** Rows that are read at once. */
const PAGE = 2000

/**
 * Checks the whole chain: every row is as it was written, none is missing, none has another place, and it ends where
 * the sealed head says.
 * @param db a transaction with one view of both tables
 * @param keys those of the seal: see `createAudit`
 */
export async function verifyAudit(db: Kysely<Schema>, keys: readonly string[]): Promise<AuditVerification> {
  const head = await db.selectFrom('audit_head').selectAll().where('name', '=', 'audit').executeTakeFirst()
  if (!head) return withoutHead(db)
  const chain = await checkRows(db, head)
  if (!chain.ok) return chain
  const outside = await rowOutside(db, head)
  if (outside !== undefined) return broken(outside, 'It is outside of the chain.')
  const seal = createSealer(keys).check(head)
  if (seal === 'other-key')
    return broken(
      undefined,
      'The head is sealed with a key that is not given: set CMR_AUDIT_KEY to the present key and the old one, separated by a comma.',
    )
  if (seal === 'altered') {
    const after = head.seal.startsWith(BROKEN) ? ` ${head.seal.slice(BROKEN.length).trim()}` : ''
    return broken(
      head.last_id + 1,
      `The head was altered${after}: what came behind it may have been cut off.`,
    )
  }
  return { ok: true, rows: chain.rows, head, newKeys: chain.newKeys }
}

async function rowOutside(db: Kysely<Schema>, { first_id, last_id }: AuditHead): Promise<number | undefined> {
  const row = await db
    .selectFrom('audit')
    .select('id')
    .where(({ or, eb }) => or([eb('id', '<', first_id), eb('id', '>', last_id)]))
    .executeTakeFirst()
  return row?.id
}

/** Checks the rows from one end to the other: that they are chained to each other, and to both ends. */
export async function checkRows(
  db: Kysely<Schema>,
  { first_id, first_hash, last_id, last_hash }: Omit<AuditHead, 'name' | 'seal' | 'sealed_by'>,
): Promise<
  { ok: true; rows: number; newKeys: readonly number[] } | Extract<AuditVerification, { ok: false }>
> {
  const newKeys: number[] = []
  let before = { id: first_id - 1, hash: first_hash }
  while (before.id < last_id) {
    // Ids have no gaps. By their range a database that knows nothing of its tables yet takes the index, by a limit not.
    const through = Math.min(before.id + PAGE, last_id)
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', before.id)
      .where('id', '<=', through)
      .orderBy('id')
      .execute()
    for (const row of rows) {
      const fault = faultIn(row, before)
      if (fault) return fault
      if (row.command === NEW_KEY) newKeys.push(row.id)
      before = row
    }
    if (before.id < through) return missingAfter(db, before.id, last_id)
  }
  if (before.hash !== last_hash) return broken(before.id, 'It is not the row that the chain ended with.')
  return { ok: true, rows: last_id - first_id + 1, newKeys }
}

async function missingAfter(db: Kysely<Schema>, id: number, last: number) {
  const later = await db.selectFrom('audit').select('id').where('id', '>', id).limit(1).executeTakeFirst()
  const why = later ? 'It is missing.' : `It is missing, and so are all up to ${last}: the end was cut off.`
  return broken(id + 1, why)
}

function faultIn(row: AuditRow, before: { readonly id: number; readonly hash: string }) {
  if (row.id !== before.id + 1) return broken(before.id + 1, 'It is missing.')
  if (row.hash !== hashOf(row)) return broken(row.id, 'It was altered after it was written.')
  if (row.previous_hash !== before.hash)
    return broken(row.id, 'It does not follow upon the row before it: one of the two was replaced.')
  return undefined
}

/** Nothing was ever recorded, or all of it was taken away. */
async function withoutHead(db: Kysely<Schema>): Promise<AuditVerification> {
  const row = await db.selectFrom('audit').select('id').orderBy('id').executeTakeFirst()
  const operation = await db.selectFrom('operations').select('id').executeTakeFirst()
  if (row || operation) return broken(row?.id, 'The head of the audit is gone.')
  return { ok: true, rows: 0, head: undefined, newKeys: [] }
}

function broken(row: number | undefined, why: string) {
  return { ok: false, row, why } as const
}
