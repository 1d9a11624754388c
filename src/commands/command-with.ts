import type { z } from 'zod'
import type { Command } from './command.ts'
import type { CommandContext } from './context.ts'

/** The parts of a command that are handed the context first. */
const parts = [
  'prefill',
  'follow',
  'confirm',
  'question',
  'readBack',
  'run',
  'rows',
  'consequence',
  'customers',
] as const

/**
 * Returns how to declare commands that need more than every command has. What is declared becomes a command once
 * it is given that.
 *
 * @example
 * const alertCommand = commandWith<{ alerts: AlertService }>()
 * const list = alertCommand({ noun: 'alerts', verb: 'list', run: async ({ alerts }) => … })
 * const commands = [list({ alerts })]
 */
export function commandWith<Needs extends object>() {
  return <Input extends z.ZodObject>(declaration: Command<Input, CommandContext & Needs>) =>
    (needs: Needs): Command => {
      const given = declaration as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>
      const bound = parts.flatMap((part) => {
        const method = given[part]
        if (typeof method !== 'function') return []
        return [
          [part, (context: CommandContext, ...rest: unknown[]) => method({ ...context, ...needs }, ...rest)],
        ]
      })
      return { ...declaration, ...Object.fromEntries(bound) } as unknown as Command
    }
}
