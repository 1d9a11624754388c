import type { Logger } from 'pino'
import type { Store } from '../store/store.ts'
import type { Ingest, Ingests } from './ingest.ts'
import type { StoredEvent } from './store/events.ts'
import { withoutData } from './stored-event.ts'

/** What became of one event: nothing to say where it is stored, or why the store does not take it. */
export type Outcome = { readonly stored: true } | { readonly stored: false; readonly error: unknown }

/** Stores a batch of webhooks. @returns the outcome of each, in their order; it never throws */
export type Persist = (events: readonly StoredEvent[]) => Promise<readonly Outcome[]>

const stored: Outcome = { stored: true }

/**
 * Stores webhooks, come what may: together where that works, one by one where it does not, so that an odd one takes
 * no neighbor with it. One that cannot be interpreted is stored as it is; one that cannot be stored as it is, by its
 * name and id. Only a store that takes nothing at all loses them, and CMR sends them again.
 */
export function createPersist(parts: {
  readonly ingests: Ingests
  readonly store: Pick<Store, 'probe'>
  readonly logger: Logger
}): Persist {
  const { store, logger } = parts
  const { ingest, ingestUninterpreted } = parts.ingests

  /** From what says most to what says least; the last one holds nothing that a database could refuse. */
  const attempts: readonly Ingest[] = [
    ingest,
    ingestUninterpreted,
    (events) => ingestUninterpreted(events.map(withoutData)),
  ]

  /** @throws where the store takes nothing */
  async function storeOne(event: StoredEvent): Promise<void> {
    let reason: unknown
    for (const attempt of attempts) {
      try {
        await attempt([event])
        return
      } catch (error) {
        reason = error
        // A store that is full or away refuses whatever it is given: then the event must come again whole.
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
    const outcomes: Outcome[] = []
    for (const event of events) {
      const failed = outcomes.at(-1)
      // What the store did not take whole a moment ago, it is not asked again for every event of a burst.
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
