import type { Caller } from '../commands/context.ts'
import type { CommandResult } from '../operations/perform.ts'
import { withTimeout } from '../process/clock.ts'
import type { Message } from '../slack/blocks.ts'
import { isConfidential } from '../slack/scrub.ts'
import type { AppContext } from './app-context.ts'
import { messageView, showInView } from './open-view.ts'
import { replyTo, showEphemerally } from './reply.ts'
import type { SubmissionAck } from './submission.ts'

/** Of the three seconds that Slack waits for the acknowledgement of a form. */
const SHOWN_WITHIN_MS = 1000

/** Returns the login that a form asked for; nothing where the outcome holds none. */
export function loginIn(result: CommandResult): Message | undefined {
  return result.kind === 'done' && isConfidential(result.outcome.message) ? result.outcome.message : undefined
}

/**
 * Shows a login ephemerally in the channel of its form, which then closes. Where Slack does not show it there in time,
 * or the form belongs to no channel, the form itself shows it.
 */
export async function acknowledgeLogin(
  app: AppContext,
  caller: Caller,
  login: Message,
): Promise<SubmissionAck> {
  const showing = showEphemerally(app, caller, login).catch((error: unknown) => {
    app.logger.warn({ err: error }, 'a login could not be shown ephemerally')
    return false
  })
  const isShown = await withTimeout(showing, SHOWN_WITHIN_MS)
  return isShown ? { response_action: 'clear' } : { response_action: 'update', view: messageView(login) }
}

/** Shows a login in the form that is still open for it; ephemerally where that was closed meanwhile. */
export async function showLoginLate(
  app: AppContext,
  caller: Caller,
  login: Message,
  viewId: string,
): Promise<void> {
  const isShown = await showInView(app, viewId, messageView(login)).catch((error: unknown) => {
    app.logger.warn({ err: error }, 'a login could not be shown in its form')
    return false
  })
  if (!isShown) await replyTo(app, caller, undefined)(login)
}
