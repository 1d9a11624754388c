import type { Kysely } from 'kysely'
import { dropCredentials } from '../../cmr/redact.ts'
import type { Caller } from '../../commands/context.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { type AuditHead, type AuditRow, BROKEN, createSealer, GENESIS, hashOf, type Sealer } from './chain.ts'

/** One attempt, decision or change of policy: who, from where, what with which arguments, and how it ended. */
export interface Attempt {
  readonly at: Date
  readonly actor: string
  /** Where it came from. */
  readonly from?: Pick<Caller, 'door' | 'channelId'> | undefined
  readonly command: string
  /** Credentials are taken out of it. */
  readonly arguments: unknown
  readonly outcome: AuditRow['outcome']
  readonly detail?: string | undefined
  /** Why it was allowed, or not. */
  readonly reason?: string | undefined
  readonly actionId?: string | undefined
  readonly operationId?: string | undefined
  readonly cents?: number | undefined
}

/** Writes down what was tried, decided and changed; nothing that was written is ever changed. */
export interface Audit {
  /**
   * Adds a row to the end of the chain.
   * @param transaction that it stands or falls with; one of its own where none is given
   * @returns the row's id
   */
  record(attempt: Attempt, transaction?: Kysely<Schema>): Promise<number>
}

/** Who the bot is in the audit. */
export const BOT = 'bot'

/** @param parts.keys the key of the seal first, then those that it replaced (`CMR_AUDIT_KEY`) */
export function createAudit(parts: { readonly store: Store; readonly keys: readonly string[] }): Audit {
  const { db } = parts.store
  const sealer = createSealer(parts.keys)
  return {
    record: (attempt, transaction) =>
      transaction
        ? append(transaction, sealer, attempt)
        : db.transaction().execute((own) => append(own, sealer, attempt)),
  }
}

async function append(db: Kysely<Schema>, sealer: Sealer, attempt: Attempt): Promise<number> {
  const found = await lockHead(db)
  const head = found ?? (await beginChain(db, sealer))
  const standing = found ? sealer.check(head) : 'sealed'
  const rows: AuditRow[] = []
  for (const row of [...(standing === 'other-key' ? [newKeyRow(attempt.at)] : []), rowOf(attempt)])
    rows.push(chained(row, rows.at(-1) ?? head))
  const last = rows.at(-1)
  if (!last) throw new Error('There is no row to write')
  await db.insertInto('audit').values(rows).execute()
  const sealed = sealer.seal({ ...head, last_id: last.id, last_hash: last.hash })
  // An altered head is not sealed anew: the audit would vouch for what nobody has checked.
  const seal = standing === 'altered' ? brokenSeal(head) : sealed.seal
  await db
    .updateTable('audit_head')
    .set({ ...sealed, seal })
    .where('name', '=', 'audit')
    .execute()
  return last.id
}

/** Whoever comes second waits until the first has committed. */
async function lockHead(db: Kysely<Schema>): Promise<AuditHead | undefined> {
  return db
    .updateTable('audit_head')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('name', '=', 'audit')
    .returningAll()
    .executeTakeFirst()
}

/** The first attempt of all: two instances may make it at once. */
async function beginChain(db: Kysely<Schema>, sealer: Sealer): Promise<AuditHead> {
  const last = await db.selectFrom('audit').select(['id', 'hash']).orderBy('id', 'desc').executeTakeFirst()
  const ends = { first_id: 1, first_hash: GENESIS, last_id: last?.id ?? 0, last_hash: last?.hash ?? GENESIS }
  const begun = sealer.seal(ends)
  // Rows without a head: somebody has taken it away.
  const head = last ? { ...begun, seal: brokenSeal(begun) } : begun
  await db
    .insertInto('audit_head')
    .values(head)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const locked = await lockHead(db)
  if (!locked) throw new Error('The head of the audit cannot be written')
  return locked
}

function brokenSeal({ seal, last_id }: AuditHead): string {
  return seal.startsWith(BROKEN) ? seal : `${BROKEN} after row ${last_id}`
}

type Unchained = Omit<AuditRow, 'id' | 'previous_hash' | 'hash'>

function chained(row: Unchained, before: AuditRow | AuditHead): AuditRow {
  const [id, previous_hash] =
    'last_id' in before ? [before.last_id, before.last_hash] : [before.id, before.hash]
  const numbered = { ...row, id: id + 1, previous_hash }
  return { ...numbered, hash: hashOf(numbered) }
}

function rowOf(attempt: Attempt): Unchained {
  const { from, detail, reason, actionId, operationId, cents } = attempt
  return {
    at: attempt.at.toISOString(),
    actor: attempt.actor,
    door: from?.door ?? null,
    channel: from?.channelId ?? null,
    command: attempt.command,
    arguments: JSON.stringify(dropCredentials(attempt.arguments)),
    outcome: attempt.outcome,
    detail: detail === undefined ? null : String(dropCredentials(detail)),
    reason: reason ?? null,
    action_id: actionId ?? null,
    operation_id: operationId ?? null,
    cents: cents ?? null,
  }
}

/** The command of the row that tells of a new key. */
export const NEW_KEY = 'audit.key'

function newKeyRow(at: Date): Unchained {
  const detail =
    'The key of the seal has changed, so that the seal of all rows before this one was not checked.'
  return rowOf({ at, actor: BOT, command: NEW_KEY, arguments: {}, outcome: 'ok', detail })
}
