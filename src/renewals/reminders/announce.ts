import type { Kysely } from 'kysely'
import type { PlaceEvent } from '../../events/ingest.ts'
import { insertEvents, type StoredEvent } from '../../events/store/events.ts'
import { insertOutbox, type Placement } from '../../events/store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'

/** Makes events within the transaction that stores them and puts them into the outbox. @returns those that it made */
export type Announce = (
  make: (transaction: Kysely<Schema>) => Promise<readonly StoredEvent[]>,
  how?: { readonly inFlood?: boolean | undefined },
) => Promise<readonly StoredEvent[]>

export function createAnnounce({ db, dialect }: Store, place: PlaceEvent): Announce {
  return (make, { inFlood = false } = {}) =>
    db.transaction().execute(async (transaction) => {
      const events = await make(transaction)
      if (events.length === 0) return events
      await insertEvents(transaction, dialect, events)
      const rows = events.flatMap((event) =>
        place(event, undefined).map((placement) => ({
          event,
          placement: inFlood ? placement : byItself(placement, event),
        })),
      )
      await insertOutbox(transaction, dialect, rows)
      return events
    })
}

/** A message of its own keeps its buttons, whatever else waits in the channel; a digest stays a digest. */
function byItself(placement: Placement, { event_id }: StoredEvent): Placement {
  return placement.batchKey || placement.holdUntil
    ? placement
    : { ...placement, batchKey: `reminder:${event_id}` }
}
