import type { Command } from '../commands/command.ts'
import { escapeText, type Message } from '../slack/blocks.ts'
import { choiceButtons } from '../commands/choices.ts'
import { failureMessage, faultMessage, notice } from '../commands/failure.ts'
import { rivalMessage } from '../operations/messages/conflict.ts'
import type { Performed } from '../operations/perform.ts'

/** What a person reads of an attempt, however it ended. */
export function messageOf(command: Command, input: Record<string, unknown>, performed: Performed): Message {
  const what = `${command.noun} ${command.verb}`
  switch (performed.kind) {
    case 'done':
      return performed.outcome.message
    case 'refused':
      return notice(`:no_entry: ${performed.sentence}`)
    case 'invalid': {
      const { text, blocks } = notice(`:warning: ${escapeText(performed.error.message)}`)
      return { text, blocks: [...blocks, ...choiceButtons(command, input, performed.error)] }
    }
    case 'duplicate':
      return notice('This was sent already. It is not sent twice; the receipt tells how it ended.')
    case 'rivalled':
      return rivalMessage(performed.rival)
    case 'failed':
      return failureMessage(performed.error, what, performed.attempt, command.whenUnknown?.(input))
    case 'fault':
      return faultMessage(what, performed.reference)
  }
}
