import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { type Command, type CommandContext, idOf } from '../commands/command.ts'
import { type Checked, check, type Field, fieldsOf } from '../commands/field.ts'
import { actions, button, context, escapeText, plain, section } from '../messages/blocks.ts'
import { type FormState, inputBlock, shell, titleLength } from './form.ts'

/** What the steps of a form have come to so far. */
export interface Gathered {
  /** By field of the command's input. */
  readonly values: Readonly<Record<string, unknown>>
  /** The words that people read for chosen ids. */
  readonly labels: Readonly<Record<string, string>>
  /** What CMR told between the steps, so that it is not asked again. */
  readonly notes: Readonly<Record<string, unknown>>
}

export const nothingGathered: Gathered = { values: {}, labels: {}, notes: {} }

/** What a step is handed to work with. */
export interface StepWork {
  readonly context: CommandContext
  readonly gathered: Gathered
  /** What stands in inputs that are no fields: a keyword, suggestions that were ticked. */
  readonly beside: Readonly<Record<string, unknown>>
  /** Shows how far the work is, where it takes long; mrkdwn. */
  tell(progress: string): void
}

/** Whether a step may be left. */
export interface StepVerdict {
  /** What is known now; values may have been put right. */
  readonly gathered: Gathered
  /** One sentence a field: the step stays. */
  readonly errors?: Readonly<Record<string, string>> | undefined
  /** The step is shown again with this on top; mrkdwn. */
  readonly problem?: string | undefined
}

/** One of several views that ask for a command's input. */
export interface Step {
  /** "Domains" of "Step 2 of 5 · Domains". */
  readonly title: string
  /** Names of the input's fields that it asks. */
  readonly fields: readonly string[]
  /** Values that stand there before anybody has chosen. */
  readonly initial?: Readonly<Record<string, unknown>>
  /**
   * What is shown around the fields, from what was gathered alone.
   * @param id `noun.verb`, for the action_ids of its buttons
   */
  around?(gathered: Gathered, id: string): { readonly above?: KnownBlock[]; readonly below?: KnownBlock[] }
  /** Puts what was ticked beside the fields into them. */
  take?(
    values: Readonly<Record<string, unknown>>,
    beside: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>>
  /** Looks at what was entered, with CMR if need be. Throws InputError, CmrError. */
  check?(work: StepWork): Promise<StepVerdict>
  /** What its buttons and dispatching inputs do, by what stands behind `noun.verb:` in their action_id. */
  readonly acts?: Readonly<Record<string, (work: StepWork) => Promise<Gathered>>>
}

/** "Block Kit reference: plain-text input". */
const INPUT_LENGTH = 3000

/** A step as a view: where one is, what is known, the fields, the way back. */
export function stepView(
  command: Command,
  at: number,
  gathered: Gathered,
  state: FormState,
  problem?: string,
): ModalView {
  const steps = command.steps ?? []
  const step = steps[at]
  if (!step) throw new RangeError(`${idOf(command)} has no step ${at}`)
  const revision = (state.revision ?? 0) + 1
  const values = { ...step.initial, ...gathered.values }
  const { above = [], below = [] } = step.around?.(gathered, idOf(command)) ?? {}
  const last = at === steps.length - 1
  const blocks: KnownBlock[] = [
    context(
      `Step ${at + 1} of ${steps.length + 1} · *${step.title}*`,
      ...pickedBefore(command, step, gathered),
    ),
    ...(problem ? [section(problem)] : []),
    ...above,
    ...fieldsIn(command.input, step, gathered.values).map((field) => {
      const kept = isKept(field, gathered.values[field.name])
      const shown = kept ? { ...field, required: false, hint: keptHint(gathered.values[field.name]) } : field
      const content = {
        values: kept ? {} : values,
        labels: gathered.labels,
        revision,
      }
      return inputBlock(step.take ? { ...shown, required: false } : shown, content)
    }),
    ...below,
    ...(at > 0 ? [actions(backButton(command))] : []),
  ]
  return {
    ...shell(command, { ...state, step: at, revision }),
    submit: plain(last ? 'Check and price' : 'Next', titleLength),
    blocks,
  }
}

/** What was picked in other steps, so that nobody goes on for the wrong customer. */
function pickedBefore(command: Command, step: Step, { labels }: Gathered): string[] {
  return fieldsOf(command.input)
    .filter(({ name, picker }) => picker !== undefined && !step.fields.includes(name))
    .flatMap(({ name }) => (labels[name] ? [escapeText(labels[name])] : []))
}

/** Leads to the step before; what was gathered stays. */
export function backButton(command: Command) {
  return button({ text: '‹ Back', actionId: `${idOf(command)}:back` })
}

/** The fields that a step asks, in its order, without those that other values make idle. */
function fieldsIn(input: z.ZodObject, step: Step, values: Readonly<Record<string, unknown>>): Field[] {
  const all = fieldsOf(input)
  const asked = step.fields.flatMap((name) => all.find((field) => field.name === name) ?? [])
  return asked.filter((field) => field.shown(values))
}

/** Files, and text that no input would take back: left empty, they stay as they were given. */
function isKept(field: Field, value: unknown): boolean {
  if (field.kind === 'file') return Array.isArray(value) && value.length > 0
  return asText(value).length > INPUT_LENGTH
}

function keptHint(value: unknown): string {
  const count = Array.isArray(value) ? value.length : asText(value).split('\n').length
  return `${count} given before are kept. Leave this empty to keep them, or give others instead.`
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : typeof value === 'string' ? value : ''
}

/** Puts what stands in a step's view into what was gathered. @param entered by block_id */
export function withEntered(
  command: Command,
  at: number,
  gathered: Gathered,
  entered: {
    readonly values: Readonly<Record<string, unknown>>
    readonly labels: Readonly<Record<string, string>>
  },
): { gathered: Gathered; beside: Record<string, unknown> } {
  const step = command.steps?.[at]
  const fields = step ? fieldsIn(command.input, step, gathered.values) : []
  const names = new Set(fields.map(({ name }) => name))
  const values: Record<string, unknown> = { ...gathered.values }
  for (const field of fields) {
    const value = entered.values[field.name]
    if (value !== undefined && value !== '') values[field.name] = value
    else if (!isKept(field, values[field.name])) delete values[field.name]
  }
  const beside = Object.fromEntries(Object.entries(entered.values).filter(([name]) => !names.has(name)))
  const taken = step?.take?.(values, beside) ?? values
  const labels = Object.fromEntries(Object.entries(entered.labels).filter(([name]) => names.has(name)))
  return { gathered: { ...gathered, values: taken, labels: { ...gathered.labels, ...labels } }, beside }
}

/** The fields of one step against the command's schema. */
export function checkStep(
  command: Command,
  at: number,
  gathered: Gathered,
): Checked<Record<string, unknown>> {
  const step = command.steps?.[at]
  const names = step ? fieldsIn(command.input, step, gathered.values).map(({ name }) => name) : []
  const shape = Object.fromEntries(
    names.flatMap((name) => (command.input.shape[name] ? [[name, command.input.shape[name]]] : [])),
  )
  return check(z.object(shape), gathered.values)
}

/** Whether a step still has to be shown: it lacks what is required, or nothing of it was given. */
export function isOpen(command: Command, at: number, gathered: Gathered, whole: boolean): boolean {
  if (!checkStep(command, at, gathered).ok) return true
  const step = command.steps?.[at]
  const given = step?.fields.some((name) => gathered.values[name] !== undefined)
  return !whole && !given
}
