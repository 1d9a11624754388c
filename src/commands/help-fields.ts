import { code, escapeText, listed } from '../slack/blocks.ts'
import { type Command, idOf } from './command.ts'
import { type Field, fieldsOf } from './field.ts'

/** What a name looks like, by what it is picked from. */
const examples: Readonly<Record<NonNullable<Field['picker']>, string>> = {
  country: 'US',
  state: 'New York',
  user: 'jane@acme.com',
  domain: 'acme.com',
  subscription: 'acme.com',
  mailbox: 'jane@acme.com',
  order: 'ORDER_ID',
}

/** What a value is, by how its text is read. */
const formats: Readonly<Partial<Record<Field['kind'], string>>> = {
  email: 'An e-mail address',
  number: 'A number',
  boolean: 'Yes or no',
  channel: 'A channel, such as #ops',
  person: 'A person, such as @ana',
  file: 'A file, given in the form',
}

/** `/cmr orders create`: what has to be typed for a command to be meant. */
export function said({ noun, verb, isOnlyVerb }: Pick<Command, 'noun' | 'verb' | 'isOnlyVerb'>): string {
  return isOnlyVerb ? `/cmr ${noun}` : `/cmr ${noun} ${verb}`
}

/** Returns a line that can be typed: the declared example, or what the command needs, in the order in which it takes it. */
export function exampleOf(command: Command): string {
  const { input, positional, example } = command
  const fields = fieldsOf(input)
  const needed = positional.flatMap((name) => fields.filter((field) => field.name === name && field.always))
  const values = example ?? needed.map(exampleValue).join(' ')
  return `${said(command)} ${values}`.trim()
}

function exampleValue(field: Field): string {
  const value = field.example ?? (field.picker ? examples[field.picker] : undefined) ?? choicesOf(field)[0]
  const text = value ?? (field.kind === 'boolean' ? 'on' : field.kind === 'channel' ? '#ops' : field.name)
  return /\s/.test(text) && field.kind !== 'list' ? `"${text}"` : text
}

/** Returns a line for each value that a command takes: its name in words, what it means, and what it may be; mrkdwn. */
export function fieldHelp({ input, continues }: Command): string[] {
  const fields = fieldsOf(input).filter(({ hidden, name }) => !hidden && name !== continues?.field)
  return fields.map((field) => {
    const must = !field.required ? ' _(optional)_' : field.shown({}) ? '' : ' _(when the form asks for it)_'
    const meaning = [field.hint?.replace(/\.$/, ''), valuesOf(field)].filter(Boolean).join('. ')
    return `• *${escapeText(field.label)}*${must}${meaning && `: ${escapeText(meaning)}`}`
  })
}

/** What may be given, in words. */
function valuesOf(field: Field): string {
  const { kind, picker, example, hint } = field
  const choices = choicesOf(field)
  if (choices.length > 0) return `${kind === 'list' ? 'Any of' : 'One of'} ${listed(choices, 600, ', ')}`
  const format = formats[kind]
  const such = example ?? (picker ? examples[picker] : undefined)
  if (format) return kind === 'number' && such ? `${format}, such as ${such}` : format
  return such && !hint?.includes(such) ? `Example: ${such}` : ''
}

/** Choices as people may type them: "past-due" is PAST_DUE. */
function choicesOf({ choices }: Field): readonly string[] {
  return choices.map((choice) => choice.toLowerCase().replaceAll('_', '-'))
}

/** Returns the names behind the words, for those who type a whole command or know CMR's API; mrkdwn. */
export function technicalHelp(command: Command): string {
  const { positional, input } = command
  const fields = fieldsOf(input).filter(({ hidden, kind }) => !hidden && kind !== 'file')
  const inOrder = positional.flatMap((name) => {
    const field = fields.find((one) => one.name === name)
    return field ? [field.always ? `<${name}>` : `[${name}]`] : []
  })
  const usage = [said(command), ...inOrder].join(' ')
  const flags = fields.map(({ name, label }) => `${code(`--${name}`)} ${escapeText(label)}`)
  return listed([`*For the command line* (${code(idOf(command))})`, code(usage), ...flags], 3000, '\n')
}
