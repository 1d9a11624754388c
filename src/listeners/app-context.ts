import type { WebClient } from '@slack/web-api'
import type { MembershipGuard } from '../access/membership.ts'
import type { Caller, CommandContext } from '../commands/context.ts'
import type { Registry } from '../commands/registry.ts'
import type { Receipts } from '../operations/receipts.ts'

/** What every handler stands on. */
export interface AppContext extends Omit<CommandContext, 'caller'> {
  readonly registry: Registry
  /** Who is let in at all. */
  readonly members: MembershipGuard
  readonly slack: WebClient
  readonly receipts: Pick<Receipts, 'show'>
}

/** The part of a house that a command may use, and who asks. */
export function commandContext(app: AppContext, caller: Caller): CommandContext {
  const { registry: _, slack: __, receipts: ___, members: ____, ...shared } = app
  return { ...shared, caller }
}
