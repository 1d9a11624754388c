import type { PlainTextOption } from '@slack/types'
import { z } from 'zod'
import { isCredential } from '../cmr/redact.ts'
import { bounds, tooLong, tooMany } from './bounds.ts'
import type { CommandContext } from './context.ts'
import { countryCode } from './countries.ts'
import { sentenceOn } from './sentences.ts'

/** The values of a command, by the names of its fields. */
export type Values = Readonly<Record<string, unknown>>

/** Names the source of a picker's options: CMR's places, or a kind of thing that the directory knows. */
export type Picker = 'country' | 'state' | 'user' | 'domain' | 'subscription' | 'mailbox' | 'order'

/**
 * Finds something of the bot's own by what is typed: a route, an event, an operation. Its values are what the field
 * takes, the likeliest first.
 */
export type SearchOptions = (
  context: Pick<CommandContext, 'store' | 'zone'>,
  typed: string,
) => Promise<PlainTextOption[]>

/** One field of a command's input, read off its zod schema: everything a form, a flag or `help` must know. */
export interface Field {
  /** CMR's own name; also the block_id and the flag. */
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly example?: string | undefined
  readonly required: boolean
  /** Whether it is so whatever the others are. */
  readonly always: boolean
  readonly kind: 'text' | 'email' | 'number' | 'boolean' | 'choice' | 'list' | 'file' | 'channel' | 'person'
  /** What is picked from; of a list, several of them. */
  readonly choices: readonly string[]
  /** Shown as several lines. */
  readonly multiline: boolean
  readonly picker?: Picker | undefined
  readonly search?: SearchOptions | undefined
  /** Given by buttons and flags only; no form shows it. */
  readonly hidden: boolean
  /** Holds a credential: never shown again once it is typed. */
  readonly secret: boolean
  /** Choosing it shows the form again, with what follows from it (`Command.follow`). */
  readonly reloads: boolean
  /** Its choices come with the form (`Prefill.options`). */
  readonly offered: boolean
  /** Whether it is asked for, given the others. */
  shown(values: Readonly<Record<string, unknown>>): boolean
  /** Of a file field: which endings it takes, and how many files ("file_input": ten at most). */
  readonly file?: FileRule | undefined
}

/** What a `file_input` takes; its value is the list of Slack's file ids. */
export interface FileRule {
  readonly types: readonly string[]
  readonly most: number
  /** The button that gives a file to begin with. */
  readonly template?: { readonly actionId: string; readonly value: string }
}

interface FieldMeta {
  label?: string
  hint?: string
  example?: unknown
  picker?: Picker
  search?: SearchOptions
  multiline?: boolean
  hidden?: boolean
  reloads?: boolean
  offered?: boolean
  /** Must be filled in wherever it is shown. */
  needed?: boolean
  when?: (values: Readonly<Record<string, unknown>>) => boolean
  file?: FileRule
  /** A Slack channel's or person's id, picked by Slack's own menu. */
  slack?: 'channel' | 'person'
  /** Of a list of texts: those that a form offers; others may be typed. */
  choices?: readonly string[]
}

/** The same fields, asked for only where the others say so. */
export function askedWhen<Shape extends Record<string, z.ZodType>>(
  shape: Shape,
  when: FieldMeta['when'],
  more: Pick<FieldMeta, 'needed'> = {},
): Shape {
  const asked = Object.entries(shape).map(([name, schema]) => [name, schema.meta({ ...more, when })])
  return Object.fromEntries(asked) as Shape
}

/** Read once: everything that is said or shown asks for them. */
const read = new WeakMap<z.ZodObject, readonly Field[]>()

/** The fields of an input schema, in the order of their declaration. */
export function fieldsOf(input: z.ZodObject): readonly Field[] {
  const known = read.get(input)
  if (known) return known
  const fields = Object.entries(input.shape).map(([name, schema]) => fieldOf(name, schema as z.ZodType))
  read.set(input, fields)
  return fields
}

