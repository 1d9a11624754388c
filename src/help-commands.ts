import { z } from 'zod'
import { type Command, command, InputError } from './commands/command.ts'
import { helpMessage, nounHelp } from './commands/help.ts'
import { createRegistry, type Registry } from './commands/registry.ts'
import { statusMessage } from './commands/status.ts'
import { operationCommands } from './operations/commands.ts'
import { withCsv } from './resources/csv-lists.ts'

const status = command({
  noun: 'status',
  verb: 'show',
  summary: 'Is the bot well?',
  effect: 'read',
  own: true,
  input: z.object({}),
  positional: [],
  run: async (context) => ({ message: statusMessage(await context.status(), context.clock()) }),
})

/** Help lists every command, itself included: it is told them when they are all known. */
function help(registry: () => Registry): Command {
  return command({
    noun: 'help',
    verb: 'show',
    summary: 'What can I say?',
    effect: 'read',
    own: true,
    instant: true,
    input: z.object({ noun: z.string().optional().meta({ label: 'About', example: 'users create' }) }),
    positional: ['noun'],
    async run(_, { noun }) {
      const { nouns, find } = registry()
      if (!noun) return { message: helpMessage(nouns) }
      const [word = '', verb = ''] = noun.toLowerCase().split(/\s+/)
      const known = [...nouns.keys()].find((one) => one === word || one === `${word}s`)
      const commands = nouns.get(known ?? '') ?? []
      const asked = commands.filter((one) => one.verb === verb)
      if (known) return { message: nounHelp(known, asked.length > 0 ? asked : commands) }
      const found = find([word])
      throw new InputError('noun', found.ok ? 'Name a noun, such as users.' : found.sentence)
    },
  })
}

/** All commands with the two that tell of the bot itself. */
export function withOwnCommands(commands: readonly Command[]): Registry {
  const registry: Registry = createRegistry(
    [...commands, ...operationCommands(() => registry), status, help(() => registry)].map(withCsv),
  )
  return registry
}
