import type { WebClient } from '@slack/web-api'
import type { MembershipGuard } from '../access/membership.ts'
import type { AlertLookup } from '../alerts/alert-lookup.ts'
import type { Caller } from '../commands/context.ts'
import { placeIn, readFormState } from '../commands/forms/state.ts'
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

/** What every interaction tells of who did it, and where. */
export interface InteractionBody {
  readonly user: { readonly id: string; readonly team_id?: string }
  readonly team?: { readonly id: string } | null
  readonly channel?: { readonly id: string }
  readonly container?: { readonly channel_id?: string; readonly is_ephemeral?: boolean }
  readonly message?: { readonly ts?: string; readonly thread_ts?: string }
  readonly view?: { readonly id?: string; readonly type?: string; readonly private_metadata?: string }
}

/** Returns who did something, and the channel that the answer belongs to. */
export function callerOf(body: InteractionBody): Caller {
  const said = body.channel?.id ?? body.container?.channel_id
  const form = readFormState(body.view?.private_metadata)
  const who = { userId: body.user.id, teamId: body.team?.id ?? body.user.team_id ?? '' }
  return said ? { ...who, channelId: said, threadTs: threadIn(body) } : { ...who, ...placeIn(form) }
}

/** Whoever presses a button of a message that everybody sees has the receipt below it. A direct message has no need of threads. */
function threadIn({ channel, container, message }: InteractionBody): string | undefined {
  if (!message || container?.is_ephemeral || channel?.id.startsWith('D')) return undefined
  return message.thread_ts ?? message.ts
}
