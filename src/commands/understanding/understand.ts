import { LRUCache } from 'lru-cache'
import { declarationOf } from '../../cmr/events/index.ts'
import { millisecondsInMinute } from '../../process/dates.ts'
import { escapeText } from '../../slack/blocks.ts'
import { argumentsOf } from '../arguments.ts'
import { check } from '../check.ts'
import type { Command } from '../command.ts'
import { fieldsOf } from '../field.ts'
import { flagWord, parseSpoken, typedWord, type Word } from '../grammar.ts'
import { isPastPeriod, pastWords } from '../past-period.ts'
import type { Registry } from '../registry.ts'
import { withoutCourtesy } from './courtesy.ts'
import { asExclusion, asName, asNegated, asSlip } from './names.ts'
import { requests } from './requests.ts'
import { asOwner, asSentence, asSynonym, isOrderOfSomething, type Understood } from './sentences.ts'
import { fillers, greetings, negation, questions, thingShapes } from './vocabulary.ts'

/** Of a long text this many words are looked at. */
const MOST_WORDS = 300

/** Nobody asks for something in a longer sentence; what people paste is longer. */
const LONGEST_REQUEST = 1000

type Meant = Extract<Understood, { kind: 'command' }>

/** Texts that are remembered with their meaning; longer ones are seldom said twice. */
const REMEMBERED = { max: 500, ttl: millisecondsInMinute }
const LONGEST_REMEMBERED = 100
const remembered = new WeakMap<Registry, LRUCache<string, Understood>>()

/**
 * Understands what somebody wrote to the bot, behind `/cmr` or in a direct message: a command, a sentence, a question,
 * or a bare name, which is looked for. Nothing is done by it that a command would not ask about.
 * @param said as Slack sends it, with its escapes
 */
export function understand(registry: Registry, said: string): Understood {
  const known = remembered.get(registry) ?? new LRUCache<string, Understood>(REMEMBERED)
  remembered.set(registry, known)
  const meant = known.get(said) ?? meaningOfAll(registry, said)
  // Always the same within a minute: what depends on the time of day is only whether a date still fits.
  if (said.length <= LONGEST_REMEMBERED) known.set(said, meant)
  return meant
}

/** A name may begin or end as politely as a sentence, so that only a command is understood without that. */
function meaningOfAll(registry: Registry, said: string): Understood {
  const bare = withoutCourtesy(said)
  if (!bare) return { kind: 'greeting' }
  const asked = bare === said ? undefined : meaningOf(registry, bare)
  if (!asked || asked.kind === 'search' || asked.kind === 'greeting') return meaningOf(registry, said)
  if (asked.kind !== 'command' || isComplete(asked)) return asked
  const whole = meaningOf(registry, said)
  return whole.kind === 'command' && isComplete(whole) ? whole : asked
}

/** @param behind what may stand behind a list, each of them once */
function meaningOf(registry: Registry, said: string, behind = behindLists): Understood {
  const plain = withoutMarks(said)
  if (!plain || greetings.test(plain)) return { kind: 'greeting' }
  if (/^(please\s+)?help\s+(me|us|please)\b/is.test(plain)) return asLine(registry, 'help')
  const spoken = parseSpoken(said.trim())
  if (!spoken.ok && spoken.isTooLong)
    return { kind: 'which', sentence: faultSentence(spoken.fault), readings: [] }
  const list = asListWith(registry, unpunctuated(plain), behind)
  if (list) return list
  const request = asRequest(registry, unpunctuated(plain))
  if (request) return request
  const line = commandIn(registry, [said.trim(), plain, unpunctuated(plain)])
  if (line && (line.fits || hasFlags(line.meant.rest))) return line.meant
  const words = wordsOf(unpunctuated(plain))
  const found = registry.find(words)
  if (!spoken.ok && found.ok)
    return { kind: 'which', sentence: faultSentence(spoken.fault), readings: [found] }
  const exclusion = asExclusion(registry, plain, words)
  if (exclusion) return line?.meant ?? exclusion
  const sentence = asSynonym(registry, words) ?? asSentence(registry, words)
  // A sentence leaves out words such as "a", which may be a value: what is wrong is said of all that was typed.
  const isSame = sentence?.kind === 'command' && sentence.command === line?.meant.command
  if (line && isSame && (!fits(sentence) || sentence.command.doubt?.(line.meant.rest))) return line.meant
  if (sentence && sentence.kind !== 'search') return asNegated(sentence, words) ?? sentence
  const whose = line ? undefined : asOwner(registry, words)
  if (whose) return whose
  const named = thingsIn(plain)
  const question = asQuestion(registry, plain, named[0])
  // What is wrong with a value is said, rather than answered without it.
  if (question) return question.command === line?.meant.command ? line.meant : question
  if (line) return line.meant
  const slip = asSlip(registry, words, found.ok ? '' : found.sentence)
  if (slip) return slip
  if (named.length > 0) return { kind: 'search', texts: named }
  if (sentence) return sentence
  if (!spoken.ok) return { kind: 'search', texts: namesIn(plain) }
  const name = asName(registry, words, found.ok ? '' : found.sentence)
  return name.kind === 'search' ? { kind: 'search', texts: namesIn(plain) } : name
}