function fieldOf(name: string, schema: z.ZodType): Field {
  const [inner, meta] = unwrap(schema)
  const kind = meta.file ? 'file' : (meta.slack ?? kindOf(inner))
  const always = !schema.safeParse(undefined).success
  return {
    name,
    label: meta.label ?? name,
    hint: meta.hint,
    example: meta.example === undefined ? undefined : String(meta.example),
    required: meta.needed ?? always,
    always,
    kind,
    choices: meta.choices ?? choicesOf(inner),
    picker: meta.picker,
    search: meta.search,
    hidden: meta.hidden ?? false,
    secret: isCredential(name),
    reloads: meta.reloads ?? meta.picker === 'country',
    offered: meta.offered ?? false,
    shown: (values) => !meta.hidden && (meta.when?.(values) ?? true),
    file: meta.file,
    multiline: meta.multiline ?? kind === 'list',
  }
}

function choicesOf(schema: z.ZodType): string[] {
  const one = schema instanceof z.ZodArray ? schema.element : schema
  return one instanceof z.ZodEnum ? one.options.map(String) : []
}

/** What a schema comes to without its wrappings, and all that they say of it, the outermost last. */
function unwrap(schema: z.ZodType): [z.ZodType, FieldMeta] {
  const own = (schema.meta() ?? {}) as FieldMeta
  const inside = insideOf(schema)
  if (!inside) return [schema, own]
  const [inner, meta] = unwrap(inside)
  return [inner, { ...meta, ...own }]
}

function insideOf(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return schema.unwrap() as z.ZodType
  }
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : undefined
}

function kindOf(schema: z.ZodType): Field['kind'] {
  if (schema instanceof z.ZodEmail) return 'email'
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'boolean'
  if (schema instanceof z.ZodEnum) return 'choice'
  if (schema instanceof z.ZodArray) return 'list'
  return 'text'
}

/** What zod makes of raw values: the parsed input, or one sentence a field. */
export type Checked<Input> =
  | { readonly ok: true; readonly input: Input }
  | { readonly ok: false; readonly errors: Record<string, string>; readonly missing: readonly string[] }

/**
 * Checks values as they were typed or chosen. Text becomes what the field's kind says: "3" a number, "yes" a
 * boolean, "a.com, b.com" a list.
 * @param raw by field name; empty text counts as not given
 */
export function check(
  input: z.ZodObject,
  raw: Readonly<Record<string, unknown>>,
): Checked<Record<string, unknown>> {
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
function beyondBounds(input: z.ZodObject, raw: Readonly<Record<string, unknown>>): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { name, kind, picker } of fieldsOf(input)) {
    const text = raw[name]
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
export function entered(input: z.ZodObject, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values = fieldsOf(input).map((field) => [field.name, coerce(field, raw[field.name])] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

/** Whether a word can only be meant for this field: a domain, one of its choices, yes or no in any spelling. */
export function isMeantFor(field: Field, word: string): boolean {
  const said = word.toLowerCase()
  if (field.picker === 'domain' && field.kind === 'text') return /^[^\s@/]+\.[a-z]{2,}$/.test(said)
  if (field.kind === 'boolean') return Object.hasOwn(booleans, said) && !/^\d$/.test(said)
  return field.kind === 'choice' && field.choices.some((choice) => choice.toLowerCase() === said)
}

/** A list as it is typed or pasted. */
export function wordsIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}

function coerce(field: Field, raw: unknown): unknown {
  if (typeof raw !== 'string') return raw ?? undefined
  const text = raw.trim()
  if (text === '') return undefined
  if (field.picker === 'country') return countryCode(text) ?? text
  if (field.kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text)
  if (field.kind === 'boolean') return booleans[text.toLowerCase()] ?? text
  if (field.kind === 'list') return withoutRepeats(wordsIn(text))
  if (field.kind === 'file') return wordsIn(text)
  if (field.kind === 'choice')
    return field.choices.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? text
  return text
}

/** Names are the same in capitals: what was pasted twice is wanted, and paid for, once. */
function withoutRepeats(words: readonly string[]): string[] {
  return [...Map.groupBy(words, (word) => word.toLowerCase()).values()].flatMap(([first]) => first ?? [])
}

const booleans: Record<string, boolean> = {
  yes: true,
  true: true,
  on: true,
  '1': true,
  no: false,
  false: false,
  off: false,
  '0': false,
}
