import type { Logger } from 'pino'
import { createBackgroundLoop } from '../process/background-loop.ts'
import type { Worker } from '../process/worker.ts'
import { escapeText } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'

/** How often a store that does not take events is tried. */
const TRY_MS = 5000

/** Watches whether events can be stored. */
export interface Intake extends Worker {
  /** They can. */
  stored(): void
  /** They cannot: CMR was told to try again. */
  failed(error: unknown): void
}

/**
 * Tells the admins once when the store takes no events, and once when it does again. Neither needs the store.
 * @param parts.tellAdmins by direct message, in mrkdwn
 */
export function createIntake(parts: {
  readonly store: Store
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly logger: Logger
}): Intake {
  const { store, notifyAdmins, logger } = parts
  let reason: string | undefined
  let told = false

  function well() {
    reason = undefined
    if (told) void notifyAdmins(':white_check_mark: Webhooks of CMR can be stored again: everything goes on.')
    told = false
  }

  /** Writes as much as a burst would: the odd row fits on a disk that is as good as full. */
  async function attempt() {
    try {
      if (!reason) return
      await tell(reason)
      await store.probe()
      well()
    } catch (error) {
      reason = sentenceOf(error)
    }
  }

  async function tell(why: string) {
    if (told) return
    told = await notifyAdmins(
      `:rotating_light: Webhooks of CMR cannot be stored: ${escapeText(why)}. CMR tries each of them again after 30 s and after 5 min, then it gives up. Free space on the disk, or mend the database; I go on by myself.`,
    )
  }

  return {
    ...createBackgroundLoop({
      name: 'Intake',
      everyMs: TRY_MS,
      round: attempt,
      onError: 'admins could not be told of the store',
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
