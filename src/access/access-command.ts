import { z } from 'zod'
import { commandWith } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Registry } from '../commands/registry.ts'
import type { ChannelAccess } from '../slack/channel-access.ts'
import type { Access } from './access.ts'
import type { Audit } from './audit/audit.ts'
import type { MembershipGuard } from './membership.ts'
import type { Policy } from './policy.ts'
import { isInForce } from './roles.ts'

/** What the commands about roles, limits and approvals are handed. */
export interface AccessNeeds {
  readonly control: Access
  readonly audit: Audit
  readonly channelAccess: Pick<ChannelAccess, 'enter' | 'outsiders' | 'knownOutsiders'>
  /** Tells members of the workspace from guests and strangers. */
  readonly members: Pick<MembershipGuard, 'kindOf'>
  readonly registry: () => Registry
}

export type AccessContext = CommandContext & AccessNeeds

/**
 * A person of Slack. Any other word would be taken for one: a role or a right of somebody whom nobody is, or, where it
 * begins with an S, of a user group.
 */
export const personField = z
  .string()
  .regex(/^@?[UW][A-Z0-9]{2,}$/, 'Name a person as Slack does, such as @ana.')
  .transform((id) => id.replace('@', ''))

/** Declares a command about who may do what. */
export const accessCommand = commandWith<AccessNeeds>()

/** Returns who changed the policy, for the audit. */
export function changedBy({ caller, clock }: CommandContext, command: string, given: unknown) {
  return { at: clock(), actor: caller.userId, from: caller, command, arguments: given }
}

/**
 * Returns why some requests could be approved by nobody, as a sentence; nothing where each could. Nobody approves their
 * own request: a team whose admins are too few would have locked itself out.
 */
export function adminsMissing(
  policy: Policy,
  { control, clock }: Pick<AccessContext, 'control' | 'clock'>,
): string | undefined {
  const { channel, approvers, always, twice } = policy.approvals
  const isGroupAdmin = policy.grants.some(
    (one) => one.subject.startsWith('S') && one.role === 'admin' && !one.customers && isInForce(one, clock()),
  )
  if (!channel || always.length === 0 || isGroupAdmin) return undefined
  const needed = 1 + (always.some((one) => twice.includes(one)) ? 2 : approvers)
  const { length } = control.admins(policy)
  if (length >= needed) return undefined
  return `Approvals for ${always.join(', ')} take ${needed} admins, one to ask and the others to approve, and there would be ${length}: make another one first, with /cmr access grant.`
}
