import { notice } from '../commands/failure.ts'
import type { AppContext } from './app-context.ts'

/** How long somebody waits before they read that CMR is asked. */
const NOTICE_AFTER_MS = 1000

/** What somebody reads who has waited for a second. */
export const askingCmr = notice(':hourglass_flowing_sand: Asking CMR…')

/** A notice for somebody who waits for an answer, shown once at most. */
export interface WaitingNotice {
  /** Shows it in a second, unless the wait is over by then. */
  start(show: () => Promise<boolean>): void
  /**
   * Ends the wait. A notice that is on its way is waited for, so that it does not arrive after the answer.
   * @returns whether it was shown
   */
  end(): Promise<boolean>
}

/** Creates the notice of one answer. That it cannot be shown is no fault of the answer: it is logged. */
export function createWaitingNotice({ timer, logger }: Pick<AppContext, 'timer' | 'logger'>): WaitingNotice {
  let cancel = () => {}
  let showing = Promise.resolve(false)
  let isOver = false
  return {
    start(show) {
      if (isOver) return
      cancel = timer(() => {
        showing = show().catch((error: unknown) => {
          logger.info({ err: error }, 'a person who waits could not be told so')
          return false
        })
      }, NOTICE_AFTER_MS)
    },
    end() {
      isOver = true
      cancel()
      return showing
    },
  }
}
