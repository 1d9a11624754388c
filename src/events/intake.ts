import type { Logger } from 'pino'
import { createBackgroundLoop } from '../process/background-loop.ts'
import type { Worker } from '../process/worker.ts'
import { escapeText } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'

/** The interval between two attempts to write to a failing store, in milliseconds. */
const TRY_MS = 5000

/** Watches whether events can be stored. */
export interface Intake extends Worker {
  /** Records that events were stored. */
  stored(): void
  /** Records that events could not be stored and that CMR was asked to try again. */
  failed(error: unknown): void
}

/**
 * Notifies the admins once when events cannot be stored, and once when they can again. Neither message needs the store.
 * @param parts.notifyAdmins sends a direct message, in mrkdwn
 */
export function createIntake(parts: {
  readonly store: Store
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly logger: Logger
}): Intake {
  const { store, notifyAdmins, logger } = parts
  let reason: string | undefined
  let isNotified = false

  function well() {
    reason = undefined
    if (isNotified)
      void notifyAdmins(':white_check_mark: Webhooks from CMR can be stored again. Everything continues.')
    isNotified = false
  }

  /** Probes with as much data as a burst of events has, because a single row still fits on an almost full disk. */
  async function attempt() {
    try {
      if (!reason) return
      await notify(reason)
      await store.probe()
      well()
    } catch (error) {
      reason = sentenceOf(error)
    }
  }

  async function notify(why: string) {
    if (isNotified) return
    isNotified = await notifyAdmins(
      `:rotating_light: Webhooks from CMR cannot be stored: ${escapeText(why)}. CMR tries each of them again after 30 s and after 5 min, then it gives up. Free space on the disk, or fix the database. The bot then continues by itself.`,
    )
  }

  return {
    ...createBackgroundLoop({
      name: 'Intake',
      serves: 'alerts',
      everyMs: TRY_MS,
      round: attempt,
      onError: 'admins could not be notified about the store',
      logger,
    }),
    stored() {
      if (reason) well()
    },
    failed(error) {
      if (!reason) logger.error({ err: error }, 'webhooks cannot be stored; CMR is asked to try again')
      reason = sentenceOf(error)
    },
    trouble: async () => reason && `webhooks cannot be stored: ${reason}`,
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
