import { isDomainName, plainText } from '../../cmr/normal-forms.ts'
import { escapeText } from '../../slack/blocks.ts'
import { isMeantFor } from '../check.ts'
import type { Command } from '../command.ts'
import { fieldsOf } from '../field.ts'
import { flagWord, typedWord, type Word } from '../grammar.ts'
import { didYouMean, type Registry } from '../registry.ts'
import { fillers, meantBy, negation, numberWords, otherNouns, questions, verbs } from './vocabulary.ts'

/** One of the things that somebody may have meant. */
export interface Reading {
  readonly command: Command
  readonly rest: readonly Word[]
  /** How a button calls it, where not by the command's summary. */
  readonly label?: string
}

/** What somebody wants, whichever way they wrote it to the bot. */
export type Understood =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly Word[] }
  /** Several readings, between which a person chooses. `sentence` is mrkdwn. */
  | { readonly kind: 'which'; readonly sentence: string; readonly readings: readonly Reading[] }
  /** Names to look for, the likeliest first. */
  | { readonly kind: 'search'; readonly texts: readonly string[] }
  /** Nothing that could be looked up. */
  | { readonly kind: 'greeting' }

/** A reading as a button calls it: "Renew domains: acme.com". */
export function readingLabel({ command, rest, label }: Reading): string {
  const what = rest.filter(({ flag }) => flag === undefined).map(({ text }) => text)
  return (
    label ??
    (what.length > 0
      ? `${command.summary}${command.summary.endsWith('?') ? '' : ':'} ${what.join(' ')}`
      : command.summary)
  )
}

export const wordIn = (word: Word | undefined) =>
  word
    ? plainText(word.text)
        .toLowerCase()
        .replace(/(?<=\p{L}):$/u, '')
    : ''
/** In capitals it is the type of a DNS record. */
const isArticle = (word: Word) => word.text !== 'A'
const isFiller = (word: Word) =>
  !word.quoted && isArticle(word) && fillers.has(wordIn(word).replaceAll("'", '’'))

/** "Subscriptions not active" are not those that are. */
export const isNegation = (word: Word) => !word.quoted && negation.test(wordIn(word))

/** "Order" is a noun of ours too, and a verb where another one follows. */
export function isOrderOfSomething(registry: Registry, [first, ...others]: readonly Word[]): boolean {
  return wordIn(first) === 'order' && others.some((word) => nounCalled(registry, wordIn(word)))
}

/** `customers`, `customers list`, `balance`, `check acme.com`. */
export function asSynonym(registry: Registry, [first, ...rest]: readonly Word[]): Understood | undefined {
  const noun = otherNouns.get(wordIn(first))
  if (!noun) return undefined
  const instead = [...noun.split(' ').map(typedWord), ...rest.filter((word) => !isFiller(word))]
  const found = registry.find(instead)
  if (!found.ok) return asSentence(registry, instead)
  return { kind: 'command', command: found.command, rest: found.rest }
}

/** `renew acme.com`, `add 5 mailboxes to acme.com`, `show me the wallet`: a verb, and what it is done to. */
export function asSentence(registry: Registry, words: readonly Word[]): Understood | undefined {
  const at = words.findIndex((word) => groupOf(wordIn(word)) !== undefined)
  const group = groupOf(wordIn(words[at]))
  if (!group || (at > 1 && !words.slice(0, at).every(isFiller))) return undefined
  // "Do not cancel acme.com" is no wish to have it cancelled.
  if (words.slice(0, at).some((word) => negation.test(wordIn(word)))) return undefined
  const others = words.filter((_, place) => place !== at)
  const meant = others.map((word) => nounCalled(registry, wordIn(word)))
  const noun = meant.find((one) => one !== undefined)
  const amounts = amountsIn(others, (word) => nounCalled(registry, wordIn(word)) !== undefined)
  const thingsBeside = (left: readonly Amount[]) => {
    const ofAmounts = new Set(left.flatMap(({ words: said }) => said))
    return others.filter(
      (word, place) => !isFiller(word) && meant[place] === undefined && !ofAmounts.has(word),
    )
  }
  if (!noun)
    return withoutNoun(registry, {
      verb: wordIn(words[at]),
      group,
      things: thingsBeside(amounts),
      amounts,
    })
  const command =
    registry.byId(meantBy.get(`${group[0]} ${noun}`) ?? '') ??
    verbOf(registry, noun, wordIn(words[at]), group)
  if (!command) return undefined
  // A number that counts nothing is a value: the priority of "MX 10 mail.acme.com".
  const counted = amounts.filter((amount) => amount.isOfNoun || takesAmount(command, amount))
  return { kind: 'command', command, rest: [...thingsBeside(counted), ...flagsFor(command, counted)] }
}

/** "5 mailboxes", "for 2 years". */
interface Amount {
  readonly number: string
  /** The field that takes it. */
  readonly field: 'count' | 'years'
  readonly words: readonly Word[]
  /** Whether a noun of ours follows: "5 mailboxes". */
  readonly isOfNoun: boolean
}

function amountsIn(words: readonly Word[], isNoun: (word: Word) => boolean): Amount[] {
  return words.flatMap((word, at): Amount[] => {
    const next = words[at + 1]
    if (!next) return []
    const isYears = /^years?$/.test(wordIn(next))
    // "Five Star" is a company.
    const spelled = isYears || isNoun(next) ? numberWords.indexOf(wordIn(word)) + 1 : 0
    const number = spelled > 0 ? String(spelled) : wordIn(word)
    if (!/^\d{1,4}$/.test(number) || !/^\p{L}/u.test(wordIn(next))) return []
    return [
      {
        number,
        field: isYears ? 'years' : 'count',
        words: isYears ? [word, next] : [word],
        isOfNoun: isNoun(next),
      },
    ]
  })
}

