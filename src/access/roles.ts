import type { Effect } from '../cmr/endpoint.ts'

/** Ordered: each role may do what those before it may. */
export const roles = ['none', 'viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** The least role that may have an effect: a viewer reads, an operator writes, only an admin charges or destroys. */
const needed: Record<Effect, Role> = { read: 'viewer', write: 'operator', charge: 'admin', destroy: 'admin' }

/** Whether somebody may do a thing and, if not, the sentence that says who could. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly refusal: string }

/** What is tried: its effect, and the role it needs where that is more than the effect does. */
export interface Wanted {
  readonly effect: Effect
  readonly needs?: Role
}

/** The one place that is asked before anything is shown or done. */
export interface Access {
  roleOf(slackUserId: string): Role
  /** @param what what was tried, as a person says it: "users create" */
  decide(slackUserId: string, wanted: Wanted, what: string): Verdict
}

/**
 * @param options.admins Slack user ids that are admins from the start (`CMR_ADMINS`)
 * @param options.defaultRole the role of everybody else (`CMR_DEFAULT_ROLE`)
 */
export function createAccess(options: { admins: readonly string[]; defaultRole: Role }): Access {
  const admins = new Set(options.admins)
  const roleOf = (user: string): Role => (admins.has(user) ? 'admin' : options.defaultRole)

  return {
    roleOf,
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
    : 'Nobody is an admin yet: whoever runs the bot names the first ones.'
  const yours = has === 'none' ? 'you have no role here' : `you are ${article(has)}`
  return `*${what}* needs ${article(needs)}, and ${yours}. Nothing was done. ${who}`
}

function article(role: Role): string {
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} *${role}*`
}
