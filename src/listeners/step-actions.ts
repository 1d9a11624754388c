import type { BlockElementAction, ViewOutput } from '@slack/bolt'
import { permitGiven } from '../access/permit.ts'
import type { Command } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import type { DraftContent } from '../commands/drafts.ts'
import { noticeView } from '../commands/forms/form.ts'
import {
  type FormState,
  placeIn,
  readFormState,
  stateFrom,
  type ViewState,
  valuesOf,
} from '../commands/forms/state.ts'
import { stepView, withEnteredValues } from '../commands/forms/steps.ts'
import type { StepWork } from '../commands/step.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { gone, problemOf } from './outcome-message.ts'
import { enteredIn, onward, type Session } from './steps.ts'
import { createProgress, createWaitingNotice } from './waiting.ts'

/** A click or a choice inside a form of several steps. */
export interface StepAction {
  readonly command: Command
  readonly caller: Caller
  readonly actionId: string
  readonly value: string | undefined
  readonly view: { readonly id: string; readonly metadata: FormState; readonly state: ViewState }
}

/** An action inside a view of several steps; nothing where the view or the action is another one. */
export function stepActionOf(
  app: AppContext,
  caller: Caller,
  action: BlockElementAction,
  view: ViewOutput,
): StepAction | undefined {
  const command = app.registry.byId(view.callback_id)
  const own = action.action_id.startsWith(`${view.callback_id}:`) || action.action_id.startsWith('form.')
  if (!command?.steps || !own) return undefined
  const metadata = readFormState(view.private_metadata)
  if (!metadata.draft) return undefined
  const value = action.type === 'button' ? action.value : undefined
  const { id, state } = view
  return { command, caller, actionId: action.action_id, value, view: { id, metadata, state: state.values } }
}

/** Back, resume, what a step's own buttons do, or a choice that shows the step anew. */
export async function actInStep(app: AppContext, action: StepAction): Promise<void> {
  const { command, caller: by, view } = action
  const form = view.metadata
  const caller: Caller = { ...by, ...placeIn(form) }
  const progress = createProgress(app, caller, command, view.id, valuesOf(view.state))
  const [, name = ''] = action.actionId.split(':')
  const wanted = name === 'resume' ? action.value : form.draft
  const draft = wanted ? await app.drafts.find(wanted, caller.userId) : undefined
  if (!draft) return progress.replace(noticeView(command, gone))
  const given = { ...draft.draftContent.values, ...valuesOf(view.state) }
  const verdict = await permitGiven(commandContext(app, caller), command, given)
  if (!verdict.allowed && !verdict.approvable)
    return progress.replace(noticeView(command, `:no_entry: ${verdict.refusal}`))
  if (name === 'resume') {
    const state: FormState = { ...stateFrom(caller), draft: draft.id, revision: form.revision }
    const session: Session = { command, caller, draft, state, progress }
    await progress.start()
    return progress.replace(await onward(app, session, 0, false))
  }
  // In the confirmation there is nothing to take over, and back leads to the last step.
  const at = form.step ?? command.steps?.length ?? 0
  const { draftContent, beside } =
    form.step === undefined
      ? { draftContent: draft.draftContent, beside: {} }
      : withEnteredValues(command, at, draft.draftContent, enteredIn(view.state))
  const kept = await app.drafts.keep({ ...draft, draftContent })
  if (name === 'back') return progress.replace(stepView(command, Math.max(0, at - 1), draftContent, form))

  const act = command.steps?.[at]?.acts?.[name]
  if (!act) return progress.replace(stepView(command, at, draftContent, form))
  // What was entered is kept, so that the view may give way to one that says what is waited for.
  const waiting = createWaitingNotice(app)
  waiting.start(async () => {
    await progress.start()
    return true
  })
  const work: StepWork = { context: commandContext(app, caller), draftContent, beside, tell: progress.tell }
  const acting = act(work)
    .then(async (after: DraftContent) => {
      await app.drafts.keep({ ...kept, draftContent: after })
      return { view: stepView(command, at, after, form), isFresh: false }
    })
    .catch(async (error: unknown) => {
      const problem = await problemOf(app, caller, command, error)
      return { view: stepView(command, at, draftContent, form, problem), isFresh: true }
    })
  const { view: next, isFresh } = await acting.finally(waiting.end)
  // Slack leaves a view scrolled to where the button is, and what is wrong stands on top.
  if (isFresh) await progress.start()
  await progress.replace(next)
}
