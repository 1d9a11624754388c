import { plainText } from '../../cmr/normal-forms.ts'
import { typedWord, type Word } from '../grammar.ts'
import { didYouMean, type Registry } from '../registry.ts'
import { EXCLUDING } from './request-parts.ts'
import { groupOf, isNegation, nounCalled, type Reading, type Understood, wordIn } from './sentences.ts'
import { otherNouns } from './vocabulary.ts'

const leavesOut = new RegExp(`${EXCLUDING}|^\\S+ without\\b`, 'iu')

/** "Cancel everything except acme.com": a command takes what is named, and would be done to acme.com. */
export function asExclusion(
  registry: Registry,
  text: string,
  [first]: readonly Word[],
): Understood | undefined {
  const isWish = (nounCalled(registry, wordIn(first)) ?? groupOf(wordIn(first))) !== undefined
  return isWish && leavesOut.test(text) ? exclusion : undefined
}

/** "Delete anna@acme.com, not otto@acme.com": the sentence has left the word out, and would be done to both. */
export function asNegated(meant: Understood | undefined, words: readonly Word[]): Understood | undefined {
  const readings = meant?.kind === 'command' ? [meant] : meant?.kind === 'which' ? meant.readings : []
  const isChange = readings.length > 0 && readings.every(({ command }) => command.effect !== 'read')
  return isChange && words.some((word) => isNegation(word) && wordIn(word) !== 'without')
    ? exclusion
    : undefined
}

const exclusion: Understood = {
  kind: 'which',
  sentence:
    ':warning: A command takes what is named, and nothing can be left out of that. Name what you mean. Nothing was done.',
  readings: [],
}

/**
 * A bare name is looked for; a word that is nearly one of ours may be that instead.
 * @param sentence what was wrong with it as a command; mrkdwn
 */
export function asName(registry: Registry, words: readonly Word[], sentence: string): Understood {
  const [first] = words
  const noun = nounCalled(registry, wordIn(first))
  if (noun) {
    const readings = (registry.nouns.get(noun) ?? [])
      .filter(({ variantOf }) => !variantOf)
      .map((command) => ({ command, rest: words.some(isNegation) ? [] : words.slice(2) }))
    return { kind: 'which', sentence, readings }
  }
  const near = nearNoun(registry, first)
  if (!near) return { kind: 'search', texts: [plainWords(words)] }
  const instead = registry.find([
    ...(otherNouns.get(near) ?? near).split(' ').map(typedWord),
    ...words.slice(1),
  ])
  const search = registry.byId('find.show')
  // A part of a name finds it too: without a word that is likely a slip, it is found either way.
  const searched = words.slice(words.length > 1 ? 1 : 0)
  const readings: Reading[] = [
    ...(instead.ok ? [{ command: instead.command, rest: instead.rest }] : []),
    ...(search ? [{ command: search, rest: [typedWord(plainWords(searched))] }] : []),
  ]
  return { kind: 'which', sentence, readings }
}

const plainWords = (words: readonly Word[]) => words.map(({ text }) => plainText(text)).join(' ')

/** Returns the word for things that somebody has nearly typed. */
function nearNoun(registry: Registry, word: Word | undefined): string | undefined {
  const said = wordIn(word)
  const near = (known: Iterable<string>) => /`([^`]+)`/.exec(didYouMean(said, [...known]))?.[1]
  return near(registry.nouns.keys()) ?? (said.length > 4 ? near(otherNouns.keys()) : undefined)
}

/** "domians list", "diganose acme.com": a word that is nearly one of ours, with more behind it. */
export function asSlip(registry: Registry, words: readonly Word[], sentence: string): Understood | undefined {
  const [first, ...rest] = words
  const near = nearNoun(registry, first)
  const said = wordIn(first)
  const isSlip =
    near !== undefined && said.length > 4 && said.length >= near.length - 1 && /^\p{L}+$/u.test(said)
  return isSlip && rest.length > 0 && !nounCalled(registry, said)
    ? asName(registry, words, sentence)
    : undefined
}
