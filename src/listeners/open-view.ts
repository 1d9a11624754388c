import type { ModalView } from '@slack/types'
import { type Command, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { faultMessage, noteFault, notice } from '../commands/failure.ts'
import { shell, titleLength, waitingView } from '../commands/forms/form.ts'
import type { ViewState } from '../commands/forms/state.ts'
import { type Message, plain, section } from '../slack/blocks.ts'
import { postFailure } from '../slack/errors.ts'
import { allText } from '../slack/plainer.ts'
import type { AppContext } from './app-context.ts'

/** A modal that was clicked in, on which the next one is laid. */
export interface ViewBelow {
  readonly id: string
  /** From 1, for the lowest. */
  readonly depth: number
  readonly callbackId: string
  /** The next one takes its place. */
  readonly isReplaced?: boolean
}

/** "Modals: three views at most in the stack". */
const DEEPEST = 3

/** "Views: modals". */
const MOST_BLOCKS = 100

/** Slack's words for a trigger that opens nothing any more, or has opened something already ("views.open"). */
const expired = /\b(?:expired|invalid|exchanged)_trigger_id\b|\btrigger_(?:expired|exchanged)\b/

/** Slack's words for a view that its person has closed, or that has become another meanwhile ("views.update"). */
const gone = /\b(not_found|view_not_found|hash_conflict)\b/

/**
 * Shows something else in an open view.
 * @param hash of the view as it was, where a later one must stay
 * @returns whether it was still there to be seen
 * @throws where Slack refuses the view or cannot be reached
 */
export async function showInView(
  { slack, logger }: AppContext,
  id: string,
  view: ModalView,
  hash?: string,
): Promise<boolean> {
  try {
    await slack.views.update({ view_id: id, ...(hash && { hash }), view })
    return true
  } catch (error) {
    if (!gone.test(String(error))) throw error
    logger.info({ view: id }, 'a form was closed before there was something new in it')
    return false
  }
}

/**
 * Says why Slack shows no form, and logs it. What Slack does not take is a fault of the bot's: people read the
 * reference under which the log has it.
 */
export function notShownMessage({ logger }: AppContext, command: Command, error: unknown): Message {
  const { kind, error: said } = postFailure(error)
  const isLate = expired.test(said)
  if (isLate || gone.test(said) || said === 'push_limit_reached') {
    logger.warn({ err: error, command: idOf(command) }, 'a form was opened too late')
    const why = isLate ? 'it took more than three seconds' : 'the one that it belongs to was closed'
    return notice(
      `:warning: Slack did not open the form, because ${why}. Nothing was done. Run the command again.`,
    )
  }
  if (kind === 'paced' || kind === 'unknown') {
    logger.warn({ err: error, command: idOf(command) }, 'Slack could not be reached to show a form')
    return notice(
      ':warning: The form could not be shown, because Slack did not answer the bot. Nothing was done. Run the command again in a minute.',
    )
  }
  return faultMessage(`${command.noun} ${command.verb}`, noteFault(logger, command, error))
}

/**
 * Shows in a view what it has waited for. Where Slack does not take that, the view says so: it would seem to wait for
 * ever.
 * @returns whether it was still there to be seen
 */
export async function endWaiting(
  app: AppContext,
  command: Command,
  id: string,
  view: ModalView,
): Promise<boolean> {
  try {
    return await showInView(app, id, view)
  } catch (error) {
    return showInView(app, id, messageView(notShownMessage(app, command, error), command))
  }
}

/**
 * Opens a modal, or lays it on the one that was clicked in; where no more lie on each other, it takes that one's place.
 * @returns its id
 * @throws where the trigger has expired, or Slack refuses the view
 */
export async function layView(
  app: AppContext,
  { triggerId, below }: { readonly triggerId: string; readonly below: ViewBelow | undefined },
  view: ModalView,
): Promise<string> {
  if (below && (below.depth >= DEEPEST || below.isReplaced)) {
    await showInView(app, below.id, view)
    return below.id
  }
  const { open, push } = app.slack.views
  const laid = await (below ? push : open)({ trigger_id: triggerId, view })
  return String(laid.view?.id)
}

/**
 * Returns a view with nothing but a message in it: it takes the place of a form, with nothing of that left. Modals take
 * no tables and no charts.
 * @param command what it answers, where that is known
 */
export function messageView({ text, blocks }: Message, command?: Command): ModalView {
  const shown = blocks.length > 0 ? allText(blocks) : [section(text)]
  const view: ModalView = {
    type: 'modal',
    title: plain('CMR', titleLength),
    blocks: shown.slice(0, MOST_BLOCKS),
  }
  return { ...view, ...(command && shell(command, {})), close: plain('Close', titleLength) }
}

/** How long an acknowledgement waits for CMR, so that a refusal can still mark its field. Slack allows 3 s. */
export const ACK_WAIT_MS = 400

/** A submitted form. */
export interface Submission {
  readonly command: Command
  readonly caller: Omit<Caller, 'channelId'>
  readonly viewId: string
  readonly metadata: string
  readonly state: ViewState
}

/** How a submission is acknowledged ("Modals: responding to view submissions"). */
export type SubmissionAck =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | {
      readonly response_action: 'update'
      readonly view: ModalView
      /** It is the same form again: it is to be shown from its top. */
      readonly isFresh?: boolean
    }
  | { readonly response_action: 'clear' }

/** Gives Slack its acknowledgement of a submission. */
export type AckSubmission = (answer: SubmissionAck) => Promise<void>

/**
 * Acknowledges a submission. A form that stays is shown anew: Slack would leave it scrolled to where it was submitted,
 * and what is wrong stands on top.
 */
export async function acknowledge(
  app: AppContext,
  viewId: string,
  command: Command,
  answer: SubmissionAck,
  ack: AckSubmission,
): Promise<void> {
  if (answer.response_action !== 'update' || !answer.isFresh) return ack(answer)
  await ack({ response_action: 'update', view: waitingView(command, 'Nothing was sent. One moment…') })
  await endWaiting(app, command, viewId, answer.view)
}
