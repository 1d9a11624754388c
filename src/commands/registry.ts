import { closest, distance } from 'fastest-levenshtein'
import { escapeText } from '../messages/blocks.ts'
import { type Command, idOf } from './command.ts'

/** All commands, found by what people say. */
export interface Registry {
  readonly nouns: ReadonlyMap<string, readonly Command[]>
  /** By `noun.verb`, as in callback_id and action_id; a suffix behind `:` is ignored. */
  byId(id: string): Command | undefined
  /** @param words what was typed, the noun first */
  find(words: readonly string[]): Found
}

export type Found =
  | { readonly ok: true; readonly command: Command; readonly rest: readonly string[] }
  /** mrkdwn, with the nearest right word. */
  | { readonly ok: false; readonly sentence: string }

/** @param commands in the order in which help lists them */
export function createRegistry(commands: readonly Command[]): Registry {
  const nouns = new Map<string, Command[]>()
  for (const command of commands) nouns.set(command.noun, [...(nouns.get(command.noun) ?? []), command])
  const ids = new Map(commands.map((command) => [idOf(command), command]))

  function nounOf(word: string): string | undefined {
    const said = word.toLowerCase()
    return [said, `${said}s`, said.replace(/s$/, ''), said.replace(/es$/, ''), `${said}es`].find((one) =>
      nouns.has(one),
    )
  }

  return {
    nouns,
    byId: (id) => ids.get(id.split(':')[0] ?? ''),
    find([first = '', second, ...rest]) {
      const noun = nounOf(first)
      const verbs = noun ? (nouns.get(noun) ?? []) : []
      if (!noun)
        return { ok: false, sentence: unknownWord(first, [...nouns.keys()], '`/cmr help` lists everything.') }
      const spoken = second && verbs.find((command) => command.verb === second.toLowerCase())
      if (spoken) return { ok: true, command: spoken, rest }
      const fallback = verbs.length === 1 ? verbs[0] : verbs.find((command) => command.verb === 'list')
      // A noun that can only do one thing needs no verb: `/cmr wallet`, `/cmr help users`.
      // Verbs have no digits: `/cmr operations 1a2b3c4d` names a thing.
      const named = verbs.length === 1 || /\d/.test(second ?? '')
      if (fallback && (second === undefined || (named && fallback.positional.length > 0))) {
        return { ok: true, command: fallback, rest: second === undefined ? [] : [second, ...rest] }
      }
      const help = ids.get('help.show')
      if (help && second === undefined) return { ok: true, command: help, rest: [noun] }
      const names = verbs.map((command) => command.verb)
      return {
        ok: false,
        sentence: unknownWord(
          `${noun} ${second ?? ''}`,
          names.map((verb) => `${noun} ${verb}`),
          `\`/cmr help ${noun}\` explains.`,
        ),
      }
    },
  }
}

function unknownWord(said: string, known: readonly string[], more: string): string {
  return `I don't know *${escapeText(said.trim())}*.${didYouMean(said, known, '/cmr ')} ${more}`
}

/** " Did you mean `users`?", or nothing where no word is near. */
export function didYouMean(said: string, known: readonly string[], before = ''): string {
  if (known.length === 0 || !said) return ''
  const near = closest(said.toLowerCase(), [...known])
  return distance(said.toLowerCase(), near.toLowerCase()) <= Math.max(2, said.length / 3)
    ? ` Did you mean \`${before}${near}\`?`
    : ''
}
