import type { ModalView } from '@slack/types'
import { CmrError, traceOf, withCustomer } from '../cmr/errors.ts'
import { type Command, InputError, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { failureText, faultMessage, reportButton } from '../commands/failure.ts'
import { noteFault } from '../commands/fault.ts'
import { type FormState, noticeView } from '../commands/forms/form.ts'
import { stateFrom } from '../commands/forms/state.ts'
import { actions, escapeSentence } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'
import { remedies } from './carry-on.ts'

/** What waited for a confirmation is found no more. */
export const gone =
  ':warning: What you entered is no longer here: it was sent already, or a day has passed. Look for its receipt before you run the command again.'

/** What went wrong, as people read it; of a fault of our own, where the log tells of it. */
export function problemOf({ logger }: Pick<AppContext, 'logger'>, command: Command, error: unknown): string {
  const what = `${command.noun} ${command.verb}`
  if (error instanceof CmrError) return failureText(error, what)
  if (error instanceof InputError) return `:warning: ${escapeSentence(error.message)}`
  return faultMessage(what, noteFault(logger, command, error)).text
}

/** What a form becomes when CMR would not say what it needs, or the bot could not make it. */
export async function problemView(
  app: AppContext,
  caller: Caller,
  command: Command,
  given: Readonly<Record<string, unknown>>,
  error: unknown,
): Promise<ModalView> {
  if (error instanceof CmrError) {
    const attempt = await app.audit.record({
      at: app.clock(),
      actor: caller.userId,
      from: caller,
      command: idOf(command),
      arguments: withCustomer(given, error),
      outcome: 'failed',
      detail: traceOf(error),
    })
    return noticeView(command, problemOf(app, command, error), actions(reportButton(attempt)))
  }
  if (error instanceof InputError) {
    const choices = await remedies(app, caller, command, given, error)
    const state: FormState = stateFrom(caller)
    const view = noticeView(command, problemOf(app, command, error), ...choices)
    // A choice goes on where this was said.
    return { ...view, private_metadata: JSON.stringify(state) }
  }
  return noticeView(command, problemOf(app, command, error))
}
