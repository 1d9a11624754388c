import type { ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { permitGiven } from '../access/permit.ts'
import { CmrError } from '../cmr/errors.ts'
import { type Command, InputError, type Prefill } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { fieldsOf } from '../commands/field.ts'
import { formView, noticeView, waitingView } from '../commands/forms/form.ts'
import {
  type FormState,
  labelsOf,
  placeIn,
  readFormState,
  type ViewState,
  valuesOf,
} from '../commands/forms/state.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { type AckSubmission, endWaiting, showInView } from './open-view.ts'
import { pickerLabels } from './options.ts'
import { problemOf, problemView } from './outcome-message.ts'
import type { SubmittedForm } from './outcome-view.ts'

/**
 * Shows the form again where something follows from what was chosen in it.
 * @param field the block_id of what was chosen
 */
export async function chosen(
  app: AppContext,
  caller: Caller,
  field: string,
  view: Pick<ViewOutput, 'id' | 'hash' | 'callback_id' | 'private_metadata' | 'state'>,
): Promise<void> {
  const state = view.state.values
  const command = app.registry.byId(view.callback_id)
  if (!command || !fieldsOf(command.input).some((one) => one.name === field && one.reloads)) return
  const form = readFormState(view.private_metadata)
  const given = { ...form.hidden, ...valuesOf(state) }
  const verdict = await permitGiven(commandContext(app, caller), command, given)
  if (!verdict.allowed && !verdict.approvable) {
    await showInView(app, view.id, noticeView(command, `:no_entry: ${verdict.refusal}`), view.hash)
    return
  }
  const next = await formAfter(app, { ...caller, ...placeIn(form) }, command, form, field, state).catch(
    (error: unknown) => problemView(app, caller, command, given, error, given),
  )
  await showInView(app, view.id, next, view.hash)
}

/** The form after a choice: what follows from it is filled in, what depends on it is asked for. */
async function formAfter(
  app: AppContext,
  caller: Caller,
  command: Command,
  form: FormState,
  field: string,
  state: ViewState,
): Promise<ModalView> {
  const values = { ...form.hidden, ...valuesOf(state) }
  const follows: Following | undefined = await command
    .follow?.(commandContext(app, caller), values, field)
    .catch((error: unknown) => wrongChoice(app, caller, command, error))
  const changed = Object.keys(follows?.values ?? {})
  const labels = await pickerLabels(commandContext(app, caller), command, follows?.values ?? {})
  const kept = Object.entries(labelsOf(state)).filter(([name]) => !changed.includes(name))
  return formView(command, form, {
    values: { ...values, ...follows?.values },
    labels: { ...Object.fromEntries(kept), ...labels, ...follows?.labels },
    options: follows?.options,
    problem: follows?.problem,
    followed: Object.fromEntries(changed.map((name) => [name, String(values[field] ?? '')])),
  })
}

type Following = Prefill & { readonly problem?: string }

/** What cannot be followed is said on top of the form, which stays as it is: also where CMR does not answer. */
async function wrongChoice(
  app: AppContext,
  caller: Caller,
  command: Command,
  error: unknown,
): Promise<Following> {
  if (error instanceof InputError || error instanceof CmrError)
    return { values: {}, problem: await problemOf(app, caller, command, error) }
  throw error
}

/** Shows what the form asks for next, where it was submitted before that was there to be filled in. */
export async function askFurther(
  app: AppContext,
  { command, caller, viewId, form, state }: SubmittedForm,
  ack: AckSubmission,
): Promise<void> {
  const last = fieldsOf(command.input).findLast((field) => field.reloads && Object.hasOwn(state, field.name))
  await ack({ response_action: 'update', view: waitingView(command, 'Asking CMR…') })
  const entered = { ...form.hidden, ...valuesOf(state) }
  const view = await formAfter(app, caller, command, form, last?.name ?? '', state).catch((error: unknown) =>
    problemView(app, caller, command, entered, error, entered),
  )
  await endWaiting(app, command, viewId, view)
}
