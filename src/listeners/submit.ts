import type { KnownBlock, ModalView } from '@slack/types'
import { permit } from '../access/permit.ts'
import type { CmrError } from '../cmr/errors.ts'
import { rememberCredentials } from '../cmr/event-data.ts'
import { isSameName } from '../cmr/normal-forms.ts'
import { type Command, InputError } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import type { Draft } from '../commands/drafts.ts'
import { failureText, reportButton } from '../commands/failure.ts'
import { check, fieldsOf } from '../commands/field.ts'
import {
  confirmView,
  type FormState,
  formView,
  noticeView,
  typedName,
  waitingView,
} from '../commands/forms/form.ts'
import { readFormState } from '../commands/forms/state.ts'
import { labelsOf, type ViewState, valuesOf } from '../commands/forms/values.ts'
import { conflictMessage } from '../operations/messages/conflict.ts'
import { type CommandResult, perform } from '../operations/perform.ts'
import { withTimeout } from '../process/with-timeout.ts'
import { actions, context, escapeSentence } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { holding } from './drafts.ts'
import { formAfter } from './field-change.ts'
import { acknowledgeLogin, loginIn, showLoginLate } from './login.ts'
import { messageView, showInView } from './open-view.ts'
import { gone, problemView } from './problem.ts'
import { replyTo } from './reply.ts'
import { messageOf } from './result-message.ts'
import { submitStep, withBack } from './steps.ts'
import { ACK_WAIT_MS, type Submission, type SubmissionAck } from './submission.ts'

/** Takes a submitted form from its values to a receipt. `ack` is called exactly once, soon. */
export async function submit(
  app: AppContext,
  submission: Submission,
  ack: (answer: SubmissionAck) => Promise<void>,
): Promise<void> {
  const { viewId } = submission
  const form = readFormState(submission.metadata)
  const caller: Caller = { ...submission.caller, channelId: form.channel }
  const entered = { ...form.hidden, ...valuesOf(submission.state) }
  rememberCredentials(entered)
  const labels = labelsOf(submission.state)
  const { continues } = submission.command
  const command = continues && entered[continues.field] ? continues.command : submission.command

  if (command.steps && form.step !== undefined) return submitStep(app, submission, form, ack)

  const confirming = form.input !== undefined || form.draft !== undefined
  const draft = form.draft ? await app.drafts.find(form.draft, caller.userId) : undefined
  const held = form.input ?? draft?.input
  if (confirming && !held) return ack({ response_action: 'update', view: noticeView(command, gone) })
  if (confirming && form.typed && !isSameName(String(entered[typedName] ?? ''), form.typed)) {
    return ack({
      response_action: 'errors',
      errors: { [typedName]: `This is another name. Type ${form.typed}, or cancel.` },
    })
  }
  const values = held ?? entered
  const checked = check(command.input, values)
  const verdict = await permit(commandContext(app, caller), command, checked.ok ? checked.input : undefined)
  const mayGoOn = verdict.allowed || verdict.approvable
  // Somebody who may not gets to hear that, not what is wrong with the form.
  if (!checked.ok && mayGoOn) {
    const unseen = Object.keys(checked.errors).some((name) => !Object.hasOwn(submission.state, name))
    if (confirming || !unseen) return ack(faultsOf(command, checked.errors, form, values, labels))
    return askFurther(app, { command, caller, viewId, form, state: submission.state }, ack)
  }
  const input = checked.ok ? checked.input : {}

  if (command.confirm && !confirming && mayGoOn) {
    await ack({
      response_action: 'update',
      view: waitingView(command, readsFile(command) ? 'Reading the file…' : 'Asking CMR…'),
    })
    const view = await command
      .confirm(commandContext(app, caller), input)
      .then(async (confirmation) => {
        const sent = { ...input, ...confirmation.input }
        return confirmView(command, await holding(app, caller, command, form, sent), confirmation)
      })
      .catch((error: unknown) =>
        error instanceof InputError
          ? formView(command, form, { values, labels, problem: `:warning: ${escapeSentence(error.message)}` })
          : problemView(app, caller, command, input, error),
      )
    await showInView(app, viewId, view)
    return
  }

  const begun = Promise.withResolvers<void>()
  const performing = perform(command, commandContext(app, caller), input, {
    submissionKey: viewId,
    shownCents: form.cents,
    shownAt: form.shownAt === undefined ? undefined : new Date(form.shownAt),
    async onBegun() {
      // Before anything leaves: what may have been sent is not offered to be gone on with.
      if (draft) await app.drafts.drop(draft.id)
      begun.resolve()
    },
  })
  const soon = await withTimeout(performing, ACK_WAIT_MS)
  // What a crash would make the bot forget is not acknowledged, however slow the disk is.
  if (!soon) await Promise.race([begun.promise, performing])
  if (soon) await keepIfUnsent(app, draft, soon)
  const loginSoon = soon && loginIn(soon)
  const next = loginSoon
    ? await acknowledgeLogin(app, caller, loginSoon)
    : soon && viewAfter(command, input, soon, form, values, labels)
  await ack(
    next ?? {
      response_action: 'update',
      view: noticeView(command, ':outbox_tray: Sending to CMR… You may close this; the outcome is posted.'),
    },
  )

  const commandResult = soon ?? (await performing)
  if (!soon) await keepIfUnsent(app, draft, commandResult)
  const login = loginIn(commandResult)
  if (login) return soon ? undefined : showLoginLate(app, caller, login, viewId)
  await report(app, caller, command, commandResult)
  if (soon) return
  const late = viewAfter(command, input, commandResult, form, values, labels)
  const view =
    late.response_action === 'update'
      ? late.view
      : late.response_action === 'errors'
        ? formView(command, form, { values, labels, problem: Object.values(late.errors).join(' ') })
        : told(command, input, commandResult)
  // What failed must still be heard of by whoever has closed the form meanwhile.
  const heard =
    commandResult.kind === 'done' || commandResult.kind === 'duplicate' || isDoubtful(commandResult)
  const shown = await showInView(app, viewId, view).catch((error: unknown) => {
    app.logger.warn({ err: error }, 'the outcome could not be shown in its form')
    return false
  })
  if (!shown && (!heard || showsInForm(form.channel, command, commandResult)))
    await replyTo(app, caller, undefined)(messageOf(command, input, commandResult))
}

