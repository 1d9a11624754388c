import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'

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
