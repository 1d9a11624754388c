import type { z } from 'zod'
import { isDomainName, plainText } from '../cmr/normal-forms.ts'
import { type Field, fieldsOf, type Values } from './field.ts'
import { typeMore } from './search.ts'

/** What zod makes of raw values: the parsed input, or one sentence a field. */
export type Checked =
  | { readonly ok: true; readonly input: Values }
  | { readonly ok: false; readonly errors: Record<string, string>; readonly missing: readonly string[] }

/**
 * Checks values as they were typed or chosen. Text becomes what the field's kind says: "3" a number, "yes" a
 * boolean, "a.com, b.com" a list.
 * @param raw by field name; empty text counts as not given
 */
export function check(input: z.ZodObject, raw: Values): Checked {
  const beyond = beyondBounds(input, raw)
  if (Object.keys(beyond).length > 0) return { ok: false, errors: beyond, missing: [] }
  const values = entered(input, raw)
  const parsed = input.safeParse(values, { error: sentenceOn })
  if (parsed.success) return { ok: true, input: parsed.data }

  const errors: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0] ?? '')
    // Rules across fields ("MX needs a priority") say more than that something is missing.
    const bare = values[name] === undefined && issue.code !== 'custom'
    errors[name] ??= bare ? 'Fill this in.' : issue.message
  }
  return { ok: false, errors, missing: Object.keys(errors).filter((name) => values[name] === undefined) }
}

/** What is too long to be looked at; one sentence a field. What did not come from somebody's keyboard has no bounds. */
function beyondBounds(input: z.ZodObject, raw: Values): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { name, kind, picker } of fieldsOf(input)) {
    const text = raw[name]
    if (text === typeMore || (Array.isArray(text) && text.includes(typeMore))) {
      errors[name] = 'Pick a name from the list. Type more of it to find it.'
      continue
    }
    if (typeof text !== 'string') continue
    if (text.length > bounds.text) errors[name] = tooLong(text.length)
    else if (kind === 'list') {
      const most = picker ? bounds.names : bounds.listed
      const count = wordsIn(text).length
      if (count > most) errors[name] = tooMany(count, most)
    }
  }
  return errors
}

/** Values as the fields take what was typed for them: "yes" is true, "google" is GOOGLE. What is empty is left out. */
export function entered(input: z.ZodObject, raw: Values): Values {
  const fields = fieldsOf(input)
  let values = Object.fromEntries(fields.map((field) => [field.name, coerce(field, raw[field.name])]))
  const takes = (name: string) => fields.some((field) => field.name === name)
  for (const { reads } of fields) if (reads) values = { ...values, ...reads(values, takes) }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** What was typed for a field, as its schema takes it: "yes" is true. Nothing where it is empty. */
function coerce(field: Field, raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map((one) => (typeof one === 'string' ? field.normal(one) : one))
  if (typeof raw !== 'string') return raw ?? undefined
  const text = field.kind === 'list' || field.kind === 'file' ? plainText(raw) : field.normal(raw)
  if (text === '') return undefined
  if (field.kind === 'number') return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (field.kind === 'boolean') return isYesOrNo(text) ? booleans[text.toLowerCase()] : text
  if (field.kind === 'list') return withoutRepeats(listed(field, text).map(field.normal))
  if (field.kind === 'file') return wordsIn(text)
  if (field.kind === 'choice') return choiceCalled(field, text) ?? text
  return text
}

/** "acme.com and acme.io". */
const isAnd = /^(and|&)$/i

/** Addresses out of "Jane Doe <jane@acme.com>, …"; of anything else its words. */
function listed({ picker }: Field, text: string): string[] {
  if (picker !== 'mailbox' || !/<[^<>]+@[^<>]+>/.test(text))
    return wordsIn(text).filter((word, at, all) => !(at > 0 && at < all.length - 1 && isAnd.test(word)))
  return text.split(/[\n,;|]+/).filter((part) => part.trim() !== '')
}

/** A list as it is typed or pasted. */
export function wordsIn(text: string): string[] {
  const words = text.split(/[\s,;|，；、]+/).filter(Boolean)
  const names = words.filter((word) => !isBullet.test(word))
  return names.length > 0 ? names : words
}

/** What stands before each line of a list in a document: "•", "-", "1.". */
const isBullet = /^(?:[•·‣◦▪●○*–—-]|\d{1,3}[.)])$/

