import type { ModalView } from '@slack/types'
import { permitGiven } from '../access/permit.ts'
import { isSameName } from '../cmr/normal-forms.ts'
import { rememberCredentials } from '../cmr/redact.ts'
import { check } from '../commands/check.ts'
import { type Command, InputError } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import type { Draft } from '../commands/drafts.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { confirmView, formView, noticeView, typedName } from '../commands/forms/form.ts'
import {
  type FormState,
  holding,
  labelsOf,
  placeIn,
  readFormState,
  valuesOf,
} from '../commands/forms/state.ts'
import { type GarbledValues, garbledIn, garbledSentence } from '../commands/garbled.ts'
import { type CommandResult, isUnsent, perform } from '../operations/perform.ts'
import { withTimeout } from '../process/clock.ts'
import type { Message } from '../slack/blocks.ts'
import { isConfidential } from '../slack/scrub.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { askFurther } from './field-change.ts'
import {
  ACK_WAIT_MS,
  type AckSubmission,
  acknowledge,
  messageView,
  type Submission,
  type SubmissionAck,
  showInView,
} from './open-view.ts'
import { gone, messageOf, problemView } from './outcome-message.ts'
import { faultsIn, lateMessage, type SubmittedForm, showsInForm, viewAfter } from './outcome-view.ts'
import { replyTo, showEphemerally } from './reply.ts'
import { submitStep } from './steps.ts'
import { createProgress } from './waiting.ts'

/** Takes a submitted form from its values to a receipt. `ack` is called exactly once, soon. */
export async function submit(app: AppContext, submission: Submission, ack: AckSubmission): Promise<void> {
  const { viewId } = submission
  const form = readFormState(submission.metadata)
  const caller: Caller = { ...submission.caller, ...placeIn(form) }
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
      errors: { [typedName]: `This is a different name. Type ${form.typed}, or cancel.` },
    })
  }
  const garbled = confirming || form.isUngarbled ? undefined : garbledIn(entered)
  if (garbled) {
    const view = ungarbledView(command, form, garbled, labels)
    return acknowledge(app, viewId, command, { response_action: 'update', view, isFresh: true }, ack)
  }
  const values = held ?? entered
  const { state } = submission
  const submitted: SubmittedForm = { command, caller, viewId, form, values, labels, state }
  const checked = check(command.input, values)
  const verdict = await permitGiven(commandContext(app, caller), command, values)
  const mayGoOn = verdict.allowed || verdict.approvable
  // Somebody who may not gets to hear that, not what is wrong with the form.
  if (!checked.ok && mayGoOn) {
    const unseen = Object.keys(checked.errors).some((name) => !Object.hasOwn(state, name))
    return confirming || !unseen
      ? acknowledge(app, viewId, command, faultsIn(submitted, checked.errors), ack)
      : askFurther(app, submitted, ack)
  }
  const input = checked.ok ? checked.input : {}
  const { confirm } = command
  if (confirm && !confirming && mayGoOn) return confirmFirst(app, submitted, input, confirm, ack)
  await send(app, submitted, input, draft, ack)
}

/** Shows what would be sent, with what CMR says of it. */
async function confirmFirst(
  app: AppContext,
  { command, caller, viewId, form, values, labels }: SubmittedForm,
  input: Values,
  confirm: NonNullable<Command['confirm']>,
  ack: AckSubmission,
): Promise<void> {
  const progress = createProgress(app, caller, command, viewId, input)
  if (readsFile(command)) progress.tell('Reading the file…')
  await ack({ response_action: 'update', view: progress.first() })
  const confirming = async () => {
    const confirmation = await confirm(commandContext(app, caller), input)
    const sent = { ...input, ...confirmation.input }
    return confirmView(command, await holding(app, caller, command, form, sent), confirmation)
  }
  const view = await confirming().catch((error: unknown) => {
    if (!(error instanceof InputError)) return problemView(app, caller, command, input, error, values)
    const faults = { [error.field]: { sentence: error.message } }
    return formView(command, form, { values, labels, faults })
  })
  await progress.replace(view)
}

