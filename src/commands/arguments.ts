import { isMeantFor } from './check.ts'
import type { Command, Doubt } from './command.ts'
import { type Field, fieldsOf } from './field.ts'
import {
  belongsTo,
  doubtfulDate,
  emptyList,
  fieldCalled,
  tooMany,
  twice,
  unknownFlag,
  type WordRange,
} from './flags.ts'
import type { Word } from './grammar.ts'
import { severalDomains } from './several.ts'

/** What was said, as raw values by field; or a sentence in mrkdwn, and what it may have been meant to be. */
export type Arguments =
  | { readonly ok: true; readonly raw: Record<string, string> }
  | ({ readonly ok: false } & Doubt)

/** The words that a field was given, in their order. */
type GivenWords = Map<string, Word[]>

/**
 * Words and flags as raw values by field. `word=` is a flag only where the command has such a field:
 * `google-site-verification=…` is a value.
 * @param typed what was said behind the noun and the verb
 * @returns the values, or a sentence about a word too many, or a flag that does not exist or comes twice
 */
export function argumentsOf(command: Command, typed: readonly Word[]): Arguments {
  const fields = fieldsOf(command.input)
  const doubt = doubtfulDate(fields, typed) ?? command.doubt?.(typed)
  if (doubt) return { ok: false, ...doubt }
  const words = command.reword?.(typed) ?? typed
  const given: GivenWords = new Map()
  const places = new Map(words.map((word, place) => [word, place]))
  const flags = flagsIn(command, fields, words, { given, places })
  if ('sentence' in flags) return { ok: false, ...flags }
  const { bare, follows } = flags
  const inPlace = command.positional.filter((name) => !given.has(name))
  const taken = takeRecognized(fields, inPlace, bare, given)
  const open = inPlace.filter((name) => !given.has(name))
  const left = bare.filter((word) => !taken.has(word))
  const surplus = takeInOrder(fields, open, left, { given, follows })
  if (surplus) return { ok: false, ...tooMany(command, fields, words, surplus) }
  for (const [name, said] of given) {
    const field = fieldNamed(fields, name)
    // "of Acme on acme.com": the domain went to its own field.
    if (field?.picker === 'user' && said.length > 1 && isJoining(said.at(-1), field)) said.pop()
  }
  ownerOfList(command, fields, given)
  const several = severalDomains(command, fields, given, words)
  if (several) return { ok: false, ...several }
  const raw = [...given].map(([name, said]) => {
    const isList = fieldNamed(fields, name)?.kind === 'list'
    return [name, isList ? said.map(({ text }) => text).join(' ') : textOf(said, places)]
  })
  return { ok: true, raw: Object.fromEntries(raw) }
}

const fieldNamed = (fields: readonly Field[], name: string | undefined) =>
  fields.find((one) => one.name === name)

/** Gives fields the words that can only be theirs, wherever they stand. @returns these words */
function takeRecognized(
  fields: readonly Field[],
  inPlace: readonly string[],
  bare: readonly Word[],
  given: GivenWords,
): ReadonlySet<Word> {
  const taken = new Set<Word>()
  const take = (name: string, words: Word[]) => {
    given.set(name, words)
    for (const word of words) taken.add(word)
  }
  const ordered = inPlace.flatMap((name) => fieldNamed(fields, name) ?? [])
  for (const { name, spans } of new Set([...ordered, ...fields])) {
    const span = spans && !given.has(name) && spanIn(bare, taken, spans)
    if (span) take(name, span)
  }
  // "acme.com acme.io off", "PAUSED jane@acme.com": what can be meant for one place only goes there from anywhere.
  for (const [at, name] of inPlace.entries()) {
    const field = fieldNamed(fields, name)
    if (!field || given.has(name)) continue
    const left = bare.filter((one) => !taken.has(one))
    const place = inPlace.slice(0, at).filter((before) => !given.has(before)).length
    if (isMeantFor(field, left[place]?.text ?? '')) continue
    const word = left.find((one) => isMeantFor(field, one.text))
    if (word) take(name, [word])
  }
  // A channel and a person have no place of their own behind most verbs: "alerts add #ops domain.*".
  const isPlaceless = ({ name, kind }: Field) => (kind === 'channel' || kind === 'person') && !given.has(name)
  for (const field of fields.filter(isPlaceless)) {
    const word = bare.find((one) => !taken.has(one) && isMeantFor(field, one.text))
    if (word && !inPlace.includes(field.name)) take(field.name, [word])
  }
  return taken
}

/**
 * Gives the open places what is left, one word after the other.
 * @returns the first word that is one too many
 */
function takeInOrder(
  fields: readonly Field[],
  open: readonly string[],
  left: readonly Word[],
  { given, follows }: { readonly given: GivenWords; readonly follows: ReadonlyMap<Word, Field> },
): Word | undefined {
  const last = open.at(-1)
  let at = 0
  for (const word of left) {
    const flag = follows.get(word)
    const [before, next] = [fieldNamed(fields, open[at - 1]), fieldNamed(fields, open[at])]
    let name = flag && goesOn(flag, word, at >= open.length) ? flag.name : undefined
    if (!name && isOfName(word, before, next)) name = before?.name
    if (!name && (isJoining(word, next) || isAnd(word, next ?? before))) continue
    name ??= open[at++] ?? last
    if (!name) return word
    // Words beyond the last position belong to it: a company's name, a list of domains.
    const said = given.get(name)
    if (said) said.push(word)
    else given.set(name, [word])
  }
  return undefined
}

/** Words that are one value together at most. A long text asks this of each of its words. */
const LONGEST_SPAN = 8

