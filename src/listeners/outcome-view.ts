import type { KnownBlock } from '@slack/types'
import { offeredTo } from '../access/permit.ts'
import type { CmrError } from '../cmr/errors.ts'
import type { Command } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { failureText, notice, reportButton } from '../commands/failure.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { confirmView, formView } from '../commands/forms/form.ts'
import {
  type FieldFault,
  type FormContent,
  type FormState,
  holding,
  stateFrom,
  type ViewState,
} from '../commands/forms/state.ts'
import { stepView } from '../commands/forms/steps.ts'
import { isAdmin } from '../commands/permissions.ts'
import { customerWith } from '../directory/names/customers.ts'
import { type CommandResult, isUnsent } from '../operations/perform.ts'
import { actions, button, context, escapeSentence, type Message } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { backToForm } from './carry-on.ts'
import { messageView, type SubmissionAck } from './open-view.ts'
import { faultsOf, messageOf } from './outcome-message.ts'
import { withBack } from './steps.ts'

/** A form that was submitted, and what stood in it. */
export interface SubmittedForm {
  readonly command: Command
  readonly caller: Caller
  readonly viewId: string
  readonly form: FormState
  readonly values: Values
  readonly labels: Readonly<Record<string, string>>
  /** `view.state.values`; nothing where Slack takes no errors at its inputs any more. */
  readonly state: ViewState
}

/** An answer for one person: where the form belongs to no channel, as in App Home, the form itself shows it. */
export function showsInForm(
  channel: string | undefined,
  command: Command,
  commandResult: CommandResult,
): boolean {
  if (channel || commandResult.kind !== 'done') return false
  return command.effect === 'read' || command.own === true
}

/** What the form turns into: closed, with what was wrong at its fields, or a sentence. */
export async function viewAfter(
  app: AppContext,
  submitted: SubmittedForm,
  input: Values,
  commandResult: CommandResult,
): Promise<SubmissionAck> {
  const { command, caller, form } = submitted
  if (commandResult.kind === 'done' && form.channel) return { response_action: 'clear' }
  if (commandResult.kind === 'invalid') {
    const { field, message } = commandResult.error
    return (await stepWith(app, submitted, field, message)) ?? faultsIn(submitted, { [field]: message })
  }
  if (commandResult.kind === 'failed' && isUnsent(commandResult))
    return refusedIn(app, submitted, commandResult)
  if (commandResult.kind === 'question') {
    const { text, yes, field } = commandResult.question
    const state = await holding(app, caller, command, form, { ...input, [field]: true })
    return { response_action: 'update', view: confirmView(command, state, { text, submit: yes }) }
  }
  const message = await messageOf(app, caller, command, input, commandResult)
  if (isUnsent(commandResult)) return leadingBack(app, submitted, message)
  const view = messageView(message, command)
  if (commandResult.kind !== 'done' || showsInForm(form.channel, command, commandResult))
    return { response_action: 'update', view }
  const note = context('Its receipt is in your messages with CMR, and is kept up to date there.')
  return { response_action: 'update', view: { ...view, blocks: [...view.blocks, note] } }
}

/** CMR's refusal, at the field that it is about. */
async function refusedIn(
  app: AppContext,
  submitted: SubmittedForm,
  { error, attempt }: Extract<CommandResult, { kind: 'failed' }>,
): Promise<SubmissionAck> {
  const { command, caller, form } = submitted
  const reader = { isAdmin: await isAdmin(app.access, caller.userId) }
  const problem = failureText(error, `${command.noun} ${command.verb}`, reader)
  const remedy = reportButton(attempt)
  const field = fieldNamed(command, error)
  if (field)
    return (
      (await stepWith(app, submitted, field, error.message)) ??
      faultsIn(submitted, { [field]: error.message })
    )
  const taken = await takenEmail(app, submitted, error)
  if (taken) return formAgain(submitted, { faults: taken })
  if (!command.steps && !isConfirmation(form)) return formAgain(submitted, { problem, remedy })
  return leadingBack(app, submitted, { text: problem, blocks: [...notice(problem).blocks, actions(remedy)] })
}

/** The step that asks for a field, with what is wrong with that on top; nothing where the form has no such step. */
async function stepWith(
  app: AppContext,
  { command, caller, form }: SubmittedForm,
  field: string,
  sentence: string,
): Promise<SubmissionAck | undefined> {
  const at = command.steps?.findIndex(({ fields }) => (fields as readonly string[]).includes(field)) ?? -1
  const draft = form.draft && at >= 0 ? await app.drafts.find(form.draft, caller.userId) : undefined
  if (!draft) return undefined
  const label = fieldsOf(command.input).find(({ name }) => name === field)?.label ?? field
  const problem = `:warning: Nothing was sent. *${escapeSentence(label)}*: ${escapeSentence(sentence)}`
  return { response_action: 'update', view: stepView(command, at, draft.draftContent, form, problem) }
}