/** Sends what was entered or confirmed, and shows what came of it: in the acknowledgement, where that is known in time. */
async function send(
  app: AppContext,
  submitted: SubmittedForm,
  input: Values,
  draft: Draft | undefined,
  ack: AckSubmission,
): Promise<void> {
  const { command, caller, viewId, form } = submitted
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
  if (soon) {
    await keepIfUnsent(app, draft, soon)
    const login = loginIn(soon)
    const next = login
      ? await acknowledgeLogin(app, caller, login)
      : await viewAfter(app, submitted, input, soon)
    await acknowledge(app, viewId, command, next, ack)
    return login ? undefined : report(app, caller, command, soon)
  }
  // What a crash would make the bot forget is not acknowledged, however slow the disk is.
  await Promise.race([begun.promise, performing])
  const sending = ':outbox_tray: Sending to CMR… You can close this. The outcome is posted in Slack.'
  await ack({ response_action: 'update', view: noticeView(command, sending) })
  const late = await performing
  await keepIfUnsent(app, draft, late)
  const login = loginIn(late)
  if (login) return showLoginLate(app, caller, login, viewId)
  await report(app, caller, command, late)
  await showLate(app, submitted, input, late)
}

/** Shows the outcome in the form that waits for it; what failed is heard of by whoever has closed that meanwhile too. */
async function showLate(app: AppContext, submitted: SubmittedForm, input: Values, result: CommandResult) {
  const { command, caller, viewId, form } = submitted
  const after = await viewAfter(app, { ...submitted, state: {} }, input, result)
  const view =
    after.response_action === 'update'
      ? after.view
      : messageView(await messageOf(app, caller, command, input, result), command)
  const isHeard = result.kind === 'done' || result.kind === 'duplicate' || isDoubtful(result)
  const isShown = await showStill(app, viewId, view)
  if (!isShown && (!isHeard || showsInForm(form.channel, command, result)))
    await replyTo(app, caller, undefined)(await lateMessage(app, submitted, input, result))
}

/** The form with its garbled texts put right, for a person to look at. */
function ungarbledView(
  command: Command,
  form: FormState,
  { values, fields }: GarbledValues,
  labels: Readonly<Record<string, string>>,
): ModalView {
  const told = Object.entries(fields).map(([name, words]) => [name, { sentence: garbledSentence(words) }])
  const state = { ...form, isUngarbled: true, revision: (form.revision ?? 0) + 1 }
  const faults = Object.fromEntries(told)
  return formView(command, state, { values, labels, faults, revision: state.revision })
}

/** What was definitely not done can be changed and sent again. */
async function keepIfUnsent(
  app: AppContext,
  draft: Draft | undefined,
  commandResult: CommandResult,
): Promise<void> {
  if (draft && isUnsent(commandResult)) await app.drafts.keep(draft)
}

function readsFile(command: Command): boolean {
  return fieldsOf(command.input).some(({ file }) => file !== undefined)
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

function isDoubtful(commandResult: CommandResult): boolean {
  return commandResult.kind === 'failed' && commandResult.error.mayHaveBeenAccepted
}

/** Of the three seconds that Slack waits for the acknowledgement of a form. */
const SHOWN_WITHIN_MS = 1000

/** Returns the login that a form asked for; nothing where the outcome holds none. */
function loginIn(result: CommandResult): Message | undefined {
  return result.kind === 'done' && isConfidential(result.outcome.message) ? result.outcome.message : undefined
}

/**
 * Shows a login ephemerally in the channel of its form, which then closes. Where Slack does not show it there in time,
 * or the form belongs to no channel, the form itself shows it.
 */
async function acknowledgeLogin(app: AppContext, caller: Caller, login: Message): Promise<SubmissionAck> {
  const showing = showEphemerally(app, caller, login).catch((error: unknown) => {
    app.logger.warn({ err: error }, 'a login could not be shown ephemerally')
    return false
  })
  const isShown = await withTimeout(showing, SHOWN_WITHIN_MS)
  return isShown ? { response_action: 'clear' } : { response_action: 'update', view: messageView(login) }
}

/** Shows a login in the form that is still open for it; ephemerally where that was closed meanwhile. */
async function showLoginLate(app: AppContext, caller: Caller, login: Message, viewId: string): Promise<void> {
  const isShown = await showStill(app, viewId, messageView(login))
  if (!isShown) await replyTo(app, caller, undefined)(login)
}

/** Shows something in a form that may be closed by now. @returns whether it was still there to be seen */
function showStill(app: AppContext, viewId: string, view: ModalView): Promise<boolean> {
  return showInView(app, viewId, view).catch((error: unknown) => {
    app.logger.warn({ err: error }, 'the outcome could not be shown in its form')
    return false
  })
}
