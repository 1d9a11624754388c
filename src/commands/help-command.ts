import { z } from 'zod'
import type { Message } from '../slack/blocks.ts'
import { type Command, command, InputError } from './command.ts'
import { notice } from './failure.ts'
import { decoded, typedWord } from './grammar.ts'
import { commandHelp, groupHelp, groups, helpMessage, nounHelp } from './help.ts'
import type { Offers } from './permissions.ts'
import type { Registry } from './registry.ts'
import { otherNouns } from './understanding/vocabulary.ts'

/** `/cmr help`. @param registry of all commands, help included, so that it exists only once they all do */
export function helpCommand(registry: () => Registry): Command {
  /** By what people may run, which is the same for most. */
  const offered = new WeakMap<Offers, { readonly nouns: Registry['nouns']; readonly overview: Message }>()

  function offeredTo(offers: Offers) {
    const known = offered.get(offers)
    if (known) return known
    const nouns = offeredNouns(registry().nouns, offers)
    const made = { nouns, overview: helpMessage(nouns) }
    offered.set(offers, made)
    return made
  }

  return command({
    noun: 'help',
    verb: 'show',
    isOnlyVerb: true,
    summary: 'Show help',
    effect: 'read',
    own: true,
    instant: true,
    customers: 'nobodys',
    input: z.object({
      noun: z.string().optional().meta({ label: 'About', example: 'orders create' }),
      more: z.boolean().optional().meta({ label: 'More', hidden: true }),
    }),
    positional: ['noun'],
    async run({ access, caller }, { noun, more = false }) {
      const all = registry()
      const { nouns, overview } = offeredTo(await access.offers(caller.userId))
      if (!noun) return { message: more ? helpMessage(nouns, { more }) : overview }
      const [word = '', verb = ''] = noun.toLowerCase().split(/\s+/)
      const group = Object.keys(groups).find((title) => title.toLowerCase().split(/\W+/).includes(word))
      const known = nounCalled(all, word) ?? (group ? undefined : nounCalled(all, otherNouns.get(word) ?? ''))
      if (!known && group) return { message: groupHelp(group, nouns, { more }) }
      const commands = nouns.get(known ?? '') ?? []
      if (known && commands.length === 0) return { message: notice(notAllowed) }
      const asked = commands.length > 1 ? commands.find((one) => one.verb === verb) : commands[0]
      if (asked) return { message: commandHelp(asked, { more }) }
      if (known) return { message: nounHelp(known, commands, { more }) }
      const found = all.find([typedWord(word)])
      throw new InputError('noun', found.ok ? 'Name a command, such as orders.' : decoded(found.sentence))
    },
  })
}

function nounCalled({ nouns }: Registry, word: string): string | undefined {
  return [word, `${word}s`, word.replaceAll('-', '')].find((one) => nouns.has(one))
}

const notAllowed =
  'Your role does not allow any of that. `/cmr access` shows what you may do, and whom to ask.'

/** Leaves out what somebody may not run. */
function offeredNouns(nouns: Registry['nouns'], offers: Offers): Registry['nouns'] {
  const left = [...nouns].map(([noun, all]) => [noun, all.filter((one) => offers(one))] as const)
  return new Map(left.filter(([, commands]) => commands.length > 0))
}
