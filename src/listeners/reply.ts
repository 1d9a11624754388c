import type { ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { offeredTo } from '../access/permit.ts'
import { type Command, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { waitingView } from '../commands/forms/form.ts'
import { readFormState } from '../commands/forms/state.ts'
import type { Message } from '../slack/blocks.ts'
import { mayNotWrite, postFailure } from '../slack/errors.ts'
import { sendPlainest } from '../slack/plainer.ts'
import { isConfidential, scrubForOneReader } from '../slack/scrub.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { layView, messageView, showInView, type ViewBelow } from './open-view.ts'
import { askingCmr, createWaitingNotice } from './waiting.ts'

/** Answers the person who asked; only they see it. Never throws: a reply that cannot be sent is logged. */
export interface Reply {
  (message: Message, options?: ReplyOptions): Promise<void>
  /** Is there where something has to be opened for the answer before it is known. */
  readonly begin?: (command: Command, options: ReplyOptions) => Promise<void>
  /** Shows in a second that CMR is asked, where there is no answer by then. */
  readonly wait?: (options?: ReplyOptions) => void
  /** A form is open: there is no other answer. */
  readonly formOpened?: () => Promise<void>
}

interface ReplyOptions {
  /** It takes the place of what was clicked in. */
  readonly replace?: boolean
}

/** Returns what one person reads, without the buttons of what they may not do. */
export async function offeredMessage(app: AppContext, caller: Caller, message: Message): Promise<Message> {
  const blocks = await offeredTo(commandContext(app, caller), app.registry, message.blocks)
  return { ...message, blocks }
}

const notShown =
  ':lock: Slack did not let the bot show you this privately, and a login is never sent as a message. Run the command again in a channel that the bot is in.'

const formIsOpen = notice(':pencil2: Continue in the form that is open.')

/** "A response_url can be used up to five times within 30 minutes". */
const RESPONSE_URL_USES = 5

/** Shows a message through a response_url. @returns whether Slack took it */
type Respond = (message: Message, replace: boolean) => Promise<boolean>

function createRespond(responseUrl: string): Respond {
  let left = RESPONSE_URL_USES
  return async ({ text, blocks }, replace) => {
    if (left-- <= 0) return false
    const body = scrubForOneReader({ response_type: 'ephemeral', replace_original: replace, text, blocks })
    const answer = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined)
    await answer?.body?.cancel()
    return answer?.ok === true
  }
}

/**
 * Shows a message that only the person sees and that does not stay: through the response_url first, which works in
 * every channel; where there is none (a form), or it is used up, through the Web API.
 * @returns whether it was shown; it cannot be where there is no channel (App Home) or the bot may not write in it
 * @throws where Slack cannot be reached or refuses the message itself
 */
export async function showEphemerally(
  app: AppContext,
  caller: Caller,
  message: Message,
  { respond, replace = false }: { readonly respond?: Respond | undefined; readonly replace?: boolean } = {},
): Promise<boolean> {
  if (await respond?.(message, replace)) return true
  const { text, blocks } = message
  const { channelId: channel, userId: user } = caller
  if (!channel) return false
  try {
    await app.slack.chat.postEphemeral({ channel, user, text, blocks })
    return true
  } catch (error) {
    if (!mayNotWrite(postFailure(error))) throw error
    app.logger.info({ err: error, channel }, 'an answer could not be shown here')
    return false
  }
}

/**
 * Answers ephemerally, and as a direct message where that cannot be. A login never becomes a message that stays: it is
 * then shown in the form that was clicked in, or not at all.
 * @param viewId of the form that it was asked for in, where that is still open
 */
export function replyTo(
  app: AppContext,
  caller: Caller,
  responseUrl: string | undefined,
  viewId?: string,
): Reply {
  const respond = responseUrl ? createRespond(responseUrl) : undefined
  const waiting = createWaitingNotice(app)
  // Only a command's answers replace each other: those of a click would replace the message that was clicked in.
  const isCommand = caller.via === 'command'

  async function give(message: Message, replace: boolean): Promise<void> {
    if (await showEphemerally(app, caller, message, { respond, replace })) return
    const isLogin = isConfidential(message)
    if (isLogin && viewId && (await showInView(app, viewId, messageView(message)))) return
    const { text, blocks } = isLogin ? notice(notShown) : message
    await app.slack.chat.postMessage({ channel: caller.userId, text, blocks })
  }

  const reply: Reply = async (message, { replace = false } = {}) => {
    try {
      const replaces = (await waiting.end()) && isCommand
      await sendPlainest(await offeredMessage(app, caller, message), (some) =>
        give(some, replace || replaces),
      )
    } catch (error) {
      app.logger.error({ err: error, user: caller.userId }, 'an answer could not be shown')
    }
  }
  return Object.assign(reply, {
    // Where a click's answer replaces its message, so does the notice: a failure offers to try again in its place. Else
    // the notice stays above the answer until Slack is reloaded, as Slack lets nobody remove it. That is better than
    // silence, in which people press again.
    wait({ replace = false }: ReplyOptions = {}) {
      if (respond) waiting.start(() => respond(askingCmr, replace))
    },
    async formOpened() {
      if ((await waiting.end()) && isCommand) await respond?.(formIsOpen, true)
    },
  })
}

/** A click in App Home, or in a modal that was opened from there: it belongs to no channel. */
export interface ViewClick {
  /** Opens one view, within three seconds. */
  readonly triggerId: string
  /** The modal that was clicked in; nothing for App Home. */
  readonly below: ViewBelow | undefined
}

/** What a view tells of itself, as far as it is needed here. */
type ClickedView = Pick<ViewOutput, 'id' | 'type' | 'callback_id' | 'private_metadata'> & {
  readonly root_view_id?: string | null
  readonly previous_view_id?: string | null
}

/**
 * Returns the modal that was clicked in, on which the next one is laid; nothing for App Home.
 * @param isReplaced whether the next one takes its place instead
 */
export function viewBelow(view: ClickedView | undefined, isReplaced = false): ViewBelow | undefined {
  if (view?.type !== 'modal') return undefined
  const { id, root_view_id: root, previous_view_id: previous, callback_id: callbackId } = view
  const depth = !root || root === id ? 1 : previous === root ? 2 : 3
  return { id, depth, callbackId, isReplaced }
}

/** Returns the click where its answer belongs into a view: nobody would look for it in a channel. */
export function viewClickOf(view: ClickedView | undefined, triggerId: string): ViewClick | undefined {
  if (!view) return undefined
  if (view.type !== 'home' && readFormState(view.private_metadata).channel) return undefined
  return { triggerId, below: viewBelow(view) }
}

/**
 * Answers a click in a modal. A trigger lives three seconds, so that `begin` opens the modal before the answer is there.
 * @param elsewhere answers where Slack opens no modal
 */
export function replyInView(app: AppContext, caller: Caller, click: ViewClick, elsewhere: Reply): Reply {
  let shown: string | undefined
  let asked: Command | undefined
  let inPlace = false

  /** @returns false where it was to be seen in a modal that was closed meanwhile */
  async function show(view: ModalView): Promise<boolean> {
    if (shown) return showInView(app, shown, view)
    const { below, triggerId } = click
    const same = inPlace && asked && below?.callbackId === idOf(asked) ? below.id : undefined
    if (same) await showInView(app, same, view)
    shown = same ?? (await layView(app, { triggerId, below }, view))
    return true
  }

  const reply: Reply = async (message, options) => {
    try {
      const isShown = await show(messageView(await offeredMessage(app, caller, message), asked))
      // Whoever has closed a list that they had asked for anew has seen it.
      if (isShown || inPlace) return
    } catch (error) {
      app.logger.warn({ err: error }, 'an answer could not be shown in a view')
    }
    await elsewhere(message, options)
  }
  return Object.assign(reply, {
    async begin(command: Command, { replace = false }: { readonly replace?: boolean }) {
      asked = command
      inPlace = replace
      await show(waitingView(command, 'Asking CMR…')).catch((error: unknown) =>
        app.logger.warn({ err: error }, 'a view could not be opened'),
      )
    },
  })
}
