import { queuedRows, rowsOf } from '../../src/alerts/store/deliveries.ts'
import { createIngest } from '../../src/events/ingest.ts'
import type { StoredEvent } from '../../src/events/store/events.ts'
import type { Placement } from '../../src/events/store/outbox.ts'
import type { Store } from '../../src/store/store.ts'

export const at = new Date('2026-11-24T12:00:00Z')
export const later = (ms: number) => new Date(at.getTime() + ms)

/** A bad event about nothing in particular. */
export const event = (id: string, over: Partial<StoredEvent> = {}): StoredEvent => ({
  event_id: id,
  event: 'domain.renewal.failed',
  severity: 'bad',
  data: '{}',
  received_at: at.toISOString(),
  source: 'webhook',
  subject: null,
  user_id: null,
  domain: null,
  operation_id: null,
  ...over,
})

/** Takes events in, all for one channel unless told otherwise. */
export function take(store: Store, events: StoredEvent[], ...placements: Placement[]) {
  const place = () => (placements.length ? placements : [{ channel: 'C1' }])
  const match = async (_: unknown, found: readonly StoredEvent[]) => found.map(() => undefined)
  const parts = { store, match, place, follow: async () => undefined, onStored: () => undefined }
  return createIngest(parts).ingest(events)
}

/** The lease of a channel queue for a minute. */
export const lease = (by: string, now = at) => ({ by, now, until: new Date(now.getTime() + 60_000) })

/** The events that wait in a channel, the next one first. */
export async function idsIn(store: Store, channel = 'C1') {
  const { head } = await queuedRows(store.db, channel)
  return head.map((row) => row.event_id)
}

/** All that waits in a channel. */
export async function all(store: Store, channel = 'C1') {
  const { head } = await queuedRows(store.db, channel)
  return rowsOf(
    store.db,
    head.map(({ id }) => id),
  )
}