/** Returns the words that are one value of a field together, "next week", where no other field has taken one of them. */
function spanIn(
  bare: readonly Word[],
  taken: ReadonlySet<Word>,
  spans: NonNullable<Field['spans']>,
): Word[] | undefined {
  for (const at of bare.keys()) {
    const next = bare.slice(at, at + LONGEST_SPAN)
    const end = next.findIndex((word) => taken.has(word))
    const open = next.slice(0, end === -1 ? undefined : end)
    const count = open.length > 0 ? spans(open.map(({ text }) => text)) : 0
    if (count > 0) return open.slice(0, count)
  }
  return undefined
}

/** Puts flags with their values into `given`, and those made up into `places`. @returns the other words, and which flag each stands behind */
function flagsIn(
  command: Command,
  fields: readonly Field[],
  words: readonly Word[],
  { given, places }: { readonly given: GivenWords; readonly places: Map<Word, number> },
) {
  const bare: Word[] = []
  const follows = new Map<Word, Field>()
  const spans = new Map<string, WordRange>()
  const takesText = fields.some(
    ({ name, kind, picker }) => kind === 'text' && picker === undefined && command.positional.includes(name),
  )
  let last: Field | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (!word) break
    const name = word.flag ?? word.key
    const labeled = name === undefined && !takesText ? labeledUser(word, fields) : undefined
    if (labeled && !given.has(labeled.field.name)) {
      given.set(labeled.field.name, [labeled.word])
      places.set(labeled.word, at)
      continue
    }
    const field = name === undefined ? undefined : fieldCalled(name, fields, word.flag !== undefined)
    if (!field) {
      if (word.flag !== undefined) return unknownFlag(command, fields, words, at)
      bare.push(word)
      if (last) follows.set(word, last)
      continue
    }
    if (given.has(field.name)) return twice(field, words, spans.get(field.name), at)
    const next = words[at + 1]
    const from = at
    if (word.value === undefined && next && belongsTo(field, next)) {
      given.set(field.name, [next])
      at++
    } else {
      const value = word.value ?? 'true'
      const said = { ...word, text: value, raw: value }
      places.set(said, at)
      given.set(field.name, [said])
    }
    const range: WordRange = [from, at + 1]
    const isEmpty = given.get(field.name)?.every(({ text }) => text.trim() === '')
    if (word.flag !== undefined && field.kind === 'list' && isEmpty) return emptyList(words, range)
    spans.set(field.name, range)
    last = field
  }
  return { bare, follows }
}

/** `user:jane@acme.com`, as people know it from search fields. */
function labeledUser(
  word: Word,
  fields: readonly Field[],
): { readonly field: Field; readonly word: Word } | undefined {
  const [, value] = (!word.quoted && /^(?:user|customer):([^/\s].*)$/iu.exec(word.text)) || []
  const field = fields.find(({ picker }) => picker === 'user')
  return value && field ? { field, word: { ...word, text: value, raw: value } } : undefined
}

const joining = new Set(['of', 'for', 'from', 'on', 'in', 'at', 'by', 'with'])

/** "list domains of Acme": nothing that is picked by its name begins so, unless it is in quotes. */
function isJoining(word: Word | undefined, field: Field | undefined): boolean {
  return field?.picker !== undefined && word?.quoted === false && joining.has(word.text.toLowerCase())
}

/** "acme.com and acme.io" in a list of things. */
function isAnd(word: Word, field: Field | undefined): boolean {
  const isList = field?.kind === 'list' && field.picker !== undefined
  return isList && !word.quoted && ['and', '&'].includes(word.text.toLowerCase())
}

/** "Bank of America acme.com": a customer's name goes on until a domain comes. */
function isOfName(word: Word, field: Field | undefined, next: Field | undefined): boolean {
  const isDomainNext = next?.picker === 'domain' || next?.name === 'domains'
  return field?.picker === 'user' && isDomainNext && !/[\d.@]/.test(word.text)
}

/** "subscriptions list Acme Inc": a list that can be narrowed to a domain or a customer was given a customer's name. */
function ownerOfList({ verb, effect }: Command, fields: readonly Field[], given: GivenWords): void {
  if (verb !== 'list' || effect !== 'read') return
  const on = fields.find(({ picker, kind, required }) => picker === 'domain' && kind === 'text' && !required)
  const whose = fields.find(({ picker }) => picker === 'user')
  const said = on && given.get(on.name)
  if (!said || !whose || given.has(whose.name) || said.some(({ text }) => /[.@]/.test(text))) return
  // What is given as a flag is meant so.
  if (said.some(({ flag, key }) => flag !== undefined || key !== undefined)) return
  given.delete(on.name)
  given.set(whose.name, said)
}

/** Several words with what stood between them, to the letter; one without its quotes. */
function textOf(said: readonly Word[], places: ReadonlyMap<Word, number>): string {
  const [only, ...others] = said
  if (!only || others.length === 0) return only?.text ?? ''
  const parts = said.map((word, at) => {
    const stoodTogether = (places.get(word) ?? 0) - 1 === places.get(said[at - 1] ?? word)
    return at === 0 ? word.raw : `${stoodTogether ? word.gap : ' '}${word.raw}`
  })
  return parts.join('')
}

/** Returns whether a word belongs to what the flag before it began: `--severities urgent bad`, `--value v=spf1 ~all`. */
function goesOn({ kind, choices, picker }: Field, word: Word, nothingElseIsOpen: boolean): boolean {
  if (kind === 'list') return nothingElseIsOpen || choices.includes(word.text.toLowerCase())
  return kind === 'text' && picker === undefined && nothingElseIsOpen
}