const faultSentence = (fault: string) => `:warning: ${escapeText(fault)} Nothing was done.`

/** Without what calls the bot, and what only makes it look nice. */
function withoutMarks(said: string): string {
  return said
    .replaceAll('`', ' ')
    .replace(/(^|\s)[*_~](\S[^*_~]*)[*_~](?=\s|$)/g, '$1$2')
    .trim()
    .replace(/^(<@[A-Z0-9]+(\|[^>]*)?>[\s,:]*)+/, '')
    .replace(/^\/?cmr\b[\s,:]*/i, '')
    .replace(/^(?:please|pls)\s+(?=\S)/i, '')
    .replace(/(?<=[^\s,])(?:\s|,)+(?:please|pls|thanks|thank you)[.!]*$/i, '')
    .trim()
}

/** "Wallet?" and "status." end as sentences do. */
function unpunctuated(text: string): string {
  return text.replace(/(?<=[\p{L}\d])[?!.…]+$/u, '')
}

/** The words of a text, whose quotes may be signs of their own. */
function wordsOf(text: string): readonly Word[] {
  const spoken = parseSpoken(text)
  return helpAsked(spoken.ok ? spoken.words : text.split(/\s+/, MOST_WORDS).map(typedWord))
}

/** `--help`, wherever it stands, asks for help on what is said beside it. */
function helpAsked(words: readonly Word[]): readonly Word[] {
  const others = words.filter(({ flag }) => flag?.toLowerCase() !== 'help')
  if (others.length < words.length) return [typedWord('help'), ...others.filter(({ flag }) => !flag)]
  return words[0]?.text === '?' ? [typedWord('help')] : words
}

/** The command that one of these texts is, the first whose values fit, else the first. */
function commandIn(
  registry: Registry,
  texts: readonly string[],
): { readonly meant: Meant; readonly fits: boolean } | undefined {
  const meant = [...new Set(texts)].flatMap((text): Meant[] => {
    const spoken = parseSpoken(text)
    if (!spoken.ok) return []
    const words = helpAsked(spoken.words)
    if (words.length === 0 || isOrderOfSomething(registry, words)) return []
    const found = registry.find(words)
    return found.ok ? [{ kind: 'command', command: found.command, rest: found.rest }] : []
  })
  const fitting = meant.find(fits)
  const [first = fitting] = meant
  return first && { meant: fitting ?? first, fits: fitting !== undefined }
}

/** Whether what is said besides can be what the command takes; something may be missing. */
function fits({ command, rest }: Meant): boolean {
  const given = argumentsOf(command, rest)
  if (!given.ok) return false
  const checked = check(command.input, given.raw)
  return checked.ok || Object.keys(checked.errors).every((name) => checked.missing.includes(name))
}

/** Whether nothing is missing, nor wrong. */
function isComplete({ command, rest }: Meant): boolean {
  const given = argumentsOf(command, rest)
  return given.ok && check(command.input, given.raw).ok
}

/** Nobody writes flags in a sentence. */
function hasFlags(words: readonly Word[]): boolean {
  return words.some(({ flag }) => flag !== undefined)
}

function asLine(registry: Registry, line: string): Understood {
  return commandIn(registry, [line])?.meant ?? { kind: 'greeting' }
}

/** What people say behind a list, and the field that takes it. */
const behindLists: readonly (readonly [asked: RegExp, field: string])[] = [
  [/^(.+?)[\s,]+(?:(?:as|in|to) )?(?:an? )?(csv|excel|spreadsheet)(?: file)?$/iu, 'csv'],
  [/^(.+?)[\s,]+page (\d{1,5})$/iu, 'page'],
]

