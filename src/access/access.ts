import type { Effect } from '../cmr/endpoint.ts'
import { isForSomeCustomers } from '../commands/field.ts'
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
import { currentPolicy, type Policy, recentPolicy, sensitiveIn, withApprovals } from './policy.ts'
import { frozen, outsideScope, refusal, whoToAsk } from './refusals.ts'
import {
  customersReached,
  highestOf,
  isInForce,
  reaches,
  type ScopedStanding,
  type Standings,
  standingsOf,
} from './roles.ts'
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
      const { general, scoped } = standings
      return offersOf(
        general.role,
        highestOf(scoped) ?? 'none',
        isWithinOwnLimit(user, { effect: 'charge' }, standings, policy),
      )
    },
    async customersFor(user, wanted) {
      const policy = await (wanted.effect === 'read' ? recentPolicy(store) : currentPolicy(store))
      const standings = await standingsBy(user, policy)
      const needs = neededBy(wanted)
      if (reaches(standings.general.role, needs) || isWithinOwnLimit(user, wanted, standings, policy))
        return undefined
      return customersReached(standings.scoped, needs)
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
    const isForSome = isForSomeCustomers(wanted)
    const whose = scoped.length > 0 && isForSome ? await customers?.() : undefined
    const fitting = scoped.filter(({ role }) => reaches(role, needs))
    const inScope = isForSome ? withinScope(fitting, whose) : undefined
    if (inScope) return inScope
    if (isWithinOwnLimit(user, wanted, standings, policy))
      return { allowed: true, role: general.role, reason: `${general.reason}, within a limit` }
    const held = highestOf([general, ...scoped.filter(holdsFor(whose))]) ?? general.role
    const [first] = fitting
    const isSeen =
      general.role !== 'none' || Boolean(whose?.length && areAll(customersReached(scoped, 'viewer'), whose))
    return {
      allowed: false,
      reason: !first
        ? `${general.reason}; needs ${needs}`
        : isForSome
          ? `${first.reason}, but not for this customer`
          : `${first.reason}, for some customers, and this is about all`,
      refusal: first
        ? outsideScope(what, isForSome ? whose : undefined, ask)
        : refusal(what, held, needs, consequence, ask),
      approvable:
        policy.approvals.channel !== undefined &&
        wanted.effect !== 'read' &&
        // Of what is about the bot itself only what follows for others is worth anybody's approval.
        (!wanted.own || consequence !== undefined) &&
        // Who may not even see a thing would see it in what is to be approved.
        isSeen,
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
function offersOf(general: Role, forSome: Role, hasOwnLimit: boolean): Offers {
  const key = `${general} ${forSome} ${hasOwnLimit}`
  const offers: Offers =
    knownOffers.get(key) ??
    ((wanted, found) => {
      const needs = neededBy(wanted, found)
      return (
        reaches(general, needs) ||
        (reaches(forSome, needs) && isForSomeCustomers(wanted)) ||
        (hasOwnLimit && wanted.effect === 'charge' && !wanted.needs)
      )
    })
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

const areAll = (held: readonly string[], whose: readonly string[]) => whose.every((id) => held.includes(id))

/** Whether a role for some customers holds for all of these; for any of its own where none are named. */
const holdsFor = (whose: readonly string[] | undefined) => (one: ScopedStanding) =>
  whose === undefined || (whose.length > 0 && areAll(one.customers, whose))

/**
 * Returns what roles for some customers allow.
 * @param fitting the roles that would do
 * @param whose undefined where nobody is named: it is for theirs only, or yet to be said for whom
 */
function withinScope(
  fitting: readonly ScopedStanding[],
  whose: readonly string[] | undefined,
): Permission | undefined {
  const customers = [...new Set(fitting.flatMap((one) => one.customers))]
  const holding = fitting.find(holdsFor(whose)) ?? fitting[0]
  if (!holding) return undefined
  const reason = `${holding.reason}, for some customers`
  if (whose === undefined) return { allowed: true, role: holding.role, reason, customers }
  return whose.length > 0 && areAll(customers, whose)
    ? { allowed: true, role: holding.role, reason }
    : undefined
}
