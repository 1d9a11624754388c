import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import {
  button,
  context,
  cut,
  escapeSentence,
  option,
  paragraphs,
  plain,
  section,
  upperFirst,
} from '../../slack/blocks.ts'
import { beyondForm, beyondList, bounds, wordsIn } from '../check.ts'
import { type Command, type Confirmation, idOf } from '../command.ts'
import { type Field, fieldsOf } from '../field.ts'
import { optionLimits } from '../search.ts'
import type { FieldFault, FormContent, FormState } from './state.ts'

/** The block_id of the name that is typed to confirm a deletion. */
export const typedName = 'confirmName'

/** Slack allows 24 characters ("Views: modals"). */
export const titleLength = 24

/** The form of a command: one input block a field, `block_id` the field's name, `callback_id` noun.verb. */
export function formView(command: Command, state: FormState, content: FormContent = {}): ModalView {
  const { values = {} } = content
  const fields = fieldsOf(command.input)
    .filter((field) => field.shown(values))
    .map((field) => ({ ...field, ...field.told?.(values) }))
  const blocks: KnownBlock[] = fields.flatMap((field) => [
    inputBlock(isFileKept(field, content) ? { ...field, required: false, hint: fileKept } : field, content),
    ...faultBlocks(content.faults?.[field.name]),
    ...templateOffer(field),
  ])
  blocks.unshift(...problemBlocks(fields, content))
  if (blocks.length === 0) blocks.push(section(command.summary))
  return {
    ...shell(command, { ...state, hidden: hiddenValues(command, content) }),
    // What is asked about before it is done is not done yet.
    submit: plain(command.confirm ? 'Next' : submitText(command), titleLength),
    blocks,
  }
}

function faultBlocks(fault: FieldFault | undefined): KnownBlock[] {
  return fault ? [section(`:warning: ${escapeSentence(fault.sentence)}`, fault.remedy)] : []
}

/** What belongs to no input of the form, and where to look for what does. */
function problemBlocks(
  fields: readonly Field[],
  { problem, remedy, faults = {} }: FormContent,
): KnownBlock[] {
  const faulty = fields.filter(({ name }) => faults[name])
  const elsewhere = Object.entries(faults).filter(([name]) => !fields.some((field) => field.name === name))
  // The first input is seen anyway.
  const isBelow = faulty.length > 0 && !(faulty.length === 1 && faulty[0] === fields[0])
  const labels = faulty.map(({ label }) => `*${escapeSentence(label)}*`).join(', ')
  return [
    ...(problem ? [section(problem, remedy)] : []),
    ...elsewhere.flatMap(([, fault]) => faultBlocks(fault)),
    ...(isBelow ? [section(`:warning: Nothing was sent. Look at ${labels} below.`)] : []),
  ]
}

const fileKept = 'The file that you gave is kept: leave this empty, or give another one in its place.'

/** Slack shows no file in a form that is shown again, so that the form carries it. */
function isFileKept({ name, file }: Field, { values = {} }: FormContent): boolean {
  return file !== undefined && [values[name] ?? []].flat().length > 0
}

function hiddenValues(command: Command, content: FormContent): FormState['hidden'] {
  const { values = {} } = content
  const given = fieldsOf(command.input).filter(
    (field) => isFileKept(field, content) || (field.hidden && values[field.name] !== undefined),
  )
  return given.length ? Object.fromEntries(given.map(({ name }) => [name, values[name]])) : undefined
}

/** Asks before something is charged, deleted or sent as it was typed. */
export function confirmView(command: Command, state: FormState, confirmation: Confirmation): ModalView {
  const blocks: KnownBlock[] = [...paragraphs(confirmation.text), ...(confirmation.blocks ?? [])]
  if (confirmation.refused) return { ...shell(command, state), close: plain('Close', titleLength), blocks }
  if (confirmation.typed) {
    blocks.push({
      type: 'input',
      block_id: typedName,
      label: plain(`Type ${confirmation.typed} to confirm`, 2000),
      element: { type: 'plain_text_input', action_id: `form.${typedName}` },
    })
  }
  return {
    ...shell(command, { ...state, typed: confirmation.typed, cents: confirmation.cents }),
    submit: plain(confirmation.submit ?? submitText(command), titleLength),
    blocks,
  }
}

/** What a form shows until its next view is there. Should the bot be killed meanwhile, that never comes. */
export function waitingView(command: Command, work: string): ModalView {
  const kept = command.steps ? ': what you entered is kept' : ''
  const stuck = context(`Still here in a minute? Close this and run the command again${kept}.`)
  return noticeView(command, `:hourglass_flowing_sand: ${work}`, stuck)
}

/** A view that only tells something: how it went, why not. */
export function noticeView(command: Command, text: string, ...more: KnownBlock[]): ModalView {
  return { ...shell(command, {}), close: plain('Close', titleLength), blocks: [...paragraphs(text), ...more] }
}

/** What every view of a command has in common. */
export function shell(command: Command, state: FormState): Omit<ModalView, 'blocks'> {
  return {
    type: 'modal',
    callback_id: idOf(command),
    title: plain(command.summary, titleLength),
    close: plain('Cancel', titleLength),
    private_metadata: JSON.stringify(state),
  }
}

function templateOffer({ file }: Field): KnownBlock[] {
  if (!file?.template) return []
  const give = button({ text: 'Send me a template', ...file.template })
  return [section('No such file yet? Begin with a template.', give)]
}

function submitText({ submit, verb }: Command): string {
  return submit ?? upperFirst(verb)
}

