import { choiceButtons } from '../commands/choices.ts'
import type { Command } from '../commands/command.ts'
import { failureMessage, faultMessage, notice } from '../commands/failure.ts'
import { conflictMessage } from '../operations/messages/conflict.ts'
import type { CommandResult } from '../operations/perform.ts'
import { escapeSentence, type Message } from '../slack/blocks.ts'

/** What a person reads of an attempt, however it ended. */
export function messageOf(
  command: Command,
  input: Record<string, unknown>,
  commandResult: CommandResult,
): Message {
  const what = `${command.noun} ${command.verb}`
  switch (commandResult.kind) {
    case 'done':
      return commandResult.outcome.message
    case 'refused':
      return notice(`:no_entry: ${commandResult.sentence}`)
    case 'requested':
      return notice(commandResult.sentence)
    case 'invalid': {
      const { text, blocks } = notice(`:warning: ${escapeSentence(commandResult.error.message)}`)
      return { text, blocks: [...blocks, ...choiceButtons(command, input, commandResult.error)] }
    }
    case 'duplicate':
      return notice('This was sent already. It is not sent twice; the receipt shows how it ended.')
    case 'conflict':
      return conflictMessage(commandResult.conflict)
    case 'failed':
      return failureMessage(commandResult.error, what, commandResult.attempt, command.whenUnknown?.(input))
    case 'fault':
      return faultMessage(what, commandResult.reference)
  }
}
