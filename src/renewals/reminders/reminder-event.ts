import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { RemindedItem } from '../../alerts/messages/reminded-items.ts'
import type { WalletData } from '../../alerts/messages/renewals.ts'
import type { ReminderEventName } from '../../alerts/own-events.ts'
import type { Severity } from '../../cmr/events/event.ts'
import type { PlaceEvent } from '../../events/ingest.ts'
import { insertEvents, type StoredEvent } from '../../events/store/events.ts'
import { insertOutbox, type Placement } from '../../events/store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'

/** The subject of everything about the wallet: it has one thread. */
export const WALLET = 'wallet'

/** What an event is about: one thing, several of a customer's or of several customers', or the wallet. */
export function subjectOf(name: ReminderEventName, items: readonly RemindedItem[]): string {
  const [first, ...others] = items
  if (!first || name === 'renewal.unpaid') return WALLET
  if (others.length === 0) return thingOf(first)
  const isOneCustomers = others.every(({ userId }) => userId === first.userId)
  return isOneCustomers ? `renewals:${first.userId ?? ''}` : `renewals:all:${name}`
}

/** `domain:acme.com`, `subscription:ID`: as CMR's own events about it have it for their subject. */
export function thingOf({ kind, id }: Pick<RemindedItem, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

/** Returns a reminder as an event of the bot's own, which goes the way of every event. */
export function reminderEventOf(
  name: ReminderEventName,
  severity: Severity,
  about: {
    readonly items: readonly RemindedItem[]
    readonly customer?: string | undefined
    readonly subject: string
    readonly at: Date
  },
): StoredEvent {
  const { items, customer, subject, at } = about
  const [first, ...others] = items
  const owners = new Set(items.map(({ userId }) => userId))
  const userId = owners.size === 1 ? first?.userId : undefined
  const isOne = first !== undefined && others.length === 0
  const data = {
    items,
    customer,
    ...(userId && { userId }),
    ...(isOne
      ? { domainName: first.domain, ...(first.kind === 'subscription' && { subscriptionId: first.id }) }
      : { domains: items.map((one) => ({ domainName: one.domain, userId: one.userId })) }),
  }
  return {
    ...blank(name, severity, at),
    data: JSON.stringify(data),
    subject,
    user_id: userId ?? null,
    domain: isOne ? first.domain : null,
  }
}

/** Returns an alert about the wallet. */
export function walletEventOf(
  name: 'wallet.low' | 'wallet.covered',
  severity: Severity,
  data: WalletData,
  at: Date,
): StoredEvent {
  return { ...blank(name, severity, at), data: JSON.stringify(data), subject: WALLET }
}

/** Whether it is told once is decided by the rows that are written with it: its id only has to be new. */
function blank(name: ReminderEventName, severity: Severity, at: Date): StoredEvent {
  return {
    event_id: `${name}:${randomUUID()}`,
    event: name,
    severity,
    data: '{}',
    received_at: at.toISOString(),
    source: 'bot',
    subject: null,
    user_id: null,
    domain: null,
    operation_id: null,
  }
}

/** Makes events within the transaction that stores them and puts them into the outbox. @returns those that it made */
export type Announce = (
  make: (transaction: Kysely<Schema>) => Promise<readonly StoredEvent[]>,
  how?: { readonly inFlood?: boolean | undefined },
) => Promise<readonly StoredEvent[]>

export function createAnnounce({ db }: Store, place: PlaceEvent): Announce {
  return (make, { inFlood = false } = {}) =>
    db.transaction().execute(async (transaction) => {
      const events = await make(transaction)
      if (events.length === 0) return events
      await insertEvents(transaction, events)
      const rows = events.flatMap((event) =>
        place(event, undefined).map((placement) => ({
          event,
          placement: inFlood ? placement : byItself(placement, event),
        })),
      )
      await insertOutbox(transaction, rows)
      return events
    })
}

/** A message of its own keeps its buttons, whatever else waits in the channel; a digest stays a digest. */
function byItself(placement: Placement, { event_id }: StoredEvent): Placement {
  return placement.batchKey || placement.holdUntil
    ? placement
    : { ...placement, batchKey: `reminder:${event_id}` }
}
