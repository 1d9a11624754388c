import { argumentsOf } from '../commands/arguments.ts'
import type { Command } from '../commands/command.ts'
import type { Caller, CommandContext } from '../commands/context.ts'
import type { Values } from '../commands/field.ts'
import { typedWord } from '../commands/grammar.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import type { Registry } from '../commands/registry.ts'
import { understand } from '../commands/understanding/understand.ts'
import { opening } from '../directory/find/labels.ts'
import { searchDirectory } from '../directory/store/search.ts'
import type { Message } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { askWhich } from './carry-on.ts'

/** A command with its values, as they were said. */
export interface CommandMeant {
  readonly command: Command
  readonly raw: Values
}

/**
 * Returns the command that somebody means by what they wrote, or the answer where they have to choose first.
 * @param greeting answers what asks for nothing
 */
export async function commandMeant(
  app: AppContext,
  caller: Caller,
  said: string,
  greeting: () => Message | Promise<Message>,
): Promise<Message | CommandMeant> {
  const understood = understand(app.registry, said)
  switch (understood.kind) {
    case 'greeting':
      return greeting()
    case 'which':
      return askWhich(app, caller, understood)
    case 'search':
      return thingMeant(commandContext(app, caller), app.registry, understood.texts)
    case 'command': {
      const { command, rest } = understood
      const given = argumentsOf(command, rest)
      if (given.ok) return { command, raw: given.raw }
      const readings = given.ways.map((way) => ({ command, ...way }))
      return askWhich(app, caller, { sentence: `:warning: ${given.sentence} Nothing was done.`, readings })
    }
  }
}

/** The one thing that goes by a name, to be shown; what else goes by it is listed. */
async function thingMeant(
  context: CommandContext,
  registry: Registry,
  texts: readonly string[],
): Promise<CommandMeant> {
  const find = registry.byId('find.show')
  if (!find) throw new Error('There is no command that finds things')
  const [first = ''] = texts
  const customers = await customersOfCaller(context)
  for (const text of texts) {
    const found = await searchDirectory(context.store, { text, customers, limit: 10 })
    if (found.rows.length === 0) continue
    const opened = opening(found, text)
    const command = opened && registry.byId(opened.command)
    return opened && command ? { command, raw: opened.values } : asSearch(find, text)
  }
  return asSearch(find, first)
}

function asSearch(find: Command, text: string): CommandMeant {
  const given = argumentsOf(find, [typedWord(text)])
  return { command: find, raw: given.ok ? given.raw : { text } }
}
