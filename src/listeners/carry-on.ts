import type { Button, KnownBlock } from '@slack/types'
import { argumentsOf } from '../commands/arguments.ts'
import { AmbiguousError, type Command, InputError, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { emptyDraft, holdsSecret } from '../commands/drafts.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import type { GarbledValues } from '../commands/garbled.ts'
import { spokenOf } from '../commands/grammar.ts'
import { type Reading, readingLabel } from '../commands/understanding/sentences.ts'
import { actions, button, escapeText, longestValue, type Message, section } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'

/** Behind the command whose form is shown with what was given, though some of it is wrong. */
export const correctSuffix = 'correct'
/** Behind the command whose values were looked at and are meant so. */
export const asTypedSuffix = 'asTyped'
/** Behind the command that is tried again; the answer takes the place of the failure where only one person sees it. */
export const againSuffix = 'again'
/** Before the id of a draft, in the value of a button. */
const draftMark = 'draft:'

type Drafting = Pick<AppContext, 'drafts'>

/**
 * Returns the button that goes on with a command and all that was given: what is short stands in the button, what is
 * long or holds a secret waits in a draft.
 */
export async function carryOnButton(
  app: Drafting,
  { userId }: Caller,
  command: Command,
  { text, suffix, values, style }: CarryOn,
): Promise<Button> {
  const actionId = suffix ? `${idOf(command)}:${suffix}` : idOf(command)
  const spoken = spokenOf(values)
  if (!holdsSecret(values) && spoken.length <= longestValue)
    return button({ text, actionId, value: spoken, style })
  const { id } = await app.drafts.keep({
    author: userId,
    command: idOf(command),
    draftContent: { ...emptyDraft, values },
  })
  return button({ text, actionId, value: `${draftMark}${id}`, style })
}

/** Returns the button that tries a command again with all that was given. */
export function againButton(
  app: Drafting,
  caller: Caller,
  command: Command,
  values: Values,
): Promise<Button> {
  return carryOnButton(app, caller, command, { text: 'Try again', suffix: againSuffix, values })
}

/**
 * Returns the button that opens a command's form with everything that was entered; none where its form asks nothing.
 * @param kept the draft that holds it already
 */
export async function backToForm(
  app: Drafting,
  { userId }: Caller,
  command: Command,
  { values, kept }: { readonly values: Values; readonly kept?: string | undefined },
): Promise<Button[]> {
  if (fieldsOf(command.input).every(({ hidden }) => hidden)) return []
  const entered = { author: userId, command: idOf(command), draftContent: { ...emptyDraft, values } }
  const draft = kept ?? (await app.drafts.keep(entered)).id
  const actionId = `${idOf(command)}:${correctSuffix}`
  return [button({ text: 'Back to the form', actionId, value: `${draftMark}${draft}` })]
}

interface CarryOn {
  readonly text: string
  /** What the action_id ends with, behind its `:`. */
  readonly suffix?: string
  readonly values: Values
  readonly style?: 'primary'
}

/** Returns the id of the draft that a button goes on from, where it names one. */
export function draftIn(value: string): string | undefined {
  return value.startsWith(draftMark) ? value.slice(draftMark.length) : undefined
}

/** Asks which of several readings is meant: a button for each, which goes on with what was said. */
export async function askWhich(
  app: Drafting,
  caller: Caller,
  { sentence, readings }: { readonly sentence: string; readonly readings: readonly Reading[] },
): Promise<Message> {
  const buttons = await Promise.all(
    readings.map((reading, at) => {
      const given = argumentsOf(reading.command, reading.rest)
      const values = given.ok ? given.raw : {}
      return carryOnButton(app, caller, reading.command, {
        text: readingLabel(reading),
        suffix: `meant${at}`,
        values,
      })
    }),
  )
  return { text: sentence, blocks: [section(sentence), ...(buttons.length > 0 ? [actions(...buttons)] : [])] }
}

/**
 * Returns what can be done about a value that is wrong: a button for each that it may be, and one for the form with
 * everything that was given.
 */
export async function remedies(
  app: Drafting,
  caller: Caller,
  command: Command,
  values: Values,
  error: unknown,
): Promise<KnownBlock[]> {
  if (!(error instanceof InputError)) return []
  const fields = fieldsOf(command.input)
  const field = fields.find(({ name }) => name === error.field)
  const choices =
    error instanceof AmbiguousError
      ? error.choices
      : field?.kind === 'choice' && values[error.field] !== undefined
        ? field.choices.slice(0, MOST_CHOICES).map((choice) => ({ label: choice, value: choice }))
        : []
  const chosen = choices.map(({ label, value }, at) =>
    carryOnButton(app, caller, command, {
      text: label,
      suffix: `choice${at}`,
      values: { ...values, [error.field]: value },
    }),
  )
  const isAsked = fields.some(({ hidden }) => !hidden)
  const form = isAsked
    ? [carryOnButton(app, caller, command, { text: 'Correct it', suffix: correctSuffix, values })]
    : []
  const buttons = await Promise.all([...chosen, ...form])
  return buttons.length > 0 ? [actions(...buttons)] : []
}

/** Asks whether a text was garbled by another program; either button goes on with everything else that was said. */
export async function askGarbled(
  app: Drafting,
  caller: Caller,
  command: Command,
  given: Values,
  { values, fields }: GarbledValues,
): Promise<Message> {
  const words = Object.values(fields)
  const told = words.map((one) => `“${escapeText(one.given)}” looks garbled`).join(', ')
  const meant = words.map((one) => one.meant).join(', ')
  const typed = words.map((one) => one.given).join(', ')
  const text = `:grey_question: ${told}. Did you mean “${escapeText(meant)}”? Nothing was done.`
  const buttons = await Promise.all([
    carryOnButton(app, caller, command, {
      text: `Use ${meant}`,
      suffix: `${asTypedSuffix}0`,
      values,
      style: 'primary',
    }),
    carryOnButton(app, caller, command, {
      text: `Keep ${typed}`,
      suffix: `${asTypedSuffix}1`,
      values: given,
    }),
  ])
  return { text, blocks: [section(text), actions(...buttons)] }
}

/** More choices than these are for the form to list. */
const MOST_CHOICES = 10