/** A choice by what it is called, however it is spelled: "past-due" is PAST_DUE. */
function choiceCalled({ choices }: Field, word: string): string | undefined {
  const said = spelling(word)
  return said === '' ? undefined : choices.find((choice) => spelling(choice) === said)
}

function spelling(word: string): string {
  return plainText(word)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Names are the same in capitals: what was pasted twice is wanted, and paid for, once. */
function withoutRepeats(words: readonly string[]): string[] {
  return [...Map.groupBy(words, (word) => word.toLowerCase()).values()].flatMap(([first]) => first ?? [])
}

/** Returns whether a word can only be meant for this field: a domain, a channel, one of its choices, yes or no in any spelling. */
export function isMeantFor(field: Field, word: string): boolean {
  if (field.picker === 'domain' && field.kind === 'text') return isDomainName(word) && !word.includes('@')
  if (field.kind === 'person') return /^@?[UW][A-Z0-9]{7,}$/.test(word)
  if (field.kind === 'channel') return /^(#.|[CG][A-Z0-9]{7,}$)/.test(word)
  if (field.kind === 'boolean') return isYesOrNo(word) && !/^\d$/.test(word)
  return field.kind === 'choice' && choiceCalled(field, word) !== undefined
}

/** Returns whether a word says yes or no. */
export function isYesOrNo(word: string): boolean {
  return Object.hasOwn(booleans, plainText(word).toLowerCase())
}

/** Excel writes the two in its own language into a CSV. */
const yes = ['yes', 'y', 'true', 'on', '1', 'wahr', 'ja', 'vrai', 'oui', 'verdadero', 'sí', 'vero', 'waar']
const no = ['no', 'n', 'false', 'off', '0', 'falsch', 'nein', 'faux', 'non', 'falso', 'onwaar']
const booleans: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...yes.map((word) => [word, true]),
  ...no.map((word) => [word, false]),
])

/**
 * What is wrong with a value, as people say it: zod's own words are for builders. A schema that says more itself is
 * heard first.
 */
function sentenceOn(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.length === 1 ? undefined : `Choose one of ${issue.values.map(String).join(', ')}.`
    case 'invalid_type':
      if (issue.expected === 'int') return 'Give a whole number.'
      if (issue.expected === 'number') return 'Give a number.'
      return issue.expected === 'boolean' ? 'Choose yes or no.' : undefined
    case 'invalid_format':
      return issue.format === 'email' ? 'This is not an e-mail address.' : undefined
    case 'too_small':
      if (issue.origin === 'string') return issue.minimum === 1 ? 'Fill this in.' : undefined
      return `Give ${issue.minimum} at least.`
    case 'too_big':
      return `Give ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''} at most.`
    default:
      return undefined
  }
}

/**
 * What somebody may give at once. Without bounds one person could keep the process busy for everybody; each bound is
 * named in the sentence that refuses.
 */
export const bounds = {
  /** Characters behind `/cmr`, and of one value. */
  text: 12_000,
  /** Things in a list that are looked up by their names, one by one. */
  names: 200,
  /** Other things in a list. */
  listed: 1000,
  /** Characters of an input of a form ("Block Kit reference: plain-text input"). */
  input: 3000,
} as const

const figures = new Intl.NumberFormat('en-US')

/** Returns "12,000". */
const figure = (count: number): string => figures.format(count)

/** The sentence for a text that is too long. */
export function tooLong(length: number): string {
  return `This has ${figure(length)} characters; ${figure(bounds.text)} are the most. Give long lists as a CSV file, or in several parts.`
}

/** The sentence for a list that is too long. */
export function tooMany(count: number, most: number): string {
  return `These are ${figure(count)}; ${figure(most)} go at once. Give them in several parts, or as a CSV file.`
}

/** The sentence for choices of which Slack lists only the first. @param name the flag that takes any of them */
export function beyondList(count: number, most: number, name: string): string {
  return `The first ${most} of ${figure(count)} are listed. For another one, run this as a command with --${name}.`
}

/** The sentence for a text that Slack takes back into no input. */
export function beyondForm(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length <= bounds.input) return undefined
  return `What you gave has ${figure(value.length)} characters, and a form takes ${figure(bounds.input)}: it is left out here. Shorten it, or give all of the fields in one command.`
}
