import type { Consequence, Permission, SensitiveChange, Wanted } from '../commands/permissions.ts'
import type { Policy } from './policy.ts'

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
