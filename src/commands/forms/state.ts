import type { Button, PlainTextOption } from '@slack/types'
import { z } from 'zod'
import { type Command, idOf } from '../command.ts'
import type { Caller, CommandContext } from '../context.ts'
import { emptyDraft, holdsSecret } from '../drafts.ts'
import type { Values } from '../field.ts'

const shape = z.object({
  /** Where the receipt belongs. */
  channel: z.string().optional(),
  /** The thread in it. */
  thread: z.string().optional(),
  /** Values of hidden fields. */
  hidden: z.record(z.string(), z.unknown()).optional(),
  /** In a confirmation: what was entered, to be submitted as it is. */
  input: z.record(z.string(), z.unknown()).optional(),
  /** In a confirmation whose input is too long, or holds a secret: where it is kept meanwhile. */
  draft: z.string().optional(),
  /** In a confirmation: when it was shown. */
  shownAt: z.iso.datetime().optional(),
  /** In a confirmation: what it said that it costs. What costs more by then is not sent. */
  cents: z.number().int().min(0).optional(),
  /** In a confirmation: the name that must be typed. */
  typed: z.string().optional(),
  /** Of a form of several steps: which one this is, from 0. */
  step: z.number().int().min(0).optional(),
  /** Whether its garbled texts were put right and asked about: what is sent now is meant so. */
  isUngarbled: z.boolean().optional(),
  /** How often the form was shown: Slack keeps what was typed in an input whose action_id stays. */
  revision: z.number().int().min(0).optional(),
})

/** What a form carries through Slack in `private_metadata` (at most 3,000 characters). Never a secret. */
export type FormState = Readonly<z.output<typeof shape>>

/** What a form carried, from its `private_metadata`; nothing of it where an older version of the bot wrote it otherwise. */
export function readFormState(metadata: string | undefined): FormState {
  try {
    const { success, data } = shape.safeParse(JSON.parse(metadata || '{}'))
    return success ? data : {}
  } catch {
    return {}
  }
}

/** Returns where a form was opened from, as whoever submits it is known by. */
export function placeIn({ channel, thread }: FormState): Pick<Caller, 'channelId' | 'threadTs'> {
  return { channelId: channel, threadTs: thread }
}

/** Returns what a form keeps of where it was opened from. */
export function stateFrom({ channelId, threadTs }: Caller): Pick<FormState, 'channel' | 'thread'> {
  return { channel: channelId, ...(threadTs && { thread: threadTs }) }
}

/** What a form shows: values by field, the words people read for chosen ids, and what was wrong. */
export interface FormContent {
  readonly values?: Values
  /** By field; of a field that holds several, by value. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Choices of fields that are offered them. */
  readonly options?: Readonly<Record<string, readonly PlainTextOption[]>> | undefined
  /** Fields whose values follow from another one that was just chosen, and what was chosen there. */
  readonly followed?: Readonly<Record<string, string>> | undefined
  /** What is wrong, by field: it stands below its input, or on top where the form does not ask for it. */
  readonly faults?: Readonly<Record<string, FieldFault>> | undefined
  /** A sentence on top, for what belongs to no single field; mrkdwn. */
  readonly problem?: string | undefined
  /** What can be done about it. */
  readonly remedy?: Button | undefined
  /** Makes a text input forget what was typed, so that it shows its value. */
  readonly revision?: number | undefined
}

/** What is wrong with a value, and what can be done about it. */
export interface FieldFault {
  /** Plain text. */
  readonly sentence: string
  readonly remedy?: Button | undefined
}

/** An element's state in a `view_submission`, whichever kind it is ("view.state.values"). */
interface ElementState {
  readonly type?: string
  readonly value?: string | null
  readonly selected_option?: { value?: string; text?: { text?: string } } | null
  readonly selected_options?: { value?: string; text?: { text?: string } }[] | null
  readonly files?: { id?: string }[] | null
  readonly selected_date?: string | null
  readonly selected_user?: string | null
  readonly selected_conversation?: string | null
}

/** `view.state.values` as Slack sends it: block_id → action_id → element. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, ElementState>>>>

/**
 * What a person entered, by field. The action_id is of no interest: it changes when a form is reloaded.
 * @param state `view.state.values`
 */
export function valuesOf(state: ViewState): Values {
  const values: Record<string, unknown> = {}
  for (const [field, elements] of Object.entries(state)) {
    const value = entered(Object.values(elements).at(-1))
    if (value !== undefined) values[field] = value
  }
  return values
}

/** The words that people read for what they chose, by field (of several, by value), so that a reloaded form shows them again. */
export function labelsOf(state: ViewState): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [field, elements] of Object.entries(state)) {
    const element = Object.values(elements).at(-1)
    const label = element?.selected_option?.text?.text
    if (label) labels[field] = label
    for (const { value, text } of element?.selected_options ?? [])
      if (value && text?.text) labels[value] = text.text
  }
  return labels
}

function entered(element: ElementState | undefined): unknown {
  if (!element) return undefined
  if (element.selected_options) {
    const chosen = element.selected_options.map(({ value }) => value)
    return chosen.length ? chosen : undefined
  }
  if (element.files) return element.files.length ? element.files.map((file) => file.id) : undefined
  return (
    element.value ??
    element.selected_option?.value ??
    element.selected_date ??
    element.selected_user ??
    element.selected_conversation ??
    undefined
  )
}

/** "Views: private_metadata" allows 3,000 characters; the channel and the typed name need some. */
const LONGEST = 2400

/** Puts input into a form's state: as it is, or, where it is long or holds a secret, as the name of a draft. */
export async function holding(
  { drafts, clock }: Pick<CommandContext, 'drafts' | 'clock'>,
  caller: Pick<Caller, 'userId'>,
  command: Command,
  form: FormState,
  input: Values,
): Promise<FormState> {
  const state = { ...form, shownAt: clock().toISOString() }
  if (JSON.stringify(input).length <= LONGEST && !holdsSecret(input)) return { ...state, input }
  const begun = { author: caller.userId, command: idOf(command), draftContent: emptyDraft, input }
  return { ...state, draft: (await drafts.keep(begun)).id }
}
