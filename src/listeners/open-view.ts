import type { ModalView } from '@slack/types'
import { type Message, plain } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'

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

/** Returns a view with nothing but a message in it: it takes the place of a form, with nothing of that left. */
export function messageView({ blocks }: Message): ModalView {
  return { type: 'modal', title: plain('CMR', 24), close: plain('Close', 24), blocks }
}
