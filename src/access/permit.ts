import { AmbiguousError, type Command, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Consequence, Permission } from '../commands/permissions.ts'
import { customersOf } from '../directory/names/named.ts'

/**
 * Returns whether somebody may run a command. Every door asks here: commands, buttons, forms and their reloads,
 * options, App Home, imports, approvals.
 * @param input what is asked for; without it, whether the command may be run at all
 */
export async function permit(
  context: CommandContext,
  command: Command,
  input?: Readonly<Record<string, unknown>>,
): Promise<Permission> {
  const consequence = await consequenceOf(context, command, input)
  const customers = input && (() => customersNamed(context, command, input))
  return context.access.decide(context.caller.userId, command, `${command.noun} ${command.verb}`, {
    consequence,
    customers,
  })
}

async function consequenceOf(
  context: CommandContext,
  command: Command,
  input: Readonly<Record<string, unknown>> | undefined,
): Promise<Consequence | undefined> {
  const { consequence } = command
  if (typeof consequence !== 'function') return consequence
  try {
    return input && (await consequence(context, input as never))
  } catch (error) {
    // What names nothing that exists is refused where it runs, with what is wrong.
    if (error instanceof InputError) return undefined
    throw error
  }
}

/** Whose it is; nobody's where that cannot be told. */
async function customersNamed(
  context: CommandContext,
  command: Command,
  input: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  try {
    return await customersOf(context, command.input, input)
  } catch (error) {
    if (error instanceof AmbiguousError || error instanceof InputError) return []
    throw error
  }
}
