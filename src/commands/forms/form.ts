import type { KnownBlock, ModalView } from '@slack/types'
import {
  button,
  context,
  escapeSentence,
  paragraphs,
  plain,
  section,
  upperFirst,
} from '../../slack/blocks.ts'
import { type Command, type Confirmation, idOf } from '../command.ts'
import { type Field, fieldsOf } from '../field.ts'
import { inputBlock } from './input-block.ts'
import type { FieldFault, FormContent, FormState } from './state.ts'

/** The block_id of the name that is typed to confirm a deletion. */
export const typedName = 'confirmName'

/** Slack allows 24 characters ("Views: modals"). */
export const titleLength = 24

/** The form of a command: one input block a field, `block_id` the field's name, `callback_id` noun.verb. */
export function formView(command: Command, state: FormState, content: FormContent = {}): ModalView {
  const fields = fieldsOf(command.input).filter((field) => field.shown(content.values ?? {}))
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
