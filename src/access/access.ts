import type { Effect } from '../cmr/endpoint.ts'
import {
  type Consequence,
  type Offers,
  type Permission,
  type Permissions,
  type Role,
  roles,
  type Wanted,
  type WantedDetails,
} from '../commands/permissions.ts'
import type { Store } from '../store/store.ts'
import type { Policy } from './policy.ts'
import { currentPolicy, recentPolicy } from './policy-store.ts'
import { isInForce, reaches, type ScopedStanding, type Standings, standingsOf } from './roles.ts'
import { sensitiveIn, withApprovals } from './sensitive.ts'
import type { UserGroups } from './user-groups.ts'

/** The least role that may have an effect. */
const neededForEffect: Readonly<Record<Effect, Role>> = {
  read: 'viewer',
  write: 'operator',
  charge: 'finance',
  destroy: 'admin',
}

const neededForConsequence: Readonly<Record<Consequence, Role>> = {
  'ends later': 'finance',
  'moves mail': 'admin',
  'silences others': 'admin',
  grants: 'admin',
}

/** Why a consequence needs more than a plain write. */
const consequenceReasons: Readonly<Record<Consequence, string>> = {
  'ends later': 'What it switches off ends by itself later.',
  'moves mail': 'It changes where mail goes.',
  'silences others': 'Others would no longer get alerts that they get today.',
  grants: 'It changes what people may do.',
}

/** The one place that decides who may do what. */
export interface Access extends Permissions {
  /** Returns what somebody is, and the policy that makes them so. */
  standings(slackUserId: string): Promise<Standings & { readonly policy: Policy }>
  /** Who is an admin for all customers, as far as people are named. */
  admins(policy: Policy): readonly string[]
}

/**
 * @param parts.admins Slack user ids that are admins from the start (`CMR_ADMINS`)
 * @param parts.defaultRole the role of everybody else (`CMR_DEFAULT_ROLE`)
 */
export function createAccess(parts: {
  readonly store: Store
  readonly admins: readonly string[]
  readonly defaultRole: Role
  readonly groups: UserGroups
  readonly clock: () => Date
}): Access {
  const { store, defaultRole, groups, clock } = parts
  const admins = new Set(parts.admins)
  const standingsBy = (user: string, policy: Policy) =>
    standingsOf(user, { policy, admins, defaultRole, groups, now: clock() })

  const adminsOf = (policy: Policy) => [
    ...new Set([
      ...admins,
      ...policy.grants
        .filter(
          (one) =>
            one.role === 'admin' && !one.customers && !one.subject.startsWith('S') && isInForce(one, clock()),
        )
        .map(({ subject }) => subject),
    ]),
  ]

  return {
    admins: adminsOf,
    async standings(user) {
      const policy = await recentPolicy(store)
      return { ...(await standingsBy(user, policy)), policy }
    },
    async offers(user) {
      const policy = await recentPolicy(store)
      const standings = await standingsBy(user, policy)
      const held = [standings.general, ...standings.scoped].map(({ role }) => role)
      const highest = roles.findLast((role) => held.includes(role)) ?? 'none'
      return offersOf(highest, isWithinOwnLimit(user, { effect: 'charge' }, standings, policy))
    },
    async decide(user, wanted, what, details = {}) {
      const policy = await (wanted.effect === 'read' ? recentPolicy(store) : currentPolicy(store))
      const permission = await decideBy(policy, user, wanted, what, details)
      return withApprovals(permission, policy, what, sensitiveIn(wanted, details.consequence))
    },
  }

  async function decideBy(
    policy: Policy,
    user: string,
    wanted: Wanted,
    what: string,
    { consequence: found, customers }: WantedDetails,
  ): Promise<Permission> {
    const standings = await standingsBy(user, policy)
    const needs = neededBy(wanted, found)
    const consequence = found ?? (typeof wanted.consequence === 'string' ? wanted.consequence : undefined)
    const { general, scoped } = standings
    const ask = whoToAsk(adminsOf(policy))
    if (policy.frozen && (wanted.effect === 'charge' || wanted.effect === 'destroy'))
      return frozen(what, policy.frozen, ask)
    if (reaches(general.role, needs)) return { allowed: true, role: general.role, reason: general.reason }
    const fitting = scoped.filter(({ role }) => reaches(role, needs))
    const inScope = fitting.length > 0 ? withinScope(what, fitting, await customers?.(), ask) : undefined
    if (inScope?.allowed) return inScope
    if (isWithinOwnLimit(user, wanted, standings, policy))
      return { allowed: true, role: general.role, reason: `${general.reason}, within a limit` }
    if (inScope) return inScope
    return {
      allowed: false,
      reason: `${general.reason}; needs ${needs}`,
      refusal: refusal(what, general.role, needs, consequence, ask),
      approvable:
        policy.approvals.channel !== undefined &&
        wanted.effect !== 'read' &&
        // Of what is about the bot itself only what follows for others is worth anybody's approval.
        (!wanted.own || consequence !== undefined) &&
        general.role !== 'none',
    }
  }
}

