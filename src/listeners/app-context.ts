import type { WebClient } from '@slack/web-api'
import type { MembershipGuard } from '../access/membership.ts'
import type { AlertLookup } from '../alerts/alert-lookup.ts'
import type { Caller } from '../commands/context.ts'
import type { Registry } from '../commands/registry.ts'
import type { OperationContext } from '../operations/perform.ts'
import type { Receipts } from '../operations/receipts.ts'
import type { Timer } from '../process/clock.ts'
import type { Home } from '../renewals/home/home.ts'

/** What a command is handed, whoever asks for it. */
export type SharedContext = Omit<OperationContext, 'caller'>

/** What every handler stands on. */
export interface AppContext extends SharedContext {
  /** The same without what is the handlers' own. */
  readonly shared: SharedContext
  readonly registry: Registry
  /** Who is let in at all. */
  readonly members: MembershipGuard
  readonly slack: WebClient
  /** Reads stored events as alerts. */
  readonly lookUp: AlertLookup
  readonly receipts: Pick<Receipts, 'show'>
  readonly home: Pick<Home, 'show' | 'wake'>
  /** Counts how long a person waits. */
  readonly timer: Timer
}

/** Returns what a command is handed that somebody asks for. */
export function commandContext({ shared }: Pick<AppContext, 'shared'>, caller: Caller): OperationContext {
  return { ...shared, caller }
}
