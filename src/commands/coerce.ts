import {
  customerName,
  domainName,
  emailAddress,
  isDomainName,
  nameText,
  plainDigits,
  plainText,
  thingName,
} from '../cmr/normal-forms.ts'
import { countryCode } from './countries.ts'

/** Names the source of a picker's options: CMR's places, or a kind of thing that the directory knows. */
export type Picker = 'country' | 'state' | 'user' | 'domain' | 'subscription' | 'mailbox' | 'order'

/** What decides how the text that is typed for a field is read. */
export interface TypedField {
  readonly kind: 'text' | 'email' | 'number' | 'boolean' | 'choice' | 'list' | 'file' | 'channel' | 'person'
  /** What is picked from; of a list, several of them. */
  readonly choices: readonly string[]
  readonly picker?: Picker | undefined
  /** Returns the one form of what was typed for it; of a list, of each. */
  normal(text: string): string
}

const byPicker: Readonly<Record<Picker, (text: string) => string>> = {
  country: (text) => countryCode(text) ?? plainText(text),
  state: nameText,
  user: customerName,
  domain: domainName,
  subscription: thingName,
  mailbox: thingName,
  order: plainText,
}

/** The form of what is typed for a field that declares none of its own. */
export function normalForm(kind: TypedField['kind'], picker: Picker | undefined): (text: string) => string {
  if (picker) return byPicker[picker]
  if (kind === 'email') return emailAddress
  return kind === 'number' ? plainDigits : plainText
}

/** Returns whether a word can only be meant for this field: a domain, a channel, one of its choices, yes or no in any spelling. */
export function isMeantFor(field: TypedField, word: string): boolean {
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

/** A list as it is typed or pasted. */
export function wordsIn(text: string): string[] {
  return text.split(/[\s,;|，；、]+/).filter(Boolean)
}

/** What was typed for a field, as its schema takes it: "yes" is true. Nothing where it is empty. */
export function coerce(field: TypedField, raw: unknown): unknown {
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
function listed({ picker }: TypedField, text: string): string[] {
  if (picker !== 'mailbox' || !/<[^<>]+@[^<>]+>/.test(text))
    return wordsIn(text).filter((word, at, all) => !(at > 0 && at < all.length - 1 && isAnd.test(word)))
  return text.split(/[\n,;|]+/).filter((part) => part.trim() !== '')
}

/** A choice by what it is called, however it is spelled: "past-due" is PAST_DUE. */
function choiceCalled({ choices }: TypedField, word: string): string | undefined {
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

/** Excel writes the two in its own language into a CSV. */
const yes = ['yes', 'y', 'true', 'on', '1', 'wahr', 'ja', 'vrai', 'oui', 'verdadero', 'sí', 'vero', 'waar']
const no = ['no', 'n', 'false', 'off', '0', 'falsch', 'nein', 'faux', 'non', 'falso', 'onwaar']
const booleans: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...yes.map((word) => [word, true]),
  ...no.map((word) => [word, false]),
])
