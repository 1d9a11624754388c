import type { Caller } from '../commands/context.ts'
import { placeIn, readFormState } from '../commands/forms/state.ts'

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