/** What was definitely not done can be changed and sent again. */
async function keepIfUnsent(
  app: AppContext,
  draft: Draft | undefined,
  commandResult: CommandResult,
): Promise<void> {
  const unsent =
    commandResult.kind === 'invalid' ||
    commandResult.kind === 'conflict' ||
    (commandResult.kind === 'failed' && !isDoubtful(commandResult))
  if (draft && unsent) await app.drafts.keep(draft)
}

function readsFile(command: Command): boolean {
  return fieldsOf(command.input).some(({ file }) => file !== undefined)
}

/** Shows what the form asks for next, where it was submitted before that was there to be filled in. */
async function askFurther(
  app: AppContext,
  asked: { command: Command; caller: Caller; viewId: string; form: FormState; state: ViewState },
  ack: (answer: SubmissionAck) => Promise<void>,
): Promise<void> {
  const { command, caller, viewId, form, state } = asked
  const last = fieldsOf(command.input).findLast((field) => field.reloads && Object.hasOwn(state, field.name))
  await ack({
    response_action: 'update',
    view: waitingView(command, 'Asking CMR…'),
  })
  const view = await formAfter(app, caller, command, form, last?.name ?? '', state).catch((error: unknown) =>
    problemView(app, caller, command, valuesOf(state), error),
  )
  await showInView(app, viewId, view)
}

