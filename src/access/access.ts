import { isForSomeCustomers } from '../commands/field.ts'
import type {
  Consequence,
  Offers,
  Permission,
  Permissions,
  Role,
  Wanted,
  WantedDetails,
} from '../commands/permissions.ts'
import type { Store } from '../store/store.ts'
import { currentPolicy, type Policy, recentPolicy, sensitiveIn, withApprovals } from './policy.ts'
import {
  areAll,
  customersReached,
  highestOf,
  holdsFor,
  isInForce,
  neededBy,
  reaches,
  type Standings,
  standingsOf,
  withinScope,
} from './roles.ts'
import type { UserGroups } from './user-groups.ts'

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

/** Why a consequence needs more than a plain write. */
const consequenceReasons: Readonly<Record<Consequence, string>> = {
  'ends later': 'What it switches off ends later, unless somebody acts.',
  'moves mail': 'It changes where mail goes.',
  'silences others': 'Other people would no longer get alerts that they get today.',
  grants: 'It changes what people may do.',
}

/** Returns the answer to what is stopped for everybody. */
function frozen(what: string, by: NonNullable<Policy['frozen']>, ask: string): Permission {
  return { allowed: false, reason: 'frozen', refusal: `${frozenSentence(what, by)} ${ask}` }
}

/** Says that something is stopped for everybody, who has stopped it, and what allows it again; mrkdwn. */
export function frozenSentence(what: string, { by, why }: NonNullable<Policy['frozen']>): string {
  const reason = why ? ` (${why})` : ''
  return `*${what}* is stopped: <@${by}> has frozen everything that charges or cannot be undone${reason}. Nothing was done. An admin can allow it again with \`/cmr unfreeze\`.`
}

/**
 * Returns why a role for some customers does not do; mrkdwn.
 * @param whose the customers that it is about: none where that is not known, undefined where it is never about some
 */
function outsideScope(what: string, whose: readonly string[] | undefined, ask: string): string {
  const why =
    whose === undefined
      ? 'your role is for some customers only, and this is not about one of them alone'
      : whose.length === 0
        ? 'your role is for some customers only: name one of them, or something of theirs'
        : 'your role is not for this customer'
  return `*${what}*: ${why}. Nothing was done. ${ask}`
}

/** Returns why somebody may not do what needs more than they are, and whom to ask; mrkdwn. */
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

/** Returns whom to ask, in a sentence. */
function whoToAsk(admins: readonly string[]): string {
  if (admins.length === 0)
    return 'Nobody is an admin yet: whoever runs the bot names the first ones in its settings.'
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
