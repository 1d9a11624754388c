import type { ModalView } from '@slack/types'
import { permitGiven } from '../access/permit.ts'
import { isSameName } from '../cmr/normal-forms.ts'
import { rememberCredentials } from '../cmr/redact.ts'
import { check } from '../commands/check.ts'
import { type Command, InputError } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import type { Draft } from '../commands/drafts.ts'
import { fieldsOf } from '../commands/field.ts'
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
export async function submit(
  app: AppContext,
  submission: Submission,
  ack: (answer: SubmissionAck) => Promise<void>,
): Promise<void> {
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
  const checked = check(command.input, values)
  const verdict = await permitGiven(commandContext(app, caller), command, values)
  const mayGoOn = verdict.allowed || verdict.approvable
  // Somebody who may not gets to hear that, not what is wrong with the form.
  if (!checked.ok && mayGoOn) {
    const unseen = Object.keys(checked.errors).some((name) => !Object.hasOwn(submission.state, name))
    const submitted = { command, caller, form, values, labels, state: submission.state }
    if (confirming || !unseen)
      return acknowledge(app, viewId, command, faultsIn(submitted, checked.errors), ack)
    return askFurther(app, { command, caller, viewId, form, state: submission.state }, ack)
  }
  const input = checked.ok ? checked.input : {}

  if (command.confirm && !confirming && mayGoOn) {
    const progress = createProgress(app, command, viewId, input)
    if (readsFile(command)) progress.tell('Reading the file…')
    await ack({ response_action: 'update', view: progress.first() })
    const view = await command
      .confirm(commandContext(app, caller), input)
      .then(async (confirmation) => {
        const sent = { ...input, ...confirmation.input }
        return confirmView(command, await holding(app, caller, command, form, sent), confirmation)
      })
      .catch((error: unknown) =>
        error instanceof InputError
          ? formView(command, form, {
              values,
              labels,
              faults: { [error.field]: { sentence: error.message } },
            })
          : problemView(app, caller, command, input, error, values),
      )
    return progress.replace(view)
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
  const submitted: SubmittedForm = { command, caller, form, values, labels, state: submission.state }
  const next = loginSoon
    ? await acknowledgeLogin(app, caller, loginSoon)
    : soon && (await viewAfter(app, submitted, input, soon))
  await acknowledge(
    app,
    viewId,
    command,
    next ?? {
      response_action: 'update',
      view: noticeView(
        command,
        ':outbox_tray: Sending to CMR… You can close this. The outcome is posted in Slack.',
      ),
    },
    ack,
  )

  const commandResult = soon ?? (await performing)
  if (!soon) await keepIfUnsent(app, draft, commandResult)
  const login = loginIn(commandResult)
  if (login) return soon ? undefined : showLoginLate(app, caller, login, viewId)
  await report(app, caller, command, commandResult)
  if (soon) return
  const late = await viewAfter(app, { ...submitted, state: {} }, input, commandResult)
  const view =
    late.response_action === 'update'
      ? late.view
      : messageView(await messageOf(app, caller, command, input, commandResult), command)
  // What failed must still be heard of by whoever has closed the form meanwhile.
  const heard =
    commandResult.kind === 'done' || commandResult.kind === 'duplicate' || isDoubtful(commandResult)
  const isShown = await showStill(app, viewId, view)
  if (!isShown && (!heard || showsInForm(form.channel, command, commandResult)))
    await replyTo(app, caller, undefined)(await lateMessage(app, submitted, input, commandResult))
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
  return formView(command, state, {
    values,
    labels,
    faults: Object.fromEntries(told),
    revision: state.revision,
  })
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
