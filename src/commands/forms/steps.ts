import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { actions, button, context, escapeText, plain, section } from '../../slack/blocks.ts'
import { bounds, type Checked, check } from '../check.ts'
import { type Command, idOf } from '../command.ts'
import type { DraftContent } from '../drafts.ts'
import { type Field, fieldsOf, type Values } from '../field.ts'
import type { FormStep } from '../step.ts'
import { asText, inputBlock, shell, titleLength } from './form.ts'
import type { FormState } from './state.ts'

/** A step as a view: where one is, what is known, the fields, the way back. */
export function stepView(
  command: Command,
  at: number,
  draftContent: DraftContent,
  state: FormState,
  problem?: string,
): ModalView {
  const steps = command.steps ?? []
  const step = steps[at]
  if (!step) throw new RangeError(`${idOf(command)} has no step ${at}`)
  const revision = (state.revision ?? 0) + 1
  const values = { ...step.initial, ...draftContent.values }
  const { above = [], below = [] } = step.around?.(draftContent, idOf(command)) ?? {}
  const last = at === steps.length - 1
  const blocks: KnownBlock[] = [
    context(
      `Step ${at + 1} of ${steps.length + 1} · *${step.title}*`,
      ...pickedBefore(command, step, draftContent),
    ),
    ...(problem ? [section(problem)] : []),
    ...above,
    ...fieldsIn(command.input, step, draftContent.values).map((field) => {
      const kept = isKept(field, draftContent.values[field.name])
      const shown = kept
        ? { ...field, required: false, hint: keptHint(draftContent.values[field.name]) }
        : field
      const content = {
        values: kept ? {} : values,
        labels: draftContent.labels,
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
function pickedBefore(command: Command, step: FormStep, { labels }: DraftContent): string[] {
  return fieldsOf(command.input)
    .filter(({ name, picker }) => picker !== undefined && !step.fields.includes(name))
    .flatMap(({ name }) => (labels[name] ? [escapeText(labels[name])] : []))
}

/** Leads to the step before; what was gathered stays. */
export function backButton(command: Command) {
  return button({ text: '‹ Back', actionId: `${idOf(command)}:back` })
}

/** The fields that a step asks, in its order, without those that other values make idle. */
function fieldsIn(input: z.ZodObject, step: FormStep, values: Values): Field[] {
  const all = fieldsOf(input)
  const asked = step.fields.flatMap((name) => all.find((field) => field.name === name) ?? [])
  return asked.filter((field) => field.shown(values))
}

/** Files, and text that no input would take back: left empty, they stay as they were given. */
function isKept(field: Field, value: unknown): boolean {
  if (field.kind === 'file') return Array.isArray(value) && value.length > 0
  return asText(value).length > bounds.input
}

function keptHint(value: unknown): string {
  const count = Array.isArray(value) ? value.length : asText(value).split('\n').length
  return `${count} given before are kept. Leave this empty to keep them, or give others.`
}

/** Puts what stands in a step's view into what was gathered. @param entered by block_id */
export function withEnteredValues(
  command: Command,
  at: number,
  draftContent: DraftContent,
  entered: {
    readonly values: Values
    readonly labels: Readonly<Record<string, string>>
  },
): { draftContent: DraftContent; beside: Values } {
  const step = command.steps?.[at]
  const fields = step ? fieldsIn(command.input, step, draftContent.values) : []
  const names = new Set(fields.map(({ name }) => name))
  const values: Record<string, unknown> = { ...draftContent.values }
  for (const field of fields) {
    const value = entered.values[field.name]
    if (value !== undefined && value !== '') values[field.name] = value
    else if (!isKept(field, values[field.name])) delete values[field.name]
  }
  const beside = Object.fromEntries(Object.entries(entered.values).filter(([name]) => !names.has(name)))
  const taken = step?.take?.(values, beside) ?? values
  const labels = Object.fromEntries(Object.entries(entered.labels).filter(([name]) => names.has(name)))
  return {
    draftContent: { ...draftContent, values: taken, labels: { ...draftContent.labels, ...labels } },
    beside,
  }
}

/** The fields of one step against the command's schema. */
export function checkStep(command: Command, at: number, draftContent: DraftContent): Checked {
  const step = command.steps?.[at]
  const names = step ? fieldsIn(command.input, step, draftContent.values).map(({ name }) => name) : []
  const shape = Object.fromEntries(
    names.flatMap((name) => (command.input.shape[name] ? [[name, command.input.shape[name]]] : [])),
  )
  return check(z.object(shape), draftContent.values)
}

/** Returns whether a step still has to be shown: it lacks what is required, or nothing of it was given. */
export function isOpen(command: Command, at: number, draftContent: DraftContent, whole: boolean): boolean {
  if (!checkStep(command, at, draftContent).ok) return true
  const step = command.steps?.[at]
  const given = step?.fields.some((name) => draftContent.values[name] !== undefined)
  return !whole && !given
}
