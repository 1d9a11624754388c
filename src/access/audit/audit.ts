import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import { dropCredentials } from '../../cmr/redact.ts'
import type { Caller } from '../../commands/context.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'

/** One attempt, decision or change of policy: who, from where, what with which arguments, and how it ended. */
export interface Attempt {
  readonly at: Date
  readonly actor: string
  /** Where it came from. */
  readonly from?: Pick<Caller, 'via' | 'channelId'> | undefined
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
export interface Audit extends Pick<Sealer, 'sign' | 'isSigned'> {
  /**
   * Adds a row to the end of the chain.
   * @param transaction that it stands or falls with; one of its own where none is given
   * @returns the row's id
   */
  record(attempt: Attempt, transaction?: Kysely<Schema>): Promise<number>
}

/** The detail of a row that is on disk before its request leaves for CMR; how it ended is a later row. */
export const SENT = 'Sent to CMR'

/** Who the bot is in the audit. */
export const BOT = 'bot'

/** Rows that one transaction writes at most. */
const AT_ONCE = 200

/** A row that waits for the transaction that is under way. */
interface WaitingRow {
  readonly row: Unchained
  readonly written: (id: number) => void
  readonly failed: (error: unknown) => void
}

/**
 * Creates the audit. Rows that come while others are being written wait for these, and then share one transaction: every
 * commit is a write to the disk that others would wait for.
 * @param parts.keys the key of the seal first, then those that it replaced (`CMR_AUDIT_KEY`)
 */
export function createAudit(parts: { readonly store: Store; readonly keys: readonly string[] }): Audit {
  const { db } = parts.store
  const sealer = createSealer(parts.keys)
  const waiting: WaitingRow[] = []
  let isWriting = false

  const write = (rows: readonly Unchained[]) => db.transaction().execute((own) => append(own, sealer, rows))

  async function writeWaiting() {
    isWriting = true
    for (let group = waiting.splice(0, AT_ONCE); group.length > 0; group = waiting.splice(0, AT_ONCE))
      await writeGroup(group)
    isWriting = false
  }

  async function writeGroup(group: readonly WaitingRow[]): Promise<void> {
    try {
      const ids = await write(group.map(({ row }) => row))
      for (const [at, { written }] of group.entries()) written(ids[at] ?? 0)
    } catch (error) {
      // A row that the database refuses does not take others along.
      if (group.length > 1) await Promise.all(group.map((one) => writeGroup([one])))
      else group[0]?.failed(error)
    }
  }

  return {
    sign: sealer.sign,
    isSigned: sealer.isSigned,
    async record(attempt, transaction) {
      const row = rowOf(attempt)
      if (transaction) return (await append(transaction, sealer, [row]))[0] ?? 0
      return new Promise((written, failed) => {
        waiting.push({ row, written, failed })
        if (!isWriting) void writeWaiting()
      })
    },
  }
}

/** @returns the ids of the rows, in their order */
async function append(
  db: Kysely<Schema>,
  sealer: Sealer,
  added: readonly Unchained[],
): Promise<readonly number[]> {
  const found = await lockHead(db)
  const head = found ?? (await beginChain(db, sealer))
  const standing = found ? sealer.check(head) : 'sealed'
  const newKey = standing === 'other-key' && added[0] ? [newKeyRow(added[0].at)] : []
  const rows: AuditRow[] = []
  for (const row of [...newKey, ...added]) rows.push(chained(row, rows.at(-1) ?? head))
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
  return rows.slice(newKey.length).map(({ id }) => id)
}

/** Whoever comes second waits until the first has committed. */
export async function lockHead(db: Kysely<Schema>): Promise<AuditHead | undefined> {
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
    door: from?.via ?? null,
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

function newKeyRow(at: string): Unchained {
  const detail =
    'The key of the seal has changed, so that the seal of all rows before this one was not checked.'
  const about = { actor: BOT, command: NEW_KEY, arguments: {}, outcome: 'ok', detail } as const
  return rowOf({ at: new Date(at), ...about })
}

export type AuditRow = Selectable<Schema['audit']>
export type AuditHead = Selectable<Schema['audit_head']>

/** What the first row of all is chained to. */
export const GENESIS = '0'.repeat(64)

/** Stands in place of a seal once the head was found altered: no later row makes it whole again. */
export const BROKEN = 'broken'

/** Returns the hash of a row: of everything in it, and of the row before. */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { id, at, actor, door, channel, command, arguments: given, outcome, detail, reason } = row
  const { action_id, operation_id, cents, previous_hash } = row
  const about = [id, at, actor, door, channel, command, given, outcome, detail, reason]
  return hash('sha256', JSON.stringify([...about, action_id, operation_id, cents, previous_hash]))
}

/** Seals heads, and checks seals. The database alone is not enough to make one. */
export interface Sealer {
  /** Returns the head as it is stored. */
  seal(ends: Pick<AuditHead, 'first_id' | 'first_hash' | 'last_id' | 'last_hash'>): AuditHead
  /** `other-key`: sealed with a key that is not among ours. */
  check(head: AuditHead): 'sealed' | 'altered' | 'other-key'
  /** Returns the signature of anything else that must not be altered, such as a request for an approval. */
  sign(content: readonly unknown[]): string
  isSigned(content: readonly unknown[], signature: string): boolean
}

/** @param secrets the one to seal with, and others that may have been used before */
export function createSealer(secrets: readonly string[]): Sealer {
  const keys = secrets.map((secret) => {
    const key = Buffer.from(hkdfSync('sha256', secret, '', 'cmr-for-slack audit seal', 32))
    const fingerprint = createHmac('sha256', key).update('fingerprint').digest('hex').slice(0, 16)
    return { key, fingerprint }
  })
  const [newest] = keys
  if (!newest) throw new Error('The audit needs a key to be sealed with')
  const hmac = (key: Buffer, content: readonly unknown[]) =>
    createHmac('sha256', key).update(JSON.stringify(content)).digest('hex')
  const sealWith = (key: Buffer, head: Parameters<Sealer['seal']>[0]) =>
    hmac(key, [head.first_id, head.first_hash, head.last_id, head.last_hash])
  const signWith = (key: Buffer, content: readonly unknown[]) => hmac(key, ['signed', ...content])

  return {
    seal: ({ first_id, first_hash, last_id, last_hash }) => {
      const ends = { first_id, first_hash, last_id, last_hash }
      return { name: 'audit', ...ends, sealed_by: newest.fingerprint, seal: sealWith(newest.key, ends) }
    },
    check(head) {
      if (head.seal.startsWith(BROKEN)) return 'altered'
      const known = keys.find(({ fingerprint }) => fingerprint === head.sealed_by)
      if (!known) return 'other-key'
      return isSame(sealWith(known.key, head), head.seal) ? 'sealed' : 'altered'
    },
    sign: (content) => signWith(newest.key, content),
    isSigned: (content, signature) => keys.some(({ key }) => isSame(signWith(key, content), signature)),
  }
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}
