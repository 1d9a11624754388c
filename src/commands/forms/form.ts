import type { Button, InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import { button, context, cut, option, plain, section } from '../../slack/blocks.ts'
import { beyondForm, bounds } from '../bounds.ts'
import { wordsIn } from '../coerce.ts'
import { type Command, type Confirmation, idOf } from '../command.ts'
import { type Field, fieldsOf } from '../field.ts'

/** What a form carries through Slack in `private_metadata` (at most 3,000 characters). Never a secret. */
export interface FormState {
  /** Where the receipt belongs. */
  readonly channel?: string | undefined
  /** Values of hidden fields. */
  readonly hidden?: Readonly<Record<string, unknown>> | undefined
  /** In a confirmation: what was entered, to be submitted as it is. */
  readonly input?: Readonly<Record<string, unknown>> | undefined
  /** In a confirmation whose input is too long, or holds a secret: where it is kept meanwhile. */
  readonly draft?: string | undefined
  /** In a confirmation: when it was shown. */
  readonly shownAt?: string | undefined
  /** In a confirmation: what it said that it costs, for the audit. */
  readonly cents?: number | undefined
  /** In a confirmation: the name that must be typed. */
  readonly typed?: string | undefined
  /** Of a form of several steps: which one this is, from 0. */
  readonly step?: number | undefined
  /** How often the form was shown: Slack keeps what was typed in an input whose action_id stays. */
  readonly revision?: number | undefined
}

/** What a form shows: values by field, the words people read for chosen ids, and what was wrong. */
export interface FormContent {
  readonly values?: Readonly<Record<string, unknown>>
  /** By field; of a field that holds several, by value. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Choices of fields that are offered them. */
  readonly options?: Readonly<Record<string, readonly PlainTextOption[]>> | undefined
  /** Fields whose values follow from another one that was just chosen, and what was chosen there. */
  readonly followed?: Readonly<Record<string, string>> | undefined
  /** A sentence on top, for what belongs to no single field; mrkdwn. */
  readonly problem?: string | undefined
  /** What can be done about it. */
  readonly remedy?: Button | undefined
  /** Makes a text input forget what was typed, so that it shows its value. */
  readonly revision?: number | undefined
}

/** The block_id of the name that is typed to confirm a deletion. */
export const typedName = 'confirmName'

/** Slack allows 24 characters ("Views: modals"). */
export const titleLength = 24

/** "Block Kit reference: select menus". */
const MOST_OPTIONS = 100

/** The form of a command: one input block a field, `block_id` the field's name, `callback_id` noun.verb. */
export function formView(command: Command, state: FormState, content: FormContent = {}): ModalView {
  const blocks: KnownBlock[] = fieldsOf(command.input)
    .filter((field) => field.shown(content.values ?? {}))
    .flatMap((field) => [inputBlock(field, content), ...templateOffer(field)])
  if (content.problem) blocks.unshift(section(content.problem, content.remedy))
  if (blocks.length === 0) blocks.push(section(command.summary))
  return {
    ...shell(command, { ...state, hidden: hiddenValues(command, content) }),
    // What is asked about before it is done is not done yet.
    submit: plain(command.confirm ? 'Next' : submitText(command), titleLength),
    blocks,
  }
}

function hiddenValues(command: Command, { values = {} }: FormContent): FormState['hidden'] {
  const given = fieldsOf(command.input).filter(({ name, hidden }) => hidden && values[name] !== undefined)
  return given.length ? Object.fromEntries(given.map(({ name }) => [name, values[name]])) : undefined
}

/** Asks before something is charged, deleted or sent as it was typed. */
export function confirmView(command: Command, state: FormState, confirmation: Confirmation): ModalView {
  const blocks: KnownBlock[] = [section(confirmation.text), ...(confirmation.blocks ?? [])]
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
  return { ...shell(command, {}), close: plain('Close', titleLength), blocks: [section(text), ...more] }
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

/** The input of a field: `block_id` its name. */
export function inputBlock(field: Field, content: FormContent): InputBlock {
  const given = content.values?.[field.name]
  const said = field.kind === 'text' ? (beyondForm(given) ?? field.hint) : field.hint
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

function elementOf(field: Field, content: FormContent): InputBlock['element'] {
  const value = content.values?.[field.name]
  // Slack keeps what was typed in an element whose ids stay: what follows from a choice gets an id of its own.
  const following = content.followed?.[field.name]
  const action_id = `form.${field.name}${following === undefined ? '' : `:${cut(following, 200)}`}`
  const text =
    value === undefined || value === '' || field.secret
      ? undefined
      : Array.isArray(value)
        ? value.join('\n')
        : String(value)
  const placeholder = field.example ? { placeholder: plain(field.example, 150) } : {}

  if (field.file) {
    return { type: 'file_input', action_id, filetypes: [...field.file.types], max_files: field.file.most }
  }
  if (field.picker || field.search) return pickerElement(field, text, content)
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
  if (field.kind === 'list' && field.choices.length) {
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
    return { type: 'number_input', action_id, is_decimal_allowed: false, ...placeholder, ...initial }
  }
  const revision = content.revision ? `:${content.revision}` : ''
  return {
    type: 'plain_text_input',
    action_id: action_id + revision,
    multiline: field.multiline,
    ...placeholder,
    ...initial,
  }
}

function optionsOf(field: Field, chosen: string | undefined, content: FormContent): PlainTextOption[] {
  if (!field.offered) return field.choices.map((choice) => option(choice, choice))
  const offered = content.options?.[field.name]
  if (offered) return offered.slice(0, MOST_OPTIONS)
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

/** Several things to be picked; more than Slack's pickers hold stay text. */
function severalElement(
  field: Field,
  values: readonly string[],
  content: FormContent,
): InputBlock['element'] {
  const action_id = `form.${field.name}`
  if (values.length > MOST_OPTIONS)
    return { type: 'plain_text_input', action_id, multiline: true, initial_value: values.join('\n') }
  const chosen = values.map((value) => option(content.labels?.[value] ?? value, value))
  return {
    type: 'multi_external_select',
    action_id,
    min_query_length: 0,
    placeholder: plain('Type to search', 150),
    ...(chosen.length > 0 && { initial_options: chosen }),
  }
}

function submitText({ submit, verb }: Command): string {
  return submit ?? verb.charAt(0).toUpperCase() + verb.slice(1)
}
