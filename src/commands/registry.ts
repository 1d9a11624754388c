import { closest, distance } from 'fastest-levenshtein'
import { plainText } from '../cmr/normal-forms.ts'
import { code, escapeText } from '../slack/blocks.ts'
import { type Command, idOf } from './command.ts'
import { typedWord, type Word } from './grammar.ts'

/** All commands, found by what people say. */
export interface Registry {
  readonly nouns: ReadonlyMap<string, readonly Command[]>
  /** By `noun.verb`, as in callback_id and action_id; a suffix behind `:` is ignored. */
  byId(id: string): Command | undefined
  /** @param words what was typed, the noun first */
  find(words: readonly Word[]): FoundCommand
}

export type FoundCommand =
  | { readonly ok: true; readonly command: Command; readonly rest: readonly Word[] }
  /** mrkdwn, with the nearest right word. */
  | { readonly ok: false; readonly sentence: string }

/** @param commands in the order in which help lists them */
export function createRegistry(commands: readonly Command[]): Registry {
  const nouns = new Map<string, Command[]>()
  for (const command of commands) nouns.set(command.noun, [...(nouns.get(command.noun) ?? []), command])
  const ids = new Map(commands.map((command) => [idOf(command), command]))
  const others = new Map(
    commands.flatMap(({ noun, otherNouns = [] }) => otherNouns.map((other) => [other, noun] as const)),
  )

  function nounOf(word: string): string | undefined {
    const said = word.toLowerCase()
    const found = [
      said,
      said.replaceAll('-', ''),
      `${said}s`,
      said.replace(/s$/, ''),
      said.replace(/es$/, ''),
      `${said}es`,
    ].find((one) => nouns.has(one) || others.has(one))
    return found && (others.get(found) ?? found)
  }

  /** The verb first, as people say it: `/cmr create user`; alone it may belong to several nouns. */
  function turnedRound(
    verb: string,
    second: string | undefined,
    rest: readonly Word[],
  ): FoundCommand | undefined {
    const noun = nounOf(second ?? '')
    const command = noun && ids.get(`${noun}.${verb}`)
    if (command) return { ok: true, command, rest }
    const known = commands.filter((one) => one.verb === verb && !one.variantOf)
    if (known.length === 0) return undefined
    const things = [second ?? '', ...rest.map(({ raw }) => raw)].join(' ')
    const ways = known.slice(0, 5).map((one) => code(`/cmr ${one.noun} ${verb} ${things}`.trim()))
    return { ok: false, sentence: `Choose what to ${verb}: ${ways.join(', ')}.` }
  }

  function unknownNoun(word: string): string {
    const more = isThing(word) ? `${code(`/cmr find ${word}`)} searches for it. ` : ''
    return unknownWord(word, [...nouns.keys(), ...others.keys()], `${more}\`/cmr help\` lists everything.`)
  }

  return {
    nouns,
    byId: (id) => ids.get(id.split(':')[0] ?? ''),
    find(words) {
      const [first = '', second, rest, behindNoun] = headOf(words)
      const noun = nounOf(first)
      if (!noun)
        return turnedRound(first.toLowerCase(), second, rest) ?? { ok: false, sentence: unknownNoun(first) }
      const verbs = nouns.get(noun) ?? []
      const verb = second?.toLowerCase()
      const spoken =
        verbs.find((command) => command.verb === verb) ??
        verbs.find((command) => command.verb.replaceAll('-', '') === verb)
      if (spoken) return { ok: true, command: spoken, rest }
      const verbCalled = (...names: string[]) => names.flatMap((name) => ids.get(`${noun}.${name}`) ?? [])[0]
      // A noun that can only do one thing needs no verb: `/cmr wallet`, `/cmr help users`.
      const only = verbs.length === 1 ? verbs[0] : undefined
      const begun = second === undefined ? undefined : verbs.find((one) => one.begins?.(second))
      const fallback =
        only ??
        begun ??
        (second !== undefined && isThing(second)
          ? (verbs.find(({ takesThings }) => takesThings) ??
            verbCalled('get', 'show', 'list') ??
            reading(verbs))
          : verbCalled('list'))
      const named = (only ?? begun) !== undefined || isThing(second ?? '')
      if (fallback && (second === undefined || (named && fallback.positional.length > 0))) {
        return { ok: true, command: fallback, rest: behindNoun }
      }
      const help = ids.get('help.show')
      if (help && (second === undefined || second.toLowerCase() === 'help'))
        return { ok: true, command: help, rest: [typedWord(noun)] }
      return { ok: false, sentence: unknownVerb(noun, second ?? '', verbs) }
    },
  }
}

