import { code, escapeText } from '../slack/blocks.ts'
import { ambiguousDate, ambiguousDateSentence, dateLabel, withPlainDates } from './calendar-dates.ts'
import { isYesOrNo } from './check.ts'
import type { Command, Doubt } from './command.ts'
import type { Field } from './field.ts'
import { quoted, type Word } from './grammar.ts'
import { didYouMean } from './registry.ts'

/** Returns whether the word behind a flag is its value. */
export function belongsTo({ kind }: Field, next: Word): boolean {
  if (next.quoted) return true
  if (next.flag !== undefined) return false
  return kind === 'boolean' ? isYesOrNo(next.text) : true
}

/** Words from one place up to another. */
export type WordRange = readonly [from: number, to: number]

/** A flag that stands at a place, with its value where one follows. */
function spanOf(field: Field | undefined, words: readonly Word[], at: number): WordRange {
  const next = words[at + 1]
  const takesNext = words[at]?.value === undefined && next !== undefined
  return [at, at + (takesNext && (field ? belongsTo(field, next) : next.flag === undefined) ? 2 : 1)]
}

function without(words: readonly Word[], [from, to]: WordRange): readonly Word[] {
  return words.toSpliced(from, to - from)
}

function saidIn(words: readonly Word[], [from, to]: WordRange): string {
  return words
    .slice(from, to)
    .map(({ raw }) => raw)
    .join(' ')
}

export function twice(field: Field, words: readonly Word[], first: WordRange | undefined, at: number): Doubt {
  const second = spanOf(field, words, at)
  const ways = (first ? [first, second] : []).map((kept) => ({
    label: `Use ${saidIn(words, kept)}`,
    rest: without(words, kept === second ? (first ?? second) : second),
  }))
  return { sentence: `“${escapeText(field.name)}” is given twice.`, ways }
}

/** Nothing in a list that narrows what is meant would widen it to everything: `--customers ""`. */
export function emptyList(words: readonly Word[], range: WordRange): Doubt {
  const said = saidIn(words, range)
  return {
    sentence: `${code(said)} names nothing.`,
    ways: [{ label: `Leave out ${words[range[0]]?.raw}`, rest: without(words, range) }],
  }
}

/** A date that may mean two days, where one of these fields takes dates: 12/01/2026 is Dec 1 or Jan 12. */
export function doubtfulDate(fields: readonly Field[], words: readonly Word[]): Doubt | undefined {
  if (!fields.some(({ takesDates }) => takesDates)) return undefined
  const text = words.map(({ text }) => text).join(' ')
  const said = ambiguousDate(text)
  if (!said) return undefined
  const ways = (['month', 'day'] as const).map((order) => ({
    label: dateLabel(said, order),
    rest: words.map((word) => withText(word, (part) => withPlainDates(part, order))),
  }))
  return { sentence: `${ambiguousDateSentence(text)} Which one do you mean?`, ways }
}

function withText(word: Word, change: (text: string) => string): Word {
  const { text, raw, value } = word
  return {
    ...word,
    text: change(text),
    raw: change(raw),
    ...(value !== undefined && { value: change(value) }),
  }
}

export function unknownFlag(
  { noun, verb }: Command,
  fields: readonly Field[],
  words: readonly Word[],
  at: number,
): Doubt {
  const word = words[at]
  const flag = word?.flag ?? ''
  const names = fields.map(({ name }) => name)
  const known = names.length
    ? ` It takes ${names.map((one) => `\`--${one}\``).join(' ')}.`
    : ' It takes none.'
  const left = spanOf(undefined, words, at)
  const ways = [
    ...instead(names, flag, (near) =>
      words.with(at, { ...(word as Word), raw: `--${near}${valueIn(word)}`, flag: near }),
    ),
    { label: `Leave out ${saidIn(words, left)}`, rest: without(words, left) },
  ]
  return {
    sentence: `*${noun} ${verb}* has no \`--${escapeText(flag)}\`.${didYouMean(flag, names, '--')}${known}`,
    ways,
  }
}

function valueIn(word: Word | undefined): string {
  return word?.value === undefined ? '' : `=${quoted(word.value)}`
}

/** The way in which a name was meant that is nearly one of ours. */
function instead(
  names: readonly string[],
  said: string,
  rest: (near: string) => readonly Word[],
): Doubt['ways'] {
  const near = /`--([^`]+)`/.exec(didYouMean(said, names, '--'))?.[1]
  return near ? [{ label: `Use --${near}`, rest: rest(near) }] : []
}

export function tooMany(
  { noun, verb }: Command,
  fields: readonly Field[],
  words: readonly Word[],
  word: Word,
): Doubt {
  const names = fields.map(({ name }) => name)
  const { text, key = '' } = word
  const at = words.indexOf(word)
  return {
    sentence: `*${noun} ${verb}* does not take “${escapeText(text)}”.${didYouMean(key, names, '--')}`,
    ways: [
      ...instead(names, key, (near) =>
        words.with(at, { ...word, raw: `--${near}${valueIn(word)}`, flag: near, key: undefined }),
      ),
      { label: `Leave out ${text}`, rest: without(words, [at, at + 1]) },
    ],
  }
}

/**
 * A field by its name, whatever its case; `--severity` is `--severities` where nothing else is meant, and `--type` is
 * what a form calls so.
 * @param isFlag whether it was said to be one: a form's words are words of values too
 */
export function fieldCalled(said: string, fields: readonly Field[], isFlag: boolean): Field | undefined {
  const other = otherCustomer(said)
  const called = fieldSpelled(said, fields, isFlag)
  return called ?? (other === said ? undefined : fieldSpelled(other, fields, isFlag))
}

/** CMR's API says user where people say customer. */
function otherCustomer(said: string): string {
  return said.replace(/^(user|customer)/i, (word) => (word.toLowerCase() === 'user' ? 'customer' : 'user'))
}

function fieldSpelled(said: string, fields: readonly Field[], isFlag: boolean): Field | undefined {
  const [name, one] = [spelling(said), singular(said)]
  return (
    fields.find((field) => spellingsOf(field).name === name) ??
    fields.find((field) => spellingsOf(field).singular === one) ??
    (isFlag ? fields.find((field) => !field.hidden && spellingsOf(field).label === name) : undefined)
  )
}

interface FieldSpellings {
  readonly name: string
  readonly singular: string
  readonly label: string
}

/** A long text asks for them with every word. */
const knownSpellings = new WeakMap<Field, FieldSpellings>()

function spellingsOf(field: Field): FieldSpellings {
  const known = knownSpellings.get(field)
  if (known) return known
  const { name, label } = field
  const spellings = { name: spelling(name), singular: singular(name), label: spelling(label) }
  knownSpellings.set(field, spellings)
  return spellings
}

/** `--page-size`, `pageSize=` and `PAGE_SIZE=` are the same. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function singular(name: string): string {
  return spelling(name)
    .replace(/ies$/, 'y')
    .replace(/xes$/, 'x')
    .replace(/([^s])s$/, '$1')
}
