import type { PlainTextOption } from '@slack/types'
import { z } from 'zod'
import { isCredential } from '../cmr/redact.ts'
import { bounds, tooLong, tooMany } from './bounds.ts'
import { coerce, normalForm, type Picker, type TypedField, wordsIn } from './coerce.ts'
import type { CommandContext } from './context.ts'
import { typeMore } from './search.ts'
import { sentenceOn } from './sentences.ts'

/** The values of a command, by the names of its fields. */
export type Values = Readonly<Record<string, unknown>>

/**
 * Finds something of the bot's own by what is typed: a route, an event, an operation. Its values are what the field
 * takes, the likeliest first.
 */
export type SearchOptions = (
  context: Pick<CommandContext, 'store' | 'zone' | 'clock' | 'access' | 'caller'>,
  typed: string,
) => Promise<PlainTextOption[]>

/** One field of a command's input, read off its zod schema: everything a form, a flag or `help` must know. */
export interface Field extends TypedField {
  /** CMR's own name; also the block_id and the flag. */
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly example?: string | undefined
  readonly required: boolean
  /** True if it does not depend on the other fields. */
  readonly always: boolean
  /** Shown as several lines. */
  readonly multiline: boolean
  readonly search?: SearchOptions | undefined
  /** Given by buttons and flags only; no form shows it. */
  readonly hidden: boolean
  /** Holds a credential: never shown again once it is typed. */
  readonly secret: boolean
  /** What its value says of other fields too: the priority that stands before the host of an MX record. */
  readonly reads?: Reads | undefined
  /** Returns how many words, from the first of these on, can only be meant for it: of "next week acme.com" two. */
  readonly spans?: ((words: readonly string[]) => number) | undefined
  /** Choosing it shows the form again, with what follows from it (`Command.follow`). */
  readonly reloads: boolean
  /** Its choices come with the form (`Prefill.options`). */
  readonly offered: boolean
  /** Returns whether it is asked for, given the others. */
  shown(values: Readonly<Record<string, unknown>>): boolean
  /** Of a file field: which endings it takes, and how many files ("file_input": ten at most). */
  readonly file?: FileRule | undefined
}

/**
 * Takes values apart that people write as one.
 * @param takes whether there is a field of that name
 * @returns the values in place of those that were given
 */
type Reads = (
  values: Readonly<Record<string, unknown>>,
  takes: (field: string) => boolean,
) => Readonly<Record<string, unknown>>

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
  normal?: (text: string) => string
  reads?: Reads
  spans?: (words: readonly string[]) => number
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
  const secret = isCredential(name)
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
    secret,
    normal: secret ? (text) => text : (meta.normal ?? normalForm(kind, meta.picker)),
    reads: meta.reads,
    spans: meta.spans,
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
export function entered(input: z.ZodObject, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = fieldsOf(input)
  let values = Object.fromEntries(fields.map((field) => [field.name, coerce(field, raw[field.name])]))
  const takes = (name: string) => fields.some((field) => field.name === name)
  for (const { reads } of fields) if (reads) values = { ...values, ...reads(values, takes) }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
