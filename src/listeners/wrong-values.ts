import { type Command, InputError } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { type Checked, fieldsOf } from '../commands/field.ts'
import type { FormContent } from '../commands/forms/content.ts'
import { exampleLines } from '../commands/help.ts'
import { escapeSentence, escapeText, type Message, section } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'
import { remedies } from './carry-on.ts'

/** Values that were given and cannot be taken: a sentence each, by field. */
export type WrongValues = Readonly<Record<string, string>>

/** Returns what is wrong with values that were given; undefined where only some are missing. */
export function wrongValues({
  errors,
  missing,
}: Extract<Checked<unknown>, { ok: false }>): WrongValues | undefined {
  const wrong = Object.entries(errors).filter(([name]) => !missing.includes(name))
  return wrong.length > 0 ? Object.fromEntries(wrong) : undefined
}

/** The same, as a form shows it below its inputs. */
export function faultsOf(errors: WrongValues | undefined): FormContent['faults'] {
  return errors && Object.fromEntries(Object.entries(errors).map(([name, sentence]) => [name, { sentence }]))
}

/** Says what is wrong with what was typed, above buttons that go on with the rest of it. */
export async function wrongMessage(
  app: AppContext,
  caller: Caller,
  command: Command,
  raw: Readonly<Record<string, unknown>>,
  wrong: WrongValues,
): Promise<Message> {
  const names = Object.keys(wrong)
  const fields = fieldsOf(command.input)
  const lines = names.map((name) => {
    const label = fields.find((field) => field.name === name)?.label ?? name
    return `• *${escapeText(label)}*: ${escapeSentence(wrong[name] ?? '')}`
  })
  const text = `:warning: Nothing was done.\n${[...lines, ...exampleLines(command)].join('\n')}`
  // One doubt after the other: what is chosen for the first leaves the next to be asked about.
  const [first = ''] = names
  const error = new InputError(first, wrong[first] ?? '')
  return { text, blocks: [section(text), ...(await remedies(app, caller, command, raw, error))] }
}
