import { randomUUID } from 'node:crypto'

/** Slack documents no size: kept below this ("Message metadata"). */
const MOST = 6000

/** The metadata of every alert, for the search after a crash and for other apps (docs/alerts.md). */
export function metadataOf(deliveryId: string, eventIds: readonly string[]) {
  return {
    event_type: 'cmr_alert',
    event_payload: { delivery_id: deliveryId, event_ids: eventIds.join(' ') },
  }
}

/** Returns how many bytes of metadata are left for the ids of events, each with its space. */
export function roomForIds(deliveryId: string): number {
  return MOST - bytes(metadataOf(deliveryId, [])) - 1
}

/** What an id takes of that room. */
export function sizeOfId(eventId: string): number {
  // Without its quotes, with its space.
  return bytes(eventId) - 2 + 1
}

function bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Returns a new id that holds the time it was made, so that the search for its message knows where to begin. */
export function newDeliveryId(now: Date): string {
  return `${now.getTime().toString(36)}-${randomUUID()}`
}

/** Returns when a delivery was begun. */
export function begunAt(deliveryId: string): Date {
  return new Date(Number.parseInt(deliveryId.split('-')[0] ?? '', 36) || 0)
}
