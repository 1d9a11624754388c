import type { Effect } from '../cmr/endpoint.ts'

/** Ordered: each role may do what those before it may. */
export const roles = ['none', 'viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What is tried: its effect, and the role it needs where that is more than the effect does. */
export interface Wanted {
  readonly effect: Effect
  readonly needs?: Role
}

/** The decision on a permission, with the sentence that says who could if it is refused. */
export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly refusal: string }

/** The one place that is asked before anything is shown or done. */
export interface Permissions {
  /** @param what what was tried, as a person says it: "users create" */
  decide(slackUserId: string, wanted: Wanted, what: string): Permission
}