const takesAmount = ({ input }: Command, { field }: Amount) =>
  fieldsOf(input).some(({ name }) => name === field)

/** The amounts that a command has a place for. */
function flagsFor(command: Command, amounts: readonly Amount[]): Word[] {
  return amounts
    .filter((amount) => takesAmount(command, amount))
    .map(({ field, number }) => flagWord(field, number))
}

/** No noun was said: whatever can be done so with what was named, to choose from. */
function withoutNoun(
  registry: Registry,
  said: {
    readonly verb: string
    readonly group: readonly string[]
    readonly things: readonly Word[]
    readonly amounts: readonly Amount[]
  },
): Understood | undefined {
  const { verb, group, things, amounts } = said
  const what = things.map(({ text }) => text).join(' ')
  const isLook = group === verbs[0]
  // To show something is to find it.
  if (isLook && what) return { kind: 'search', texts: [what] }
  const fits = [...registry.nouns.values()]
    .flat()
    .filter(({ variantOf }) => !variantOf)
    .filter((one) => (isLook ? one.verb === 'list' : group.includes(one.verb)))
    .filter((one) => !what || takes(one, what))
    .filter((one) => amounts.every((amount) => amount.field === 'count' || takesAmount(one, amount)))
  const rest = (command: Command) => [...things, ...flagsFor(command, amounts)]
  const [only, ...more] = fits
  if (!only) return undefined
  if (more.length === 0) return { kind: 'command', command: only, rest: rest(only) }
  return {
    kind: 'which',
    sentence: `What do you want to ${verb}${what ? `: “${escapeText(what)}”` : ''}?`,
    readings: fits.map((command) => ({ command, rest: rest(command) })),
  }
}

/** Returns a name as what a list takes for one: whose things it shows, or what is searched for; nothing where it takes none. */
function namedIn({ input, positional }: Command, name: readonly Word[]): readonly Word[] | undefined {
  const fields = fieldsOf(input)
  const first = fields.find((field) => field.name === positional[0])
  if (first?.picker === 'user' || first?.name === 'search') return name
  const on = fields.find(({ picker }) => picker === 'domain')
  const [only] = name
  if (on && only && name.length === 1 && isDomainName(only.text) && !only.text.includes('@'))
    return [flagWord(on.name, only.text)]
  const whose = fields.find(({ picker }) => picker === 'user')
  return whose && [flagWord(whose.name, name.map(({ text }) => text).join(' '))]
}

/** Whether the first thing that a command takes may be called so; several may be named. */
function takes({ input, positional }: Command, name: string): boolean {
  const field = fieldsOf(input).find((one) => one.name === positional[0])
  const isAddress = name.includes('@')
  const names = name.split(/[\s,;]+/).filter(Boolean)
  switch (field?.picker) {
    case 'user':
      return isAddress || !names.every(isDomainName)
    case 'domain':
      return !isAddress && names.some(isDomainName)
    case 'mailbox':
      return isAddress
    case 'subscription':
      return !isAddress
    default:
      return false
  }
}

/** `mailboxes of Acme`, `renewals acme`: a list, and whose things it shows. */
export function asOwner(registry: Registry, words: readonly Word[]): Understood | undefined {
  const noun = nounCalled(registry, wordIn(words[0]))
  const list = noun ? registry.byId(`${noun}.list`) : undefined
  const said = words.slice(1).filter((word) => !isFiller(word))
  if (!noun || list?.effect !== 'read' || said.length === 0) return undefined
  // "Subscriptions not active" are the others, which no list shows.
  if (words.some(isNegation)) return undefined
  const { statuses, things } = statusesIn(list, said)
  if (things.length === 0) return { kind: 'command', command: list, rest: statuses }
  const own = (registry.nouns.get(noun) ?? []).map(({ verb }) => verb)
  // A word that is near to a verb, or that a question is about, is no name.
  if (
    didYouMean(wordIn(things[0]), own) ||
    things.some((word) => questions.some(([asked]) => asked.test(word.text)))
  )
    return undefined
  const rest = namedIn(list, things)
  return rest && { kind: 'command', command: list, rest: [...rest, ...statuses] }
}

/** "ACTIVE Acme", "acme past-due": a status stands before a name or behind it. "Active Media" is a company. */
function statusesIn({ input }: Command, words: readonly Word[]) {
  const isOneCase = ({ text, quoted }: Word) =>
    !quoted && (text === text.toUpperCase() || text === text.toLowerCase())
  for (const field of fieldsOf(input).filter(({ kind }) => kind === 'choice'))
    for (const word of words)
      if (isOneCase(word) && isMeantFor(field, word.text))
        return {
          statuses: [flagWord(field.name, word.text)],
          things: words.filter((other) => other !== word),
        }
  return { statuses: [], things: words }
}

export function groupOf(word: string): readonly string[] | undefined {
  return verbs.find((group) => group.includes(word))
}

export function nounCalled(registry: Registry, word: string): string | undefined {
  const other = otherNouns.get(word)
  if (other) return registry.nouns.has(other) ? other : undefined
  return [word, `${word}s`, `${word}es`].find((one) => registry.nouns.has(one))
}

function verbOf(
  registry: Registry,
  noun: string,
  verb: string,
  group: readonly string[],
): Command | undefined {
  const own = registry.nouns.get(noun) ?? []
  return [verb, ...group].flatMap((name) => own.filter((one) => one.verb === name))[0]
}
