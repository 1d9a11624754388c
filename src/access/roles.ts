import type { Effect } from '../cmr/endpoint.ts'
import { type Consequence, type Permission, type Role, roles, type Wanted } from '../commands/permissions.ts'
import { dayText } from '../process/day-text.ts'
import type { Grant, Policy } from './policy.ts'
import type { UserGroups } from './user-groups.ts'

/** What somebody is, and why. */
export interface Standing {
  readonly role: Role
  /** "viewer by default", "finance, granted by <@U1>". */
  readonly reason: string
}

/** A role that holds for some customers only. */
export interface ScopedStanding extends Standing {
  readonly customers: readonly string[]
}

/** What somebody is for all customers, and what more for some. */
export interface Standings {
  readonly general: Standing
  readonly scoped: readonly ScopedStanding[]
}

/** Returns the highest of some roles. */
export function highestOf(standings: readonly Standing[]): Role | undefined {
  return roles.findLast((role) => standings.some((one) => one.role === role))
}

/** Returns the customers for whom roles for some customers do. */
export function customersReached(scoped: readonly ScopedStanding[], needs: Role): string[] {
  return [...new Set(scoped.flatMap(({ role, customers }) => (reaches(role, needs) ? customers : [])))]
}

/** Returns whether one role may do what needs the other. */
export function reaches(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs)
}

/** Returns whether a role that was given is not over. */
export function isInForce({ until }: Pick<Grant, 'until'>, now: Date): boolean {
  return until === undefined || until > now.toISOString()
}

/** Returns whether an admin has let somebody in who is a guest of the workspace. */
export function isGuestLetIn({ grants }: Policy, user: string, now: Date): boolean {
  return grants.some((one) => one.guest && one.subject === user && one.role !== 'none' && isInForce(one, now))
}

/**
 * Returns what somebody is. Who is named in `CMR_ADMINS` is an admin whatever else is said; a grant to a person counts
 * for more than one to a group, and both for more than the default, upwards and downwards. A guest who was let in has
 * what was given to them by name, and nothing else.
 */
export async function standingsOf(
  user: string,
  by: {
    readonly policy: Policy
    readonly admins: ReadonlySet<string>
    readonly defaultRole: Role
    readonly groups: UserGroups
    readonly now: Date
  },
): Promise<Standings> {
  const valid = by.policy.grants.filter((one) => isInForce(one, by.now))
  const own = valid.filter(({ subject }) => subject === user)
  const asGuest = own.filter(({ guest }) => guest)
  if (asGuest.length > 0) {
    const granted = highest(asGuest)
    const general: Standing = granted
      ? { role: granted.role, reason: reasonOf(granted) }
      : { role: 'none', reason: 'a guest, let in for some customers' }
    return { general, scoped: scopedIn(asGuest) }
  }
  const ofGroups = (
    await Promise.all(
      valid
        .filter(({ subject }) => subject.startsWith('S'))
        .map(async (one) => ((await by.groups.members(one.subject)).includes(user) ? [one] : [])),
    )
  ).flat()
  return { general: generalOf(user, by, own, ofGroups), scoped: scopedIn([...own, ...ofGroups]) }
}

function scopedIn(grants: readonly Grant[]): ScopedStanding[] {
  return grants.flatMap(({ customers, ...one }) =>
    customers ? [{ role: one.role, reason: reasonOf(one), customers }] : [],
  )
}

function generalOf(
  user: string,
  { admins, defaultRole }: { readonly admins: ReadonlySet<string>; readonly defaultRole: Role },
  own: readonly Grant[],
  ofGroups: readonly Grant[],
): Standing {
  if (admins.has(user)) return { role: 'admin', reason: 'admin by the bot’s settings' }
  const granted = highest(own) ?? highest(ofGroups)
  return granted
    ? { role: granted.role, reason: reasonOf(granted) }
    : { role: defaultRole, reason: `${defaultRole} by default` }
}

function highest(grants: readonly Grant[]): Grant | undefined {
  return grants
    .filter(({ customers }) => customers === undefined)
    .toSorted((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role))[0]
}

function reasonOf({ role, subject, guest, by, until }: Omit<Grant, 'customers'>): string {
  const through = guest ? ' as a guest' : subject.startsWith('S') ? ` through <!subteam^${subject}>` : ''
  return `${role}${through}, granted by <@${by}>${until ? ` until ${dayText(until)}` : ''}`
}

export const areAll = (held: readonly string[], whose: readonly string[]) =>
  whose.every((id) => held.includes(id))

/** Whether a role for some customers holds for all of these; for any of its own where none are named. */
export const holdsFor = (whose: readonly string[] | undefined) => (one: ScopedStanding) =>
  whose === undefined || (whose.length > 0 && areAll(one.customers, whose))

/**
 * Returns what roles for some customers allow.
 * @param fitting the roles that would do
 * @param whose undefined where nobody is named: it is for theirs only, or yet to be said for whom
 */
export function withinScope(
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
