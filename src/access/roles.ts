import type { Effect } from '../cmr/endpoint.ts'
import { type Permissions, type Role, roles } from '../commands/permissions.ts'

/** The least role that may have an effect: a viewer reads, an operator writes, only an admin charges or destroys. */
const needed: Record<Effect, Role> = { read: 'viewer', write: 'operator', charge: 'admin', destroy: 'admin' }

/**
 * @param options.admins Slack user ids that are admins from the start (`CMR_ADMINS`)
 * @param options.defaultRole the role of everybody else (`CMR_DEFAULT_ROLE`)
 */
export function createAccess(options: { admins: readonly string[]; defaultRole: Role }): Permissions {
  const admins = new Set(options.admins)
  const roleOf = (user: string): Role => (admins.has(user) ? 'admin' : options.defaultRole)

  return {
    decide(user, wanted, what) {
      const has = roleOf(user)
      const needs = wanted.needs ?? needed[wanted.effect]
      if (roles.indexOf(has) >= roles.indexOf(needs)) return { allowed: true }
      return { allowed: false, refusal: refusal(what, has, needs, [...admins]) }
    },
  }
}

function refusal(what: string, has: Role, needs: Role, admins: string[]): string {
  const who = admins.length
    ? `Ask ${admins
        .slice(0, 5)
        .map((id) => `<@${id}>`)
        .join(', ')}.`
    : 'Nobody is an admin yet: set the first ones in `CMR_ADMINS`.'
  const yours = has === 'none' ? 'you have no role here' : `you are ${article(has)}`
  return `*${what}* needs ${article(needs)}, and ${yours}. Nothing was done. ${who}`
}

function article(role: Role): string {
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} *${role}*`
}
