import type { KnownBlock, ModalView } from '@slack/types'
import type { Command } from '../commands/command.ts'
import type { Values } from '../commands/field.ts'
import { waitingView } from '../commands/forms/form.ts'
import type { AppContext } from './app-context.ts'
import { endWaiting, showInView } from './open-view.ts'
import { knownBlocks } from './what-is-known.ts'

/** Slack takes some fifty `views.update` a minute. */
const PACE_MS = 1200

/** How long CMR is waited for before the view says what is known without it. */
const KNOWN_AFTER_MS = 5000

/** A view that tells how far the work is, until something takes its place. */
export interface FormProgress {
  /** The view to begin with, for an acknowledgement; from now on progress is shown. */
  first(): ModalView
  /** The same where nothing is acknowledged with it. */
  start(): Promise<void>
  /** mrkdwn */
  tell(text: string): void
  /** Ends it. A form that was closed meanwhile is no fault: what was gathered is kept. Throws where Slack is away. */
  replace(view: ModalView): Promise<void>
}

/** @param given what is known of what somebody asks for, by field */
export function createProgress(
  app: AppContext,
  command: Command,
  viewId: string,
  given: Values = {},
): FormProgress {
  let text = 'Asking CMR…'
  let known: readonly KnownBlock[] = []
  let cancel = () => {}
  let shown = false
  let lastAt = 0
  // One after the other, so that no old view overtakes a newer one.
  let updates: Promise<unknown> = Promise.resolve()
  const current = () => {
    const view = waitingView(command, text)
    return { ...view, blocks: [...view.blocks, ...known] }
  }
  const update = () => {
    lastAt = Date.now()
    updates = updates
      .then(() => showInView(app, viewId, current()))
      .catch((error: unknown) => app.logger.info({ err: error }, 'progress could not be shown'))
    return updates
  }
  async function showKnown() {
    known = await knownBlocks(app, command, given)
    if (shown && known.length > 0) await update()
  }
  const begin = () => {
    cancel()
    shown = true
    cancel = app.timer(() => {
      showKnown().catch((error: unknown) => app.logger.info({ err: error }, 'nothing known could be shown'))
    }, KNOWN_AFTER_MS)
  }
  return {
    first() {
      begin()
      return current()
    },
    async start() {
      begin()
      await update()
    },
    tell(progress) {
      text = progress
      if (shown && Date.now() - lastAt >= PACE_MS) void update()
    },
    async replace(view) {
      shown = false
      cancel()
      await updates
      await endWaiting(app, command, viewId, view)
    },
  }
}
