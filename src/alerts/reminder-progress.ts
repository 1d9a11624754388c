import { SAME_TERM_MS } from '../cmr/events/index.ts'
import { type DirectoryEntry, directoryEntries, keyOf } from '../directory/store/rows.ts'
import type { StoredEvent } from '../events/store/events.ts'
import { nameOf } from '../operations/expected-results.ts'
import { resultsUnderWay } from '../operations/store/open-work.ts'
import { spokenItem } from '../resources/renewal-items.ts'
import type { Store } from '../store/store.ts'
import type { ItemProgress } from './messages/alert-event.ts'
import type { RemindedItem, ReminderData } from './messages/reminded-items.ts'
import { isReminder } from './own-events.ts'

const over: ReadonlySet<string | null> = new Set(['EXPIRED', 'CANCELLED', 'TRANSFERRED', 'INACTIVE'])

type PostedReminder = Pick<StoredEvent, 'event_id' | 'event' | 'source' | 'data'>

/**
 * Finds what has become of the things that reminders told of, as last seen at CMR and by what was asked of it.
 * @returns by the ids of the events, those of a single thing left out: they end as a whole
 */
export async function reminderProgress(
  store: Pick<Store, 'db'>,
  rows: readonly PostedReminder[],
  now: Date,
): Promise<ReadonlyMap<string, ReadonlyMap<string, ItemProgress>>> {
  const reminders = rows.filter(isReminder).flatMap(({ event_id, event, data }) => {
    const { items = [] } = JSON.parse(data) as Partial<ReminderData>
    return items.length > 1 && event !== 'renewal.safe' ? [{ id: event_id, event, items }] : []
  })
  if (reminders.length === 0) return new Map()
  const keys = reminders.flatMap(({ items }) =>
    items.flatMap(({ kind, id, domain }) => [
      { kind, id },
      { kind: 'domain' as const, id: domain },
    ]),
  )
  const distinct = [...new Map(keys.map((key) => [keyOf(key), key])).values()]
  const held = new Map((await directoryEntries(store, distinct)).map((row) => [keyOf(row), row]))
  const underWay = await resultsUnderWay(store.db, ['renewal', 'subscription'], now)
  return new Map(
    reminders.map(({ id, event, items }) => [
      id,
      new Map(
        items.flatMap((item) => {
          const isAsked = underWay.has(
            `${item.kind === 'domain' ? 'renewal' : 'subscription'} ${nameOf(item.id)}`,
          )
          const progress = progressOf(event, item, held, isAsked)
          return progress ? [[spokenItem(item), progress] as const] : []
        }),
      ),
    ]),
  )
}

function progressOf(
  event: string,
  item: RemindedItem,
  held: ReadonlyMap<string, DirectoryEntry>,
  isAsked: boolean,
): ItemProgress | undefined {
  const row = held.get(keyOf(item))
  if (!row) return { what: 'no longer at CMR' }
  // A countdown tells the last day, not the day on which it was due.
  const due = Date.parse(item.period ?? item.at)
  if (row.ends_at && Date.parse(row.ends_at) - due > SAME_TERM_MS)
    return { what: 'renewed', until: row.ends_at }
  if (over.has(row.status)) return { what: 'over' }
  if (isAsked || row.status === 'RENEWING') return { what: 'being renewed' }
  if (event === 'renewal.ending' && row.auto_renew === 1) return { what: 'renews by itself now' }
  const domainEndsAt = held.get(keyOf({ kind: 'domain', id: item.domain }))?.ends_at
  const isFreed =
    event === 'renewal.blocked' &&
    item.domainEndsAt &&
    domainEndsAt &&
    Date.parse(domainEndsAt) - Date.parse(item.domainEndsAt) > SAME_TERM_MS
  return isFreed ? { what: 'its domain is renewed' } : undefined
}