/** Posts what others should see too: what was done, and what may have been done. */
async function report(app: AppContext, caller: Caller, command: Command, commandResult: CommandResult) {
  if (showsInForm(caller.channelId, command, commandResult)) return
  if (commandResult.kind === 'done' && (command.effect === 'read' || command.own)) {
    return replyTo(app, caller, undefined)(commandResult.outcome.message)
  }
  const operationId = 'operationId' in commandResult ? commandResult.operationId : undefined
  if (operationId && (commandResult.kind === 'done' || isDoubtful(commandResult)))
    await app.receipts.show(operationId)
}

/** An answer for one person: where the form belongs to no channel, as in App Home, the form itself shows it. */
function showsInForm(channel: string | undefined, command: Command, commandResult: CommandResult): boolean {
  if (channel || commandResult.kind !== 'done') return false
  return command.effect === 'read' || command.own === true
}

function isDoubtful(commandResult: CommandResult): boolean {
  return commandResult.kind === 'failed' && commandResult.error.mayHaveBeenAccepted
}

/** What the form turns into: closed, refilled with what was wrong, or a sentence. */
function viewAfter(
  command: Command,
  input: Record<string, unknown>,
  commandResult: CommandResult,
  form: FormState,
  values: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): SubmissionAck {
  if (commandResult.kind === 'done' && form.channel) return { response_action: 'clear' }
  if (commandResult.kind === 'done') {
    const view = told(command, input, commandResult)
    if (showsInForm(form.channel, command, commandResult)) return { response_action: 'update', view }
    const note = context('Its receipt is in your messages with CMR, and is kept up to date there.')
    return { response_action: 'update', view: { ...view, blocks: [...view.blocks, note] } }
  }
  if (commandResult.kind === 'invalid') {
    if (command.steps)
      return backToSteps(command, form, `:warning: ${escapeSentence(commandResult.error.message)}`)
    return faultsOf(
      command,
      { [commandResult.error.field]: commandResult.error.message },
      form,
      values,
      labels,
    )
  }
  if (commandResult.kind === 'failed' && !commandResult.error.mayHaveBeenAccepted) {
    const problem = failureText(commandResult.error, `${command.noun} ${command.verb}`)
    const remedy = reportButton(commandResult.attempt)
    if (command.steps) return backToSteps(command, form, problem, actions(remedy))
    if (form.input || form.draft) {
      return { response_action: 'update', view: noticeView(command, problem, actions(remedy)) }
    }
    const field = fieldNamed(command, commandResult.error)
    if (field) return { response_action: 'errors', errors: { [field]: commandResult.error.message } }
    return { response_action: 'update', view: formView(command, form, { values, labels, problem, remedy }) }
  }
  if (commandResult.kind === 'conflict' && command.steps) {
    const { text, blocks } = conflictMessage(commandResult.conflict)
    return backToSteps(command, form, text, ...blocks.slice(1))
  }
  return { response_action: 'update', view: told(command, input, commandResult) }
}

/** Nothing was done: the steps lead back to what can be changed. */
function backToSteps(
  command: Command,
  form: FormState,
  problem: string,
  ...more: KnownBlock[]
): SubmissionAck {
  const view = { ...noticeView(command, problem, ...more), private_metadata: JSON.stringify(form) }
  return { response_action: 'update', view: withBack(command, view) }
}

/** What came of it, as a view. */
function told(command: Command, input: Record<string, unknown>, commandResult: CommandResult): ModalView {
  return messageView(messageOf(command, input, commandResult), command)
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

/** Errors stand at their fields; one that belongs to no field of this view stands on top. */
function faultsOf(
  command: Command,
  errors: Readonly<Record<string, string>>,
  form: FormState,
  values: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): SubmissionAck {
  const names = new Set(fieldsOf(command.input).map((field) => field.name))
  if (!form.input && !form.draft && Object.keys(errors).every((name) => names.has(name))) {
    return { response_action: 'errors', errors: { ...errors } }
  }
  const problem = Object.values(errors).join(' ')
  return {
    response_action: 'update',
    view: formView(command, { channel: form.channel }, { values, labels, problem }),
  }
}
