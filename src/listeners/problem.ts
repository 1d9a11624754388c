import type { ModalView } from '@slack/types'
import { CmrError, mayPass, traceOf, withCustomer } from '../cmr/errors.ts'
import { type Command, InputError, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { failureText, faultMessage, reportButton } from '../commands/failure.ts'
import { noteFault } from '../commands/fault.ts'
import { noticeView } from '../commands/forms/form.ts'
import { stateFrom } from '../commands/forms/state.ts'
import { isAdmin } from '../commands/permissions.ts'
import { actions, escapeSentence } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'
import { againButton, backToForm, remedies } from './carry-on.ts'
import { knownBlocks } from './what-is-known.ts'

/** What waited for a confirmation is found no more. */
export const gone =
  ':warning: What you entered is no longer stored: it was already sent, or a day has passed. Look for its receipt before you run the command again.'

/** What went wrong, as people read it; of a fault of our own, where the log tells of it. */
export async function problemOf(
  { logger, access }: Pick<AppContext, 'logger' | 'access'>,
  { userId }: Pick<Caller, 'userId'>,
  command: Command,
  error: unknown,
): Promise<string> {
  const what = `${command.noun} ${command.verb}`
  if (error instanceof CmrError) return failureText(error, what, { isAdmin: await isAdmin(access, userId) })
  if (error instanceof InputError) return `:warning: ${escapeSentence(error.message)}`
  return faultMessage(what, noteFault(logger, command, error)).text
}

/**
 * What a form becomes when CMR would not say what it needs, or the bot could not make it: why, what is known all the
 * same, and how to go on.
 * @param entered what stood in the form that is gone back to, where it came from one
 */
export async function problemView(
  app: AppContext,
  caller: Caller,
  command: Command,
  given: Readonly<Record<string, unknown>>,
  error: unknown,
  entered?: Readonly<Record<string, unknown>>,
): Promise<ModalView> {
  // A choice goes on where this was said.
  const private_metadata = JSON.stringify(stateFrom(caller))
  const problem = await problemOf(app, caller, command, error)
  const back = entered ? await backToForm(app, caller, command, { values: entered }) : []
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
    const again = mayPass(error) ? [await againButton(app, caller, command, given)] : []
    const known = mayPass(error) ? await knownBlocks(app, command, given) : []
    const more = [...known, actions(...again, ...back, reportButton(attempt))]
    return { ...noticeView(command, problem, ...more), private_metadata }
  }
  if (error instanceof InputError) {
    const choices = await remedies(app, caller, command, given, error)
    return { ...noticeView(command, problem, ...choices), private_metadata }
  }
  const blocks = back.length > 0 ? [actions(...back)] : []
  return { ...noticeView(command, problem, ...blocks), private_metadata }
}
