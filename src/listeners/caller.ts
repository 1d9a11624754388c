import type { Caller } from '../commands/context.ts'
import { readFormState } from '../commands/forms/state.ts'

/** What every interaction tells of who did it, and where. */
export interface InteractionBody {
  readonly user: { readonly id: string; readonly team_id?: string }
  readonly team?: { readonly id: string } | null
  readonly channel?: { readonly id: string }
  readonly container?: { readonly channel_id?: string; readonly is_ephemeral?: boolean }
  readonly view?: { readonly id?: string; readonly type?: string; readonly private_metadata?: string }
}

/** Returns who did something, and the channel that the answer belongs to. */
export function callerOf(body: InteractionBody): Caller {
  const said = body.channel?.id ?? body.container?.channel_id
  const channelId = said ?? readFormState(body.view?.private_metadata).channel
  return { userId: body.user.id, teamId: body.team?.id ?? body.user.team_id ?? '', channelId }
}
