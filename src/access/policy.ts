import type { Kysely } from 'kysely'
import { z } from 'zod'
import {
  type Consequence,
  type Permission,
  roles,
  type SensitiveChange,
  sensitiveChanges,
  type Wanted,
} from '../commands/permissions.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Attempt, Audit } from './audit/audit.ts'

const cents = z.number().int().min(0)

/** A role of a person or a user group. */
const grant = z.object({
  /** Slack user id, or `S…` of a user group. */
  subject: z.string(),
  role: z.enum(roles),
  /** CMR's user ids that it holds for; all of them where it is left out. */
  customers: z.array(z.string()).optional(),
  /** ISO 8601: it ends then. */
  until: z.string().optional(),
  /** They are a guest of the workspace, and an admin has let them in: they have nothing but what is given like this. */
  guest: z.boolean().optional(),
  by: z.string(),
  at: z.string(),
})

/** What a role, or a person, may spend. */
const limit = z.object({
  /** A role, or a Slack user id. */
  subject: z.string(),
  operation: cents.optional(),
  day: cents.optional(),
  month: cents.optional(),
})

const shape = z.object({
  grants: z.array(grant).default([]),
  limits: z.array(limit).default([]),
  /** Cents that all people together may spend in a month. */
  budget: cents.optional(),
  approvals: z
    .object({
      /** Slack channel id; without it nothing can be approved. */
      channel: z.string().optional(),
      approvers: z.number().int().min(1).max(2).default(1),
      /** What asks for an approval whatever it costs, admins too. */
      always: z.array(z.enum(sensitiveChanges)).default([]),
      /** What takes two approvers whatever `approvers` says. */
      twice: z.array(z.enum(sensitiveChanges)).default([]),
      /** An open request expires after so many. */
      hours: z.number().int().min(1).max(720).default(24),
    })
    .prefault({}),
  frozen: z.object({ by: z.string(), at: z.string(), why: z.string().optional() }).optional(),
})

/** Who may do what, as admins have decided it. */
export type Policy = z.output<typeof shape>
export type Grant = z.output<typeof grant>
export type SpendLimit = z.output<typeof limit>

/** Reads a stored policy; what an older version of the bot did not know is left as it was then. */
function parsePolicy(content: string): Policy {
  return shape.parse(JSON.parse(content))
}

/** Before any admin has decided anything. */
export const firstPolicy: Policy = shape.parse({})

/** Returns what a policy knows an attempt as. */
export function sensitiveIn(
  { effect, sensitive, consequence }: Wanted,
  found?: Consequence,
): SensitiveChange[] {
  const grants = found === 'grants' || consequence === 'grants'
  return [
    ...(effect === 'destroy' ? (['destroying'] as const) : []),
    ...(sensitive ? [sensitive] : []),
    ...(grants ? (['roles'] as const) : []),
  ]
}

/** Adds who else has to agree: nobody, where there is no channel to ask in. */
export function withApprovals(
  permission: Permission,
  { approvals }: Policy,
  what: string,
  changes: readonly SensitiveChange[],
): Permission {
  if (!approvals.channel) return permission
  const approvers = changes.some((one) => approvals.twice.includes(one)) ? 2 : approvals.approvers
  const isAlwaysAsked = permission.allowed && changes.some((one) => approvals.always.includes(one))
  if (!isAlwaysAsked) return { ...permission, approvers }
  return { ...permission, approvers, needsApproval: `*${what}* always needs somebody else’s approval here.` }
}

/** A policy with its version; 0 before the first change. */
export interface PolicyVersion {
  readonly version: number
  readonly policy: Policy
}

/** Milliseconds for which a look may go by a policy that another instance has replaced. */
const FRESH_MS = 1000

/** The newest policy that was read from a store, and when. */
const lastRead = new WeakMap<Store, { readonly read: PolicyVersion; readonly at: number }>()

function remember(store: Store, read: PolicyVersion): PolicyVersion {
  const known = lastRead.get(store)
  // An answer that was under way while somebody changed the policy is older than what is known.
  if (!known || known.read.version <= read.version) lastRead.set(store, { read, at: performance.now() })
  return read
}

/**
 * Returns the policy for what is only looked at: a change made by this process counts at once, one by another instance
 * within a second. While the store is away, the last policy that was read counts.
 */
export async function recentPolicy(store: Store): Promise<Policy> {
  const known = lastRead.get(store)
  if (known && performance.now() - known.at < FRESH_MS) return known.read.policy
  try {
    return remember(store, await readPolicy(store.db)).policy
  } catch (error) {
    if (!known) throw error
    return known.read.policy
  }
}

/** Returns the policy that counts now, for whatever changes something: it is read anew each time. */
export async function currentPolicy(store: Store): Promise<Policy> {
  return remember(store, await readPolicy(store.db)).policy
}

/** Reads the policy that counts now, within a transaction where one is given. */
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
const TRIES = 50

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
      return { version: row.version, policy: next }
    })
    if (changed) return remember(store, changed).policy
    if (tries === TRIES)
      throw new Error('Somebody else is changing this at the moment. Try again in a minute.')
  }
}
