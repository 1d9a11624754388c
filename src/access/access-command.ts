import { commandWith } from '../commands/command-with.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Registry } from '../commands/registry.ts'
import type { ChannelAccess } from '../slack/channel-access.ts'
import type { Access } from './access.ts'
import type { Audit } from './audit/audit.ts'
import type { MembershipGuard } from './membership.ts'

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

/** Declares a command about who may do what. */
export const accessCommand = commandWith<AccessNeeds>()

/** Returns who changed the policy, for the audit. */
export function changedBy({ caller, clock }: CommandContext, command: string, given: unknown) {
  return { at: clock(), actor: caller.userId, from: caller, command, arguments: given }
}