/** The input of a field: `block_id` its name. */
export function inputBlock(field: Field, content: FormContent): InputBlock {
  const said = boundHint(field, content) ?? field.hint
  const hint = said && { hint: plain(said, 2000) }
  return {
    type: 'input',
    block_id: field.name,
    label: plain(field.label, 2000),
    optional: !field.required,
    element: elementOf(field, content),
    ...hint,
    ...(field.reloads && { dispatch_action: true }),
  }
}

/** What Slack cannot hold of a field, and what to do about it; it takes the place of the hint. */
function boundHint(field: Field, { values = {}, options = {} }: FormContent): string | undefined {
  const given = values[field.name]
  const offered = options[field.name]?.length ?? 0
  if (offered > optionLimits.options) return beyondList(offered, optionLimits.options, field.name)
  if (isPicked(field) && !isPickable(field, given))
    return `Slack’s list holds ${optionLimits.options} of at most ${optionLimits.value} characters. Give these as text, one per line.`
  return field.kind === 'text' || field.kind === 'list' ? beyondForm(asText(given)) : undefined
}

function isPicked({ picker, search }: Field): boolean {
  return picker !== undefined || search !== undefined
}

/** Whether a picker can show what was given. */
function isPickable({ kind }: Field, given: unknown): boolean {
  const chosen = kind === 'list' ? wordsIn(asText(given)) : [asText(given)]
  return chosen.length <= optionLimits.options && chosen.every((value) => value.length <= optionLimits.value)
}

/** A value as it stands in a text input, several one a line. */
export function asText(value: unknown): string {
  return [value ?? []].flat().map(String).join('\n')
}

function elementOf(field: Field, content: FormContent): InputBlock['element'] {
  const value = content.values?.[field.name]
  // Slack keeps what was typed in an element whose ids stay: what follows from a choice gets an id of its own.
  const following = content.followed?.[field.name]
  const action_id = `form.${field.name}${following === undefined ? '' : `:${cut(following, 200)}`}`
  const text = field.secret ? undefined : asText(value) || undefined
  const placeholder = field.example ? { placeholder: plain(field.example, 150) } : {}

  if (field.file) {
    return { type: 'file_input', action_id, filetypes: [...field.file.types], max_files: field.file.most }
  }
  if (isPicked(field) && isPickable(field, value)) return pickerElement(field, text, content)
  if (field.kind === 'channel') {
    const filter = { include: ['public' as const, 'private' as const], exclude_bot_users: true }
    return { type: 'conversations_select', action_id, filter, ...(text && { initial_conversation: text }) }
  }
  if (field.kind === 'person') return { type: 'users_select', action_id, ...(text && { initial_user: text }) }
  if (field.kind === 'list' && field.choices.length && !isPicked(field)) {
    const chosen = [value ?? []].flat().map(String).filter(Boolean)
    const options = [...new Set([...field.choices, ...chosen])].map((choice) => option(choice, choice))
    const initial = options.filter((candidate) => chosen.includes(candidate.value ?? ''))
    const chosenOptions = initial.length > 0 && { initial_options: initial }
    return { type: 'multi_static_select', action_id, options, ...chosenOptions }
  }
  if (field.kind === 'choice' || field.offered) {
    const options = optionsOf(field, text, content)
    if (options.length === 0) return { type: 'plain_text_input', action_id }
    const initial = options.find((candidate) => candidate.value === text)
    return { type: 'static_select', action_id, options, ...(initial && { initial_option: initial }) }
  }
  if (field.kind === 'boolean') {
    const options = [option('Yes', 'true'), option('No', 'false')]
    const initial = options.find((candidate) => candidate.value === text)
    return { type: 'radio_buttons', action_id, options, ...(initial && { initial_option: initial }) }
  }
  const initial = text === undefined || text.length > bounds.input ? {} : { initial_value: text }
  if (field.kind === 'email') return { type: 'email_text_input', action_id, ...placeholder, ...initial }
  if (field.kind === 'number') {
    const isNumber = text !== undefined && /^-?\d+$/.test(text)
    const given = { ...placeholder, ...(isNumber && initial) }
    return { type: 'number_input', action_id, is_decimal_allowed: false, ...given }
  }
  const revision = content.revision ? `:${content.revision}` : ''
  return {
    type: 'plain_text_input',
    action_id: action_id + revision,
    multiline: field.multiline || (isPicked(field) && field.kind === 'list'),
    ...placeholder,
    ...initial,
  }
}

function optionsOf(field: Field, chosen: string | undefined, content: FormContent): PlainTextOption[] {
  if (!field.offered) return field.choices.map((choice) => option(choice, choice))
  const offered = content.options?.[field.name]
  if (offered) return offered.slice(0, optionLimits.options)
  return chosen ? [option(content.labels?.[field.name] ?? chosen, chosen)] : []
}

function pickerElement(field: Field, value: string | undefined, content: FormContent): InputBlock['element'] {
  const { picker } = field
  if (field.kind === 'list') return severalElement(field, wordsIn(value ?? ''), content)
  const country = content.values?.country
  // The picker's request for options says which country's states are wanted.
  const suffix = picker === 'state' && country ? `:${country}` : ''
  return {
    type: 'external_select',
    action_id: `form.${field.name}${suffix}`,
    min_query_length: 0,
    placeholder: plain(picker === 'state' && !country ? 'Pick the country first' : 'Type to search', 150),
    ...(value && { initial_option: option(content.labels?.[field.name] ?? value, value) }),
  }
}

/** Several things to be picked. */
function severalElement({ name }: Field, values: readonly string[], { labels }: FormContent) {
  const chosen = values.map((value) => option(labels?.[value] ?? value, value))
  return {
    type: 'multi_external_select' as const,
    action_id: `form.${name}`,
    min_query_length: 0,
    placeholder: plain('Type to search', 150),
    ...(chosen.length > 0 && { initial_options: chosen }),
  }
}
