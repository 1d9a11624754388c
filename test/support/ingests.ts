import { createIngest, type Ingests } from '../../src/events/ingest.ts'
import type { Store } from '../../src/store/store.ts'

/** An instance of the bot as far as events need it: what it tells goes to one channel. */
export function instanceOn(store: Store): Ingests {
  return createIngest({
    store,
    match: async (_, events) => events.map(() => undefined),
    place: () => [{ channel: 'C1' }],
    follow: async () => undefined,
    onStored: () => undefined,
  })
}
