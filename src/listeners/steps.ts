import type { KnownBlock, ModalView } from '@slack/types'
import { permitGiven } from '../access/permit.ts'
import { CmrError, mayPass } from '../cmr/errors.ts'
import { check } from '../commands/check.ts'
import { type Command, InputError, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { type Draft, emptyDraft } from '../commands/drafts.ts'
import type { Values } from '../commands/field.ts'
import { confirmView, noticeView } from '../commands/forms/form.ts'
import {
  type FormState,
  labelsOf,
  placeIn,
  stateFrom,
  type ViewState,
  valuesOf,
} from '../commands/forms/state.ts'
import { backButton, checkStep, isOpen, stepView, withEnteredValues } from '../commands/forms/steps.ts'
import { garbledIn, garbledSentence } from '../commands/garbled.ts'
import type { StepWork } from '../commands/step.ts'
import { withTimeout } from '../process/clock.ts'
import { actions, button, date, escapeText, section } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { ACK_WAIT_MS, type AckSubmission, acknowledge, type Submission } from './open-view.ts'
import { gone, problemOf } from './outcome-message.ts'
import { createProgress, type FormProgress, knownBlocks } from './waiting.ts'

/** A form of several steps that somebody is in. */
export interface Session {
  readonly command: Command
  readonly caller: Caller
  readonly draft: Draft
  readonly state: FormState
  readonly progress: FormProgress
}

/** What a submitted step becomes. */
interface NextView {
  readonly view: ModalView
  /** It is the same step again, with what is wrong on top. */
  readonly isFresh?: boolean
  /** The same at the fields, where the view that was submitted has them. */
  readonly errors?: Record<string, string> | undefined
}

/**
 * The first step that lacks something, or the confirmation where everything is given.
 * @param given values by field, as typed
 * @param progress shows how far the checks of what was given are
 */
export async function firstView(
  app: AppContext,
  begun: {
    readonly command: Command
    readonly caller: Caller
    readonly given: Values
    readonly from?: Draft | undefined
    readonly asTyped?: boolean | undefined
    /** Whether what was given is to be changed, so that it is no answer to confirm it. */
    readonly correcting?: boolean | undefined
  },
  progress: FormProgress,
): Promise<ModalView> {
  const { command, caller, given, from, asTyped, correcting } = begun
  const untouched = Object.keys(given).length === 0 && !from
  const before = untouched ? await app.drafts.latest(caller.userId, idOf(command)) : undefined
  const known = from ? undefined : await command.prefill?.(commandContext(app, caller), given)
  const draftContent = from?.draftContent ?? { ...emptyDraft, labels: known?.labels ?? {} }
  const draft = await app.drafts.keep({
    author: caller.userId,
    command: idOf(command),
    draftContent: { ...draftContent, values: { ...draftContent.values, ...known?.values, ...given } },
  })
  const state: FormState = { ...stateFrom(caller), draft: draft.id, isUngarbled: asTyped }
  const whole =
    Object.keys(draft.draftContent.values).length > 0 && check(command.input, draft.draftContent.values).ok
  const session = { command, caller, draft, state, progress }
  const last = (command.steps?.length ?? 0) - 1
  const view = await (correcting && whole
    ? stepView(command, last, draft.draftContent, state)
    : onward(app, session, 0, whole))
  if (!before) return view
  const resume = section(
    `You started one ${date(before.savedAt, '{date_short_pretty} at {time}')} and did not finish it.`,
    button({ text: 'Continue', actionId: `${idOf(command)}:resume`, value: before.draft.id }),
  )
  return { ...view, blocks: [resume, ...view.blocks] }
}

/** Passes the steps that have everything, each with its check, until one has to be shown. */
export async function onward(
  app: AppContext,
  session: Session,
  at: number,
  whole: boolean,
): Promise<ModalView> {
  const { command, draft, state } = session
  if (at >= (command.steps?.length ?? 0)) return confirmation(app, session)
  if (isOpen(command, at, draft.draftContent, whole)) return stepView(command, at, draft.draftContent, state)
  const passed = await pass(app, session, at, {})
  if (!passed.ok) return passed.view
  return onward(app, { ...session, draft: passed.draft }, at + 1, whole)
}

type Passed =
  | { readonly ok: true; readonly draft: Draft }
  | { readonly ok: false; readonly view: ModalView; readonly errors?: Record<string, string> }

/** Checks a step. What CMR told is kept even where it may not be left. */
async function pass(
  app: AppContext,
  { command, caller, draft, state, progress }: Session,
  at: number,
  beside: Values,
): Promise<Passed> {
  const checked = checkStep(command, at, draft.draftContent)
  if (!checked.ok) {
    const view = stepView(command, at, draft.draftContent, state, sentences(checked.errors))
    return { ok: false, errors: checked.errors, view }
  }
  const draftContent = { ...draft.draftContent, values: { ...draft.draftContent.values, ...checked.input } }
  const step = command.steps?.[at]
  if (!step?.check) return { ok: true, draft: await app.drafts.keep({ ...draft, draftContent }) }
  try {
    const work: StepWork = { context: commandContext(app, caller), draftContent, beside, tell: progress.tell }
    const verdict = await step.check(work)
    const kept = await app.drafts.keep({ ...draft, draftContent: verdict.draftContent })
    const { errors, problem } = verdict
    if (!errors && !problem) return { ok: true, draft: kept }
    const view = stepView(command, at, kept.draftContent, state, problem ?? sentences(errors ?? {}))
    return { ok: false, view, ...(errors && { errors: { ...errors } }) }
  } catch (error) {
    const view = stepView(command, at, draftContent, state, await problemOf(app, caller, command, error))
    return {
      ok: false,
      view,
      ...(error instanceof InputError && { errors: { [error.field]: error.message } }),
    }
  }
}

/** What would be sent, what it costs, and the way back. */
async function confirmation(app: AppContext, session: Session): Promise<ModalView> {
  const { command, caller, draft, state } = session
  const { step: _, ...asked } = state
  const confirming = { ...asked, shownAt: app.clock().toISOString() }
  const checked = check(command.input, draft.draftContent.values)
  if (!checked.ok) {
    const at = (command.steps ?? []).findIndex((_, step) => !checkStep(command, step, draft.draftContent).ok)
    return stepView(command, Math.max(0, at), draft.draftContent, state, sentences(checked.errors))
  }
  try {
    const asked = await command.confirm?.(
      commandContext(app, caller),
      checked.input,
      draft.draftContent.notes,
    )
    const input = { ...checked.input, ...asked?.input }
    await app.drafts.keep({ ...draft, input })
    return withBack(command, confirmView(command, confirming, asked ?? { text: `*${command.summary}?*` }))
  } catch (error) {
    const text = await problemOf(app, caller, command, error)
    const more = error instanceof CmrError && mayPass(error) ? await knownSoFar(app, session) : []
    const private_metadata = JSON.stringify(confirming)
    return withBack(command, { ...noticeView(command, text, ...more), private_metadata })
  }
}

/** What is known where CMR does not answer, and the button that asks it again. */
async function knownSoFar(app: AppContext, { command, caller, draft }: Session): Promise<KnownBlock[]> {
  const again = button({ text: 'Try again', actionId: `${idOf(command)}:resume`, value: draft.id })
  return [...(await knownBlocks(app, caller, command, draft.draftContent.values)), actions(again)]
}

/** A view that leads back to the last step. */
export function withBack(command: Command, view: ModalView): ModalView {
  return { ...view, blocks: [...view.blocks, actions(backButton(command))] }
}

/** Takes a submitted step to the next one, or shows what is wrong with it. `ack` is called exactly once, soon. */
export async function submitStep(
  app: AppContext,
  { command, caller: by, viewId, state: entered }: Submission,
  form: FormState,
  ack: AckSubmission,
): Promise<void> {
  const caller: Caller = { ...by, ...placeIn(form) }
  const at = form.step ?? 0
  const draft = form.draft ? await app.drafts.find(form.draft, caller.userId) : undefined
  if (!draft) return ack({ response_action: 'update', view: noticeView(command, gone) })
  const given = { ...draft.draftContent.values, ...valuesOf(entered) }
  const verdict = await permitGiven(commandContext(app, caller), command, given)
  if (!verdict.allowed && !verdict.approvable) {
    return ack({ response_action: 'update', view: noticeView(command, `:no_entry: ${verdict.refusal}`) })
  }
  const { draftContent, beside } = withEnteredValues(command, at, draft.draftContent, enteredIn(entered))
  const garbled = form.isUngarbled ? undefined : garbledIn(draftContent.values)
  if (garbled) {
    const right = { ...draftContent, values: garbled.values }
    await app.drafts.keep({ ...draft, draftContent: right })
    const told = Object.values(garbled.fields).map((words) => escapeText(garbledSentence(words)))
    const view = stepView(
      command,
      at,
      right,
      { ...form, isUngarbled: true },
      `:grey_question: ${told.join('\n')}`,
    )
    return acknowledge(app, viewId, command, { response_action: 'update', view, isFresh: true }, ack)
  }
  const saved = await app.drafts.keep({ ...draft, draftContent })
  const progress = createProgress(app, caller, command, viewId, draftContent.values)
  const session: Session = { command, caller, draft: saved, state: form, progress }

  const work = nextOf(app, session, at, beside).catch(async (error: unknown): Promise<NextView> => {
    const problem = await problemOf(app, caller, command, error)
    return { view: stepView(command, at, saved.draftContent, form, problem), isFresh: true }
  })
  const soon = await withTimeout(work, ACK_WAIT_MS)
  if (soon) {
    // Slack refuses an error at a field that its view does not have: the view that has it says what is wrong.
    const { view, isFresh = false, errors } = soon
    if (errors && Object.keys(errors).every((name) => Object.hasOwn(entered, name)))
      return ack({ response_action: 'errors', errors })
    return acknowledge(app, viewId, command, { response_action: 'update', view, isFresh }, ack)
  }
  await ack({ response_action: 'update', view: progress.first() })
  await progress.replace((await work).view)
}

async function nextOf(app: AppContext, session: Session, at: number, beside: Values): Promise<NextView> {
  const passed = await pass(app, session, at, beside)
  if (!passed.ok) return { view: passed.view, isFresh: true, errors: passed.errors }
  const { command, state } = session
  const last = at + 1 >= (command.steps?.length ?? 0)
  if (last) return { view: await confirmation(app, { ...session, draft: passed.draft }) }
  return { view: stepView(command, at + 1, passed.draft.draftContent, { ...state, isUngarbled: undefined }) }
}

/** What stands in a view, by block_id. */
export function enteredIn(state: ViewState) {
  return { values: valuesOf(state), labels: labelsOf(state) }
}

function sentences(errors: Readonly<Record<string, string>>): string {
  return `:warning: ${Object.values(errors).map(escapeText).join('\n')}`
}
