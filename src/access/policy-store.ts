import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Attempt, Audit } from './audit/audit.ts'
import { firstPolicy, type Policy, parsePolicy } from './policy.ts'

/** A policy with its version; 0 before the first change. */
export interface PolicyVersion {
  readonly version: number
  readonly policy: Policy
}

/** Returns the policy that counts now. It is read anew each time: another instance may have changed it. */
export async function readPolicy(db: Kysely<Schema>): Promise<PolicyVersion> {
  const row = await db
    .selectFrom('policies')
    .select(['version', 'content'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { version: row.version, policy: parsed(row.content) } : { version: 0, policy: firstPolicy }
}

/** The last one that was parsed: it seldom changes. */
let latest: { readonly content: string; readonly policy: Policy } | undefined

function parsed(content: string): Policy {
  if (latest?.content !== content) latest = { content, policy: parsePolicy(content) }
  return latest.policy
}

/** How often a change is tried again that another one has overtaken. */
const TRIES = 5

/**
 * Makes a new version of the policy, with its row in the audit.
 * @param change returns the new one from the one that counts now; it may be asked more than once
 */
export async function changePolicy(
  { store, audit }: { readonly store: Store; readonly audit: Audit },
  attempt: Omit<Attempt, 'outcome'>,
  change: (policy: Policy) => Policy,
): Promise<Policy> {
  for (let tries = 1; ; tries++) {
    const changed = await store.db.transaction().execute(async (transaction) => {
      const { version, policy } = await readPolicy(transaction)
      const next = change(policy)
      const row = {
        version: version + 1,
        content: JSON.stringify(next),
        changed_by: attempt.actor,
        changed_at: attempt.at.toISOString(),
      }
      const written = await transaction
        .insertInto('policies')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (written.numInsertedOrUpdatedRows === 0n) return undefined
      const detail = `Version ${row.version} of the policy`
      await audit.record({ detail, ...attempt, outcome: 'ok' }, transaction)
      return next
    })
    if (changed) return changed
    if (tries === TRIES) throw new Error('The policy is being changed by somebody else: try again.')
  }
}
