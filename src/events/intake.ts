import type { Logger } from 'pino'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { escapeText } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'
import type { Ingest, Ingests } from './ingest.ts'
import type { StoredEvent } from './store/events.ts'
import { withoutData } from './stored-event.ts'

/** The outcome of one event: stored, or the error of the store that refused it. */
type IntakeOutcome = { readonly stored: true } | { readonly stored: false; readonly error: unknown }

/** Stores webhooks, and watches whether the store takes them. */
export interface Intake extends Worker {
  /** Stores a batch of webhooks. @returns the outcome of each, in their order; it never throws */
  store(events: readonly StoredEvent[]): Promise<readonly IntakeOutcome[]>
}

/** The interval between two attempts to write to a failing store, in milliseconds. */
const TRY_MS = 5000

const stored: IntakeOutcome = { stored: true }

/**
 * Stores webhooks as one batch. If the batch fails, it stores them one by one, so that a malformed event does not take
 * the others with it. An event that cannot be interpreted is stored as it is; if that fails too, only its name and id
 * are stored. If the store accepts nothing at all, CMR sends the events again; the admins are notified once, and once
 * more when events can be stored again. Neither message needs the store.
 * @param parts.notifyAdmins sends a direct message, in mrkdwn
 */
export function createIntake(parts: {
  readonly ingests: Pick<Ingests, 'ingest' | 'ingestUninterpreted'>
  readonly store: Pick<Store, 'probe'>
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly logger: Logger
}): Intake {
  const { store, notifyAdmins, logger } = parts
  const { ingest, ingestUninterpreted } = parts.ingests
  /** Why nothing can be stored. */
  let reason: string | undefined
  let isNotified = false

  /** The attempts for one event, most complete first. The last one holds nothing that a database could refuse. */
  const attempts: readonly Ingest[] = [
    ingest,
    ingestUninterpreted,
    (events) => ingestUninterpreted(events.map(withoutData)),
  ]

  async function storeAll(events: readonly StoredEvent[]): Promise<readonly IntakeOutcome[]> {
    try {
      await ingest(events)
      return events.map(() => stored)
    } catch (error) {
      try {
        await store.probe()
      } catch {
        return events.map(() => ({ stored: false, error }))
      }
      logger.warn(
        { err: error, events: events.length },
        'a batch of events failed; they are stored one by one',
      )
    }
    const outcomes: IntakeOutcome[] = []
    for (const event of events) {
      const failed = outcomes.at(-1)
      // After one failure the store is not tried again for every further event of a burst.
      outcomes.push(failed?.stored === false ? failed : await storeOne(event))
    }
    return outcomes
  }

  async function storeOne(event: StoredEvent): Promise<IntakeOutcome> {
    let last: unknown
    for (const attempt of attempts) {
      try {
        await attempt([event])
        return stored
      } catch (error) {
        last = error
      }
      // A full or unavailable store refuses everything: CMR sends the complete event again.
      try {
        await store.probe()
      } catch (error) {
        return { stored: false, error }
      }
      const { event_id, event: name } = event
      logger.error({ err: last, event_id, event: name }, 'an event is not understood; it is stored as it is')
    }
    return { stored: false, error: last }
  }

  function well() {
    reason = undefined
    if (isNotified)
      void notifyAdmins(':white_check_mark: Webhooks from CMR can be stored again. Everything continues.')
    isNotified = false
  }

  /** Probes with as much data as a burst of events has, because a single row still fits on an almost full disk. */
  async function tryAgain() {
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
      round: tryAgain,
      onError: 'admins could not be notified about the store',
      logger,
    }),
    async store(events) {
      const outcomes = await storeAll(events)
      const refused = outcomes.find((one) => !one.stored)
      if (refused) {
        if (!reason)
          logger.error({ err: refused.error }, 'webhooks cannot be stored; CMR is asked to try again')
        reason = sentenceOf(refused.error)
      } else if (reason) well()
      return outcomes
    },
    trouble: async () => reason && `webhooks cannot be stored: ${reason}`,
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
