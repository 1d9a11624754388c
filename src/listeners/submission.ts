import type { ModalView } from '@slack/types'
import type { Command } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import type { ViewState } from '../commands/forms/values.ts'

/** How long an acknowledgement waits for CMR, so that a refusal can still mark its field. Slack allows 3 s. */
export const ACK_WAIT_MS = 400

/** A submitted form. */
export interface Submission {
  readonly command: Command
  readonly caller: Omit<Caller, 'channelId'>
  readonly viewId: string
  readonly metadata: string
  readonly state: ViewState
}

/** How a submission is acknowledged ("Modals: responding to view submissions"). */
export type SubmissionAck =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | {
      readonly response_action: 'update'
      readonly view: ModalView
      /** It is the same form again: it is to be shown from its top. */
      readonly isFresh?: boolean
    }
  | { readonly response_action: 'clear' }