/**
 * The first two words that are neither flags nor their values, what is left without both, and what without the first.
 */
function headOf(
  words: readonly Word[],
): [first: string | undefined, second: string | undefined, rest: Word[], behindNoun: Word[]] {
  const isPlain = (word: Word, at: number) => {
    const before = words[at - 1]
    const isValue = before?.flag !== undefined && before.value === undefined && !word.quoted
    return word.flag === undefined && word.key === undefined && !isValue
  }
  const [first = words[0], second] = words.filter(isPlain).slice(0, 2)
  const behindNoun = words.filter((word) => word !== first)
  return [nameIn(first), nameIn(second), behindNoun.filter((word) => word !== second), behindNoun]
}

/** A word as a noun or verb is spelled, whatever cannot be seen in it. */
function nameIn(word: Word | undefined): string | undefined {
  return word && plainText(word.text)
}

/** Verbs have no digits, dots and signs: `/cmr operations 1a2b3c4d` and `/cmr domains acme.com` name a thing. */
const isThing = (word: string) => /[\d.@*]/.test(word)

/** What tells of a thing, of a noun that lists nothing: `/cmr exports acme.com`. */
function reading(verbs: readonly Command[]): Command | undefined {
  return verbs.find(({ effect, positional }) => effect === 'read' && positional.length > 0)
}

function unknownWord(said: string, known: readonly string[], more: string): string {
  return `I don’t know *${escapeText(said.trim())}*.${didYouMean(said, known, '/cmr ')} ${more}`
}

/** With all that the noun can do: the verb that somebody has in mind is often called otherwise. */
function unknownVerb(noun: string, said: string, verbs: readonly Command[]): string {
  const names = verbs.map(({ verb }) => verb)
  const lines = verbs
    .filter(({ variantOf }) => !variantOf)
    .map(({ verb, summary }) => `\`/cmr ${noun} ${verb}\`  ${escapeText(summary)}`)
  const near = didYouMean(said, names, `/cmr ${noun} `)
  const variant = verbs.find(({ verb, variantOf }) => variantOf && near.includes(` ${verb}\``))
  const meant = variant?.variantOf ? near.replace(variant.verb, variant.variantOf) : near
  return `I don’t know *${escapeText(`${noun} ${said}`)}*.${meant}\n${lines.join('\n')}\n\`/cmr help ${noun}\` explains.`
}

/** No word of ours is longer; what is cannot be a slip of one. */
const LONGEST_WORD = 40

/** " Did you mean `users`?", or nothing where no word is near. */
export function didYouMean(said: string, known: readonly string[], before = ''): string {
  if (known.length === 0 || !said || said.length > LONGEST_WORD) return ''
  const near = nearest(said.toLowerCase(), known)
  return near ? ` Did you mean \`${before}${near}\`?` : ''
}

/** What begins so, or differs by a few letters; what begins otherwise by one at most: nobody means "geo" by "foo". */
function nearest(said: string, known: readonly string[]): string | undefined {
  const begun = said.length > 2 && known.find((one) => one.toLowerCase().startsWith(said))
  if (begun) return begun
  const near = closest(said, [...known])
  const few = near[0]?.toLowerCase() === said[0] ? Math.max(2, said.length / 3) : 1
  return distance(said, near.toLowerCase()) <= few ? near : undefined
}
