import { type Kysely, sql } from 'kysely'
import { money } from '../cmr/money.ts'
import type { Role } from '../commands/permissions.ts'
import { startOfDay, startOfMonth, tz } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import type { Policy, SpendLimit } from './policy.ts'

/** Who spends. */
export interface Spender {
  /** Slack user id. */
  readonly user: string
  readonly role: Role
}

/** What somebody may spend: a limit of their own counts for more than that of their role. */
export function limitsOf({ limits }: Policy, { user, role }: Spender): Omit<SpendLimit, 'subject'> {
  const [own, ofRole] = [user, role].map((name) => limits.find(({ subject }) => subject === name))
  return {
    operation: own?.operation ?? ofRole?.operation,
    day: own?.day ?? ofRole?.day,
    month: own?.month ?? ofRole?.month,
  }
}

/** Whether a price has to be known before somebody may spend. */
export function isLimited(policy: Policy, spender: Spender): boolean {
  const limits = Object.values(limitsOf(policy, spender))
  return policy.budget !== undefined || limits.some((one) => one !== undefined)
}

/**
 * Returns which limit a charge would break, as a sentence; nothing where it breaks none. What counts is what has left
 * for CMR and was not refused as a whole: asked within the transaction that sends one more, two at once cannot slip past.
 * @param zone IANA: days and months begin there
 */
export async function brokenLimit(
  db: Kysely<Schema>,
  policy: Policy,
  charge: {
    readonly spender: Spender
    /** Undefined where CMR tells the price only when it charges. */
    readonly cents: number | undefined
    /** The import that it is a row of: all that its rows cost is one operation to whoever has confirmed it. */
    readonly runId?: string | undefined
    /** True for whoever sees some customers only: what all others have spent is not told. */
    readonly isPrivate?: boolean | undefined
  },
  { now, zone }: { readonly now: Date; readonly zone: string },
): Promise<string | undefined> {
  const { spender, cents, runId, isPrivate } = charge
  const { operation, day, month } = limitsOf(policy, spender)
  if (!isLimited(policy, spender)) return undefined
  if (cents === undefined) return 'CMR shows its price only when it charges, so your limit cannot be checked'
  if (cents === 0) return undefined
  if (operation !== undefined && cents > operation)
    return `it costs ${money(cents)}, and ${money(operation)} is your limit per operation`
  const inZone = { in: tz(zone) }
  const [today, thisMonth] = [startOfDay(now, inZone), startOfMonth(now, inZone)]
  const { user } = spender
  const limits = [
    ...(runId
      ? [{ most: operation, of: { runId }, what: 'your limit per operation, which an import counts as' }]
      : []),
    { most: day, of: { user, from: today }, what: 'your limit per day' },
    { most: month, of: { user, from: thisMonth }, what: 'your limit per month' },
    {
      most: policy.budget,
      of: { from: thisMonth },
      what: 'the team’s budget per month',
      isHidden: isPrivate,
    },
  ]
  for (const { most, of, what, isHidden } of limits) {
    if (most === undefined) continue
    const spent = await spentOn(db, of)
    if (spent + cents <= most) continue
    return isHidden
      ? `it costs ${money(cents)}, and less is left of ${what}`
      : `it costs ${money(cents)}, ${money(spent)} is spent, and ${money(most)} is ${what}`
  }
  return undefined
}

/** Cents that operations have charged, or may yet charge. */
async function spentOn(
  db: Kysely<Schema>,
  { from, user, runId }: { readonly from?: Date; readonly user?: string; readonly runId?: string },
): Promise<number> {
  const { cents } = await db
    .selectFrom('operations')
    .select(({ fn }) => fn.sum<number | null>('cents').as('cents'))
    .where('cents', 'is not', null)
    .where('sent_at', 'is not', null)
    .where('state', '!=', sql.lit('failed' as const))
    .$if(from !== undefined, (query) => query.where('sent_at', '>=', new Date(Number(from)).toISOString()))
    .$if(user !== undefined, (query) => query.where('actor', '=', user ?? ''))
    .$if(runId !== undefined, (query) => query.where('run_id', '=', runId ?? ''))
    .executeTakeFirstOrThrow()
  return Number(cents ?? 0)
}