/**
 * Returns the role that something needs: by its effect, by what follows from it, or by its own declaration.
 * @param found what follows from its values
 */
export function neededBy({ effect, needs, consequence }: Wanted, found?: Consequence): Role {
  const always = typeof consequence === 'string' ? [consequence] : []
  const followed = [...always, ...(found ? [found] : [])].map((one) => neededForConsequence[one])
  const all = [needs ?? neededForEffect[effect], ...followed]
  return roles.findLast((role) => all.includes(role)) ?? 'admin'
}

const knownOffers = new Map<string, Offers>()

/** Returns the same function for everybody who may run the same, so that what follows from it can be kept. */
function offersOf(highest: Role, hasOwnLimit: boolean): Offers {
  const key = `${highest} ${hasOwnLimit}`
  const offers: Offers =
    knownOffers.get(key) ??
    ((wanted, found) =>
      reaches(highest, neededBy(wanted, found)) ||
      (hasOwnLimit && wanted.effect === 'charge' && !wanted.needs))
  knownOffers.set(key, offers)
  return offers
}

/** An operator may spend what a limit allows for an operation, where one was set for them. */
function isWithinOwnLimit(
  user: string,
  { effect, needs }: Wanted,
  { general }: Standings,
  { limits }: Policy,
): boolean {
  if (effect !== 'charge' || needs || general.role !== 'operator') return false
  return limits.some(
    ({ subject, operation }) => (subject === user || subject === general.role) && operation !== undefined,
  )
}

function withinScope(
  what: string,
  fitting: readonly ScopedStanding[],
  customers: readonly string[] | undefined,
  ask: string,
): Permission {
  const [first] = fitting
  if (!first) throw new Error('There is no role that fits')
  const allowed = { allowed: true, role: first.role, reason: `${first.reason}, for some customers` } as const
  // A form may be opened before it is known for whom.
  if (!customers) return allowed
  const mine = new Set(fitting.flatMap((one) => one.customers))
  if (customers.length > 0 && customers.every((id) => mine.has(id))) return allowed
  const why =
    customers.length === 0
      ? 'your role holds for some customers only: name one of them'
      : 'your role does not hold for this customer'
  return {
    allowed: false,
    reason: `${first.reason}, but not for this customer`,
    refusal: `*${what}*: ${why}. Nothing was done. ${ask}`,
  }
}

function frozen(what: string, { by, why }: NonNullable<Policy['frozen']>, ask: string): Permission {
  const reason = why ? ` (${why})` : ''
  return {
    allowed: false,
    reason: 'frozen',
    refusal: `*${what}* is stopped: <@${by}> has frozen everything that charges or destroys${reason}. Nothing was done. An admin lifts it with \`/cmr unfreeze\`. ${ask}`,
  }
}

function refusal(
  what: string,
  has: Role,
  needs: Role,
  consequence: Consequence | undefined,
  ask: string,
): string {
  const yours =
    has === 'none'
      ? 'you have no role here'
      : has === 'finance'
        ? 'you have the role *finance*'
        : `you are ${named(has)}`
  const why = consequence ? ` ${consequenceReasons[consequence]}` : ''
  return `*${what}* needs ${named(needs)}, and ${yours}.${why} Nothing was done. ${ask}`
}

function whoToAsk(admins: readonly string[]): string {
  if (admins.length === 0) return 'Nobody is an admin yet: set the first ones in `CMR_ADMINS`.'
  return `Ask ${admins
    .slice(0, 5)
    .map((id) => `<@${id}>`)
    .join(', ')}.`
}

/** "an *operator*", "the role *finance*". */
function named(role: Role): string {
  if (role === 'finance' || role === 'none') return `the role *${role}*`
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} *${role}*`
}
