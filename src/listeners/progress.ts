import type { ModalView } from '@slack/types'
import type { Command } from '../commands/command.ts'
import { waitingView } from '../commands/forms/form.ts'
import type { AppContext } from './app-context.ts'
import { endWaiting, showInView } from './open-view.ts'

/** Slack takes some fifty `views.update` a minute. */
const PACE_MS = 1200

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

export function createProgress(app: AppContext, command: Command, viewId: string): FormProgress {
  let text = 'Asking CMR…'
  let shown = false
  let lastAt = 0
  // One after the other, so that no old view overtakes a newer one.
  let updates: Promise<unknown> = Promise.resolve()
  const current = () => waitingView(command, text)
  const update = () => {
    lastAt = Date.now()
    updates = updates
      .then(() => showInView(app, viewId, current()))
      .catch((error: unknown) => app.logger.info({ err: error }, 'progress could not be shown'))
    return updates
  }
  return {
    first() {
      shown = true
      return current()
    },
    async start() {
      shown = true
      await update()
    },
    tell(progress) {
      text = progress
      if (shown && Date.now() - lastAt >= PACE_MS) void update()
    },
    async replace(view) {
      shown = false
      await updates
      await endWaiting(app, viewId, view)
    },
  }
}