/** Says that nothing was done, above a button that leads back to everything that was entered. */
async function leadingBack(
  app: AppContext,
  submitted: SubmittedForm,
  message: Message,
): Promise<SubmissionAck> {
  const { command, caller, form } = submitted
  const { steps } = command
  const view = messageView(message, command)
  const { blocks } = steps
    ? withBack(command, view)
    : { blocks: [...view.blocks, ...(await wayBack(app, submitted))] }
  // Whoever may not do it is refused however often they go back.
  const offered = await offeredTo(commandContext(app, caller), app.registry, blocks as KnownBlock[])
  const private_metadata = JSON.stringify(steps ? form : stateFrom(caller))
  return { response_action: 'update', view: { ...view, private_metadata, blocks: offered } }
}

/** The button that opens the form with everything that was entered, where it has anything to enter. */
async function wayBack(
  app: AppContext,
  { command, caller, form, values }: SubmittedForm,
): Promise<KnownBlock[]> {
  const kept = command.steps ? form.draft : undefined
  const buttons = await backToForm(app, caller, command, { values, kept })
  return buttons.length > 0 ? [actions(...buttons)] : []
}

/** What somebody reads who has closed the form before its outcome was there. */
export async function lateMessage(
  app: AppContext,
  submitted: SubmittedForm,
  input: Values,
  commandResult: CommandResult,
): Promise<Message> {
  const { command, caller } = submitted
  const message = await messageOf(app, caller, command, input, commandResult)
  // What is invalid offers to be corrected already.
  if (!isUnsent(commandResult) || commandResult.kind === 'invalid') return message
  return { ...message, blocks: [...message.blocks, ...(await wayBack(app, submitted))] }
}

/** A 409 that is about an e-mail address stands at it, with the customer who has it already. */
async function takenEmail(
  app: AppContext,
  { command, caller, values }: SubmittedForm,
  { kind, cmrMessage = '' }: CmrError,
): Promise<Readonly<Record<string, FieldFault>> | undefined> {
  const field = fieldsOf(command.input).find((one) => one.kind === 'email')
  const address = field && values[field.name]
  const isMeant = /e-?mail/i.test(cmrMessage) || (address && cmrMessage.includes(String(address)))
  if (kind !== 'conflict' || !field || typeof address !== 'string' || !isMeant) return undefined
  const customer = await customerWith(commandContext(app, caller), field.normal(address))
  const whose = customer ? `${customer.name} has` : 'another customer has'
  const remedy =
    customer && button({ text: 'Show customer', actionId: 'users.get', value: `userId=${customer.id}` })
  return {
    [field.name]: {
      sentence: `Nothing was created: ${whose} this e-mail already. Show that customer, or give another e-mail.`,
      remedy,
    },
  }
}

/** The field that CMR's refusal names, if it names one. */
function fieldNamed(command: Command, error: CmrError): string | undefined {
  if (error.kind !== 'invalid' || !error.cmrMessage) return undefined
  const said = error.cmrMessage.toLowerCase()
  return fieldsOf(command.input)
    .map((field) => field.name)
    .sort((a, b) => b.length - a.length)
    .find((name) => new RegExp(`\\b${name.toLowerCase()}\\b`).test(said))
}

/**
 * Errors at their fields. Slack shows them at the inputs of the view that was submitted, and refuses any other: those
 * are shown by the form again.
 */
export function faultsIn(submitted: SubmittedForm, errors: Readonly<Record<string, string>>): SubmissionAck {
  const { form, state } = submitted
  if (!isConfirmation(form) && Object.keys(errors).every((name) => Object.hasOwn(state, name)))
    return { response_action: 'errors', errors: { ...errors } }
  return formAgain(submitted, { faults: faultsOf(errors) })
}

const isConfirmation = ({ input, draft }: FormState) => input !== undefined || draft !== undefined

/** The form with what was entered, and what is wrong with it. */
function formAgain({ command, form, values, labels }: SubmittedForm, content: FormContent): SubmissionAck {
  const { channel, thread, isUngarbled } = form
  const view = formView(command, { channel, thread, isUngarbled }, { values, labels, ...content })
  return { response_action: 'update', view, isFresh: true }
}
