import { CmrError } from '../cmr/errors.ts'
import { check, entered } from '../commands/check.ts'
import { AmbiguousError, type Command, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Values } from '../commands/field.ts'
import type { Consequence, Permission, WantedDetails } from '../commands/permissions.ts'
import { customersOf } from '../directory/names/named.ts'

/**
 * Returns whether somebody may run a command. Every way to run one asks here: commands, buttons, forms and their reloads,
 * options, App Home, imports, approvals.
 * @param input what is asked for; without it, whether the command may be run at all
 */
export async function permit(context: CommandContext, command: Command, input?: Values): Promise<Permission> {
  if (!input) return decide(context, command)
  const customers = () => customersNamed(context, command, input)
  const without = await decide(context, command, { customers })
  // What follows may have to be asked of CMR, on behalf of nobody who may not run it anyway.
  if (!without.allowed || without.role === 'admin') return without
  const consequence = await consequenceOf(context, command, input)
  return consequence ? decide(context, command, { consequence, customers }) : without
}

/** Returns what follows from a command with these values, where that depends on them. */
export async function consequenceOf(
  context: CommandContext,
  { consequence }: Command,
  input: Values,
): Promise<Consequence | undefined> {
  if (typeof consequence !== 'function') return undefined
  try {
    return await consequence(context, input as never)
  } catch (error) {
    // What names nothing that exists is refused where it runs, with what is wrong.
    if (error instanceof InputError) return undefined
    throw error
  }
}

/**
 * Returns whether somebody may go on with a command of which not all is said yet, such as to have its form opened: whom
 * that names already is looked up as for the whole, since the form would show what is theirs.
 * @param raw values as they were typed or chosen
 */
export async function permitGiven(
  context: CommandContext,
  command: Command,
  raw: Values,
): Promise<Permission> {
  const checked = check(command.input, raw)
  if (checked.ok) return permit(context, command, checked.input)
  const given = entered(command.input, raw)
  return decide(context, command, { customers: () => customersGiven(context, command, given) })
}

function decide({ access, caller }: CommandContext, command: Command, details?: WantedDetails) {
  return access.decide(caller.userId, command, `${command.noun} ${command.verb}`, details)
}

/** Returns whose things a command is about: none where that cannot be told, undefined where it narrows itself. */
export async function customersNamed(
  context: CommandContext,
  command: Command,
  input: Values,
): Promise<readonly string[] | undefined> {
  const given = await customersGiven(context, command, input)
  return given ?? (command.customers === undefined ? [] : undefined)
}

/** Whose the things are that were named so far; undefined where none were. */
async function customersGiven(
  context: CommandContext,
  { input: schema, customers }: Command,
  given: Values,
): Promise<readonly string[] | undefined> {
  try {
    const told = typeof customers === 'function' ? await customers(context, given as never) : undefined
    const named = await customersOf(context, schema, given)
    if (told?.length === 0 || named?.length === 0) return []
    return told || named ? [...new Set([...(told ?? []), ...(named ?? [])])] : undefined
  } catch (error) {
    // What cannot be looked up could be anybody's.
    if (error instanceof AmbiguousError || error instanceof InputError || error instanceof CmrError) return []
    throw error
  }
}
