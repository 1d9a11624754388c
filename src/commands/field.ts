import type { PlainTextOption } from '@slack/types'
import { z } from 'zod'
import {
  customerName,
  domainName,
  emailAddress,
  nameText,
  plainDigits,
  plainText,
  thingName,
} from '../cmr/normal-forms.ts'
import { isCredential } from '../cmr/redact.ts'
import type { CommandContext } from './context.ts'
import type { Wanted } from './permissions.ts'
import { countryCode } from './places.ts'

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

/** Names the source of a picker's options: CMR's places, or a kind of thing that the directory knows. */
export type Picker = 'country' | 'state' | 'user' | 'domain' | 'subscription' | 'mailbox' | 'order'

/** One field of a command's input, read off its zod schema: everything a form, a flag or `help` must know. */
export interface Field {
  /** CMR's own name; also the block_id and the flag. */
  readonly name: string
  readonly label: string
  /** What decides how its text is read. */
  readonly kind: 'text' | 'email' | 'number' | 'boolean' | 'choice' | 'list' | 'file' | 'channel' | 'person'
  /** What is picked from; of a list, several of them. */
  readonly choices: readonly string[]
  readonly picker?: Picker | undefined
  readonly hint?: string | undefined
  readonly example?: string | undefined
  /** What hint and example are in a form that holds these values, where they depend on them. */
  readonly told?: Told | undefined
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
  /** A date may stand in it, which is asked about where its day and month may be the other way round. */
  readonly takesDates: boolean
  /** Choosing it shows the form again, with what follows from it (`Command.follow`). */
  readonly reloads: boolean
  /** Its choices come with the form (`Prefill.options`). */
  readonly offered: boolean
  /** Returns the one form of what was typed for it; of a list, of each. */
  normal(text: string): string
  /** Returns whether it is asked for, given the others. */
  shown(values: Values): boolean
  /** Of a file field: which endings it takes, and how many files ("file_input": ten at most). */
  readonly file?: FileRule | undefined
}

/**
 * Takes values apart that people write as one.
 * @param takes whether there is a field of that name
 * @returns the values in place of those that were given
 */
type Reads = (values: Values, takes: (field: string) => boolean) => Values

type Told = (values: Values) => Pick<Field, 'hint' | 'example'>

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
  told?: Told
  picker?: Picker
  search?: SearchOptions
  multiline?: boolean
  hidden?: boolean
  reloads?: boolean
  offered?: boolean
  /** Must be filled in wherever it is shown. */
  needed?: boolean
  when?: (values: Values) => boolean
  file?: FileRule
  normal?: (text: string) => string
  reads?: Reads
  spans?: (words: readonly string[]) => number
  takesDates?: boolean
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
    told: meta.told,
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
    takesDates: meta.takesDates ?? false,
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
function normalForm(kind: Field['kind'], picker: Picker | undefined): (text: string) => string {
  if (picker) return byPicker[picker]
  if (kind === 'email') return emailAddress
  return kind === 'number' ? plainDigits : plainText
}

/** Returns whether whoever has a role for some customers only may run something at all: it names some, or narrows itself. */
export function isForSomeCustomers({ input, customers }: Wanted): boolean {
  if (customers === 'everybodys') return false
  if (customers !== undefined || input === undefined) return true
  return fieldsOf(input).some(
    ({ picker }) => picker !== undefined && picker !== 'country' && picker !== 'state',
  )
}
