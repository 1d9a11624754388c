import type { ModalView } from '@slack/types'
import { CmrError, mayPass, traceOf, withCustomer } from '../cmr/errors.ts'
import type { Checked } from '../commands/check.ts'
import { type Command, InputError, idOf, isPlainRead, type Question } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import {
  failureMessage,
  failureText,
  faultMessage,
  noteFault,
  notice,
  reportButton,
} from '../commands/failure.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { noticeView } from '../commands/forms/form.ts'
import { type FormContent, stateFrom } from '../commands/forms/state.ts'
import { exampleLines } from '../commands/help.ts'
import { isAdmin } from '../commands/permissions.ts'
import { conflictMessage } from '../operations/gate.ts'
import type { CommandResult } from '../operations/perform.ts'
import { actions, escapeSentence, escapeText, type Message, section } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'
import { againButton, backToForm, carryOnButton, remedies } from './carry-on.ts'
import { knownBlocks } from './waiting.ts'

/** What a person reads of an attempt, however it ended. */
export async function messageOf(
  app: Pick<AppContext, 'access' | 'drafts'>,
  caller: Caller,
  command: Command,
  input: Values,
  commandResult: CommandResult,
): Promise<Message> {
  const what = `${command.noun} ${command.verb}`
  switch (commandResult.kind) {
    case 'done':
      return commandResult.outcome.message
    case 'refused':
      return notice(`:no_entry: ${commandResult.sentence}`)
    case 'requested':
      return notice(commandResult.sentence)
    case 'invalid': {
      const { error } = commandResult
      const { text, blocks } = notice(`:warning: ${escapeSentence(error.message)}`)
      return { text, blocks: [...blocks, ...(await remedies(app, caller, command, input, error))] }
    }
    case 'question':
      return questionMessage(app, caller, command, input, commandResult.question)
    case 'duplicate':
      return notice('This was already sent, and is not sent twice. The receipt shows how it ended.')
    case 'conflict':
      return conflictMessage(commandResult.conflict)
    case 'failed':
      return failureMessage(commandResult.error, {
        what,
        failure: commandResult.attempt,
        look: command.whenUnknown?.(input),
        isAdmin: await isAdmin(app.access, caller.userId),
        again:
          mayPass(commandResult.error) && isPlainRead(command)
            ? await againButton(app, caller, command, input)
            : undefined,
      })
    case 'fault':
      return faultMessage(what, commandResult.reference)
  }
}

/** Asks whether something is meant: the button goes on with all that was given. */
async function questionMessage(
  app: Pick<AppContext, 'drafts'>,
  caller: Caller,
  command: Command,
  input: Values,
  { text, yes, field }: Question,
): Promise<Message> {
  const values = { ...input, [field]: true }
  const go = await carryOnButton(app, caller, command, { text: yes, suffix: 'sure', values })
  return { text, blocks: [section(text), actions(go)] }
}

/** Values that were given and cannot be taken: a sentence each, by field. */
export type WrongValues = Readonly<Record<string, string>>

/** Returns what is wrong with values that were given; undefined where only some are missing. */
export function wrongValues({ errors, missing }: Extract<Checked, { ok: false }>): WrongValues | undefined {
  const wrong = Object.entries(errors).filter(([name]) => !missing.includes(name))
  return wrong.length > 0 ? Object.fromEntries(wrong) : undefined
}

/** The same, as a form shows it below its inputs. */
export function faultsOf(errors: WrongValues | undefined): FormContent['faults'] {
  return errors && Object.fromEntries(Object.entries(errors).map(([name, sentence]) => [name, { sentence }]))
}

/** Says what is wrong with what was typed, above buttons that go on with the rest of it. */
export async function wrongMessage(
  app: AppContext,
  caller: Caller,
  command: Command,
  raw: Values,
  wrong: WrongValues,
): Promise<Message> {
  const names = Object.keys(wrong)
  const fields = fieldsOf(command.input)
  const lines = names.map((name) => {
    const label = fields.find((field) => field.name === name)?.label ?? name
    return `• *${escapeText(label)}*: ${escapeSentence(wrong[name] ?? '')}`
  })
  const text = `:warning: Nothing was done.\n${[...lines, ...exampleLines(command)].join('\n')}`
  // One doubt after the other: what is chosen for the first leaves the next to be asked about.
  const [first = ''] = names
  const error = new InputError(first, wrong[first] ?? '')
  return { text, blocks: [section(text), ...(await remedies(app, caller, command, raw, error))] }
}

/** What waited for a confirmation is found no more. */
export const gone =
  ':warning: What you entered is no longer stored: it was already sent, or a day has passed. Look for its receipt before you run the command again.'

/** What went wrong, as people read it; of a fault of our own, where the log tells of it. */
export async function problemOf(
  { logger, access }: AppContext,
  { userId }: Caller,
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
  given: Values,
  error: unknown,
  entered?: Values,
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
    const known = mayPass(error) ? await knownBlocks(app, caller, command, given) : []
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
