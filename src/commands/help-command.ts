import { z } from 'zod'
import type { Message } from '../slack/blocks.ts'
import { type Command, command, InputError } from './command.ts'
import { wordSaying } from './grammar.ts'
import { groupHelp, groups, helpMessage, nounHelp } from './help.ts'
import type { Registry } from './registry.ts'

/** `/cmr help`. @param registry of all commands, help included, so that it exists only once they all do */
export function helpCommand(registry: () => Registry): Command {
  let overview: Message | undefined
  return command({
    noun: 'help',
    verb: 'show',
    summary: 'Show help',
    effect: 'read',
    own: true,
    instant: true,
    input: z.object({ noun: z.string().optional().meta({ label: 'About', example: 'users create' }) }),
    positional: ['noun'],
    async run(_, { noun }) {
      const { nouns, find } = registry()
      if (!noun) {
        overview ??= helpMessage(nouns)
        return { message: overview }
      }
      const [word = '', verb = ''] = noun.toLowerCase().split(/\s+/)
      const known = [...nouns.keys()].find((one) => one === word || one === `${word}s`)
      const commands = nouns.get(known ?? '') ?? []
      const asked = commands.filter((one) => one.verb === verb)
      const group = Object.keys(groups).find((title) => title.toLowerCase().split(/\W+/).includes(word))
      if (!known && group) return { message: groupHelp(group, nouns) }
      if (known) return { message: nounHelp(known, asked.length > 0 ? asked : commands) }
      const found = find([wordSaying(word)])
      throw new InputError('noun', found.ok ? 'Name a noun, such as users.' : found.sentence)
    },
  })
}
