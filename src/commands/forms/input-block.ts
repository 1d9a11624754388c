import type { InputBlock, PlainTextOption } from '@slack/types'
import { cut, option, plain } from '../../slack/blocks.ts'
import { beyondForm, beyondList, bounds, wordsIn } from '../check.ts'
import type { Field } from '../field.ts'
import { optionLimits } from '../search.ts'
import type { FormContent } from './state.ts'

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
    return {
      type: 'conversations_select',
      action_id,
      filter,
      ...(text && { initial_conversation: text }),
    }
  }
  if (field.kind === 'person') return { type: 'users_select', action_id, ...(text && { initial_user: text }) }
  if (field.kind === 'list' && field.choices.length && !isPicked(field)) {
    const chosen = [value ?? []].flat().map(String).filter(Boolean)
    const options = [...new Set([...field.choices, ...chosen])].map((choice) => option(choice, choice))
    const initial = options.filter((candidate) => chosen.includes(candidate.value ?? ''))
    return {
      type: 'multi_static_select',
      action_id,
      options,
      ...(initial.length && { initial_options: initial }),
    }
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
    return {
      type: 'number_input',
      action_id,
      is_decimal_allowed: false,
      ...placeholder,
      ...(isNumber && initial),
    }
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
function severalElement(
  field: Field,
  values: readonly string[],
  content: FormContent,
): InputBlock['element'] {
  const action_id = `form.${field.name}`
  const chosen = values.map((value) => option(content.labels?.[value] ?? value, value))
  return {
    type: 'multi_external_select',
    action_id,
    min_query_length: 0,
    placeholder: plain('Type to search', 150),
    ...(chosen.length > 0 && { initial_options: chosen }),
  }
}
