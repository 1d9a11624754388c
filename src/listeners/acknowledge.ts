import type { Command } from '../commands/command.ts'
import { waitingView } from '../commands/forms/form.ts'
import type { AppContext } from './app-context.ts'
import { endWaiting } from './open-view.ts'
import type { SubmissionAck } from './submission.ts'

/**
 * Acknowledges a submission. A form that stays is shown anew: Slack would leave it scrolled to where it was submitted,
 * and what is wrong stands on top.
 */
export async function acknowledge(
  app: AppContext,
  viewId: string,
  command: Command,
  answer: SubmissionAck,
  ack: (answer: SubmissionAck) => Promise<void>,
): Promise<void> {
  if (answer.response_action !== 'update' || !answer.isFresh) return ack(answer)
  await ack({ response_action: 'update', view: waitingView(command, 'Nothing was sent. One moment…') })
  await endWaiting(app, command, viewId, answer.view)
}
