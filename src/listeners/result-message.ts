import { mayPass } from '../cmr/errors.ts'
import { type Command, isPlainRead, type Question } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { failureMessage, faultMessage, notice } from '../commands/failure.ts'
import { isAdmin } from '../commands/permissions.ts'
import { conflictMessage } from '../operations/messages/conflict.ts'
import type { CommandResult } from '../operations/perform.ts'
import { actions, escapeSentence, type Message, section } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'
import { againButton, carryOnButton, remedies } from './carry-on.ts'

/** What a person reads of an attempt, however it ended. */
export async function messageOf(
  app: Pick<AppContext, 'access' | 'drafts'>,
  caller: Caller,
  command: Command,
  input: Readonly<Record<string, unknown>>,
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
  input: Readonly<Record<string, unknown>>,
  { text, yes, field }: Question,
): Promise<Message> {
  const values = { ...input, [field]: true }
  const go = await carryOnButton(app, caller, command, { text: yes, suffix: 'sure', values })
  return { text, blocks: [section(text), actions(go)] }
}
