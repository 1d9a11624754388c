import type { ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { type Command, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { waitingView } from '../commands/forms/form.ts'
import { readFormState } from '../commands/forms/state.ts'
import type { AppContext } from './app-context.ts'
import { layView, messageView, showInView, type ViewBelow } from './open-view.ts'
import { offeredMessage, type Reply } from './reply.ts'

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
