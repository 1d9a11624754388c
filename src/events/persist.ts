import type { Logger } from 'pino'
import type { Store } from '../store/store.ts'
import type { Ingest, Ingests } from './ingest.ts'
import type { StoredEvent } from './store/events.ts'
import { withoutData } from './stored-event.ts'

/** The outcome of one event: stored, or the error of the store that refused it. */
export type PersistOutcome = { readonly stored: true } | { readonly stored: false; readonly error: unknown }

/** Stores a batch of webhooks. @returns the outcome of each, in their order; it never throws */
export type Persist = (events: readonly StoredEvent[]) => Promise<readonly PersistOutcome[]>

const stored: PersistOutcome = { stored: true }

/**
 * Stores webhooks as one batch. If the batch fails, it stores them one by one, so that a malformed event does not take
 * the others with it. An event that cannot be interpreted is stored as it is; if that fails too, only its name and id
 * are stored. If the store accepts nothing at all, CMR sends the events again.
 */
export function createPersist(parts: {
  readonly ingests: Pick<Ingests, 'ingest' | 'ingestUninterpreted'>
  readonly store: Pick<Store, 'probe'>
  readonly logger: Logger
}): Persist {
  const { store, logger } = parts
  const { ingest, ingestUninterpreted } = parts.ingests

  /** The attempts for one event, most complete first. The last one holds nothing that a database could refuse. */
  const attempts: readonly Ingest[] = [
    ingest,
    ingestUninterpreted,
    (events) => ingestUninterpreted(events.map(withoutData)),
  ]

  /** @throws if the store accepts nothing */
  async function storeOne(event: StoredEvent): Promise<void> {
    let reason: unknown
    for (const attempt of attempts) {
      try {
        await attempt([event])
        return
      } catch (error) {
        reason = error
        // A full or unavailable store refuses everything. The probe then throws, and CMR sends the complete event again.
        await store.probe()
        const { event_id, event: name } = event
        logger.error(
          { err: error, event_id, event: name },
          'an event is not understood; it is stored as it is',
        )
      }
    }
    throw reason
  }

  return async (events) => {
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
    const outcomes: PersistOutcome[] = []
    for (const event of events) {
      const failed = outcomes.at(-1)
      // After one failure the store is not tried again for every further event of a burst.
      if (failed && !failed.stored) outcomes.push(failed)
      else
        outcomes.push(
          await storeOne(event).then(
            () => stored,
            (error: unknown) => ({ stored: false, error }),
          ),
        )
    }
    return outcomes
  }
}