/** "renewals csv", "customers page 2": a list, and how it is wanted. */
function asListWith(registry: Registry, text: string, behind: typeof behindLists): Meant | undefined {
  if (text.length > LONGEST_REQUEST) return undefined
  for (const one of behind) {
    const [asked, field] = one
    const [, before = '', said = ''] = asked.exec(text) ?? []
    // What stands behind a flag may be its value.
    if (!before || hasFlags(wordsOf(before))) continue
    const others = behind.filter((other) => other !== one)
    const meant = meaningOf(registry, before, others)
    if (meant.kind !== 'command') continue
    if (!fieldsOf(meant.command.input).some(({ name }) => name === field)) continue
    return { ...meant, rest: [...meant.rest, flagWord(field, field === 'csv' ? 'yes' : said)] }
  }
  return undefined
}

/** The commands that a request in other words comes to, those whose values fit. */
function asRequest(registry: Registry, text: string): Understood | undefined {
  if (text.length > LONGEST_REQUEST) return undefined
  const [asked, ...lines] = requests.find(([pattern]) => pattern.test(text)) ?? []
  const found = asked?.exec(text)
  if (!found) return undefined
  const readings = lines.flatMap((line) => {
    const read = commandIn(registry, [
      line.replace(/\$(\d)/g, (_, group) => found[Number(group)]?.trim() ?? ''),
    ])
    return read?.fits ? [read.meant] : []
  })
  const [only, ...others] = readings
  if (!only) return undefined
  if (others.length === 0) return only
  return { kind: 'which', sentence: 'Which of these do you mean?', readings }
}

/** The words of a sentence, without what ends them. */
const wordsIn = (text: string) => text.split(/[\s?!,;.]+/, MOST_WORDS).filter(Boolean)

const isNegated = (text: string) =>
  text.split(/\s+/, MOST_WORDS).some((word) => negation.test(word.toLowerCase()))

function asQuestion(registry: Registry, text: string, thing: string | undefined): Meant | undefined {
  for (const [asked, line] of questions) {
    const aboutThing = line.includes('THING')
    if (!asked.test(text) || aboutThing !== (thing !== undefined)) continue
    const meant = commandIn(registry, [line.replace('THING', thing ?? '')])
    // "Domains not renewing" are those that no list of what renews shows.
    if (!meant?.fits || (!aboutThing && isNegated(text) && meant.meant.command.verb === 'list')) continue
    const value = pastOf(text, valueIn(meant.meant.command, text))
    // What is wrong with a value is said, rather than answered without it.
    if (value !== undefined) return (commandIn(registry, [`${line} ${value}`]) ?? meant).meant
    if (meant.meant.command.rows && isAboutPeriod(text)) continue
    return meant.meant
  }
  return undefined
}

/** "What renewed in October?" is about the one that is over. */
function pastOf(text: string, value: string | undefined): string | undefined {
  const isPast = /\b(?:renewed|expired|lapsed|ended|did|was|were)\b/i.test(text)
  if (value === undefined || !isPast || isPastPeriod(value)) return value
  return value.replace(/^(?:(?:in|on|during) )?(?:the |this )?/i, 'last ')
}

/** "wallet last month": a list that takes no period does not answer what was asked. */
function isAboutPeriod(text: string): boolean {
  const words = wordsIn(text)
  return words.some((word, at) => /^\d{4}-\d\d(?:-\d\d)?$/.test(word) || pastWords(words.slice(at)) > 0)
}

/** What of a sentence a field of a command takes as a whole: "what renews next week?" names the week. */
function valueIn({ input }: Command, text: string): string | undefined {
  const words = wordsIn(text)
  for (const { spans } of fieldsOf(input))
    for (const at of words.keys()) {
      const count = spans?.(words.slice(at)) ?? 0
      if (count > 0) return words.slice(at, at + count).join(' ')
    }
  return undefined
}

/** Addresses, domains and ids, in the order in which they stand there. */
function thingsIn(text: string): string[] {
  const words = text
    .replace(/<(?:mailto:|https?:\/\/)?[^<>|]{0,500}\|([^<>|]{1,500})>/g, ' $1 ')
    .split(/[\s<>|,;()"“”/]+/, MOST_WORDS)
    .map((word) => word.replace(/^mailto:/, '').replace(/(?<![.!?:’'])[.!?:’']+$/, ''))
  return [...new Set(words)].filter(
    (word) => thingShapes.some((shape) => shape.test(word)) && !declarationOf(word.toLowerCase()),
  )
}

/** What is left of a sentence may be a name; as a whole it is looked for first. */
function namesIn(text: string): string[] {
  const whole = text.replace(/(?<![?!.…])[?!.…]+$/u, '').trim()
  const rest = whole
    .split(/\s+/)
    .filter((word) => !fillers.has(word.toLowerCase().replace(/[^\p{L}’]/gu, '')))
    .join(' ')
  return [...new Set([whole, rest])].filter(Boolean)
}
