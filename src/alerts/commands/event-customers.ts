import { userIdOf } from '../../cmr/answers/users.ts'
import { userNamed } from '../../directory/names/called.ts'
import { ownersOfAll } from '../../directory/names/named.ts'
import { directoryEntries, type EntryKey } from '../../directory/store/rows.ts'
import { eventNamed, type StoredEvent } from '../../events/store/events.ts'
import { rowsOfDelivery } from '../store/deliveries.ts'
import type { AlertContext } from './alert-command.ts'
import { isRoute } from './route-id.ts'

/** A name with a dot in it, and no address. */
export const isDomain = /^[^\s@.]+(?:\.[^\s@.]+)+$/

/** Returns whose events some are; none where nobody knows whose one of them is. */
export function ownersOf(events: readonly Pick<StoredEvent, 'user_id'>[]): string[] {
  return ownersOfAll(events.map(({ user_id }) => user_id))
}

/** Finds whose an event is, by its id, or those of one message (`message:ID`); nobody's where it is not stored. */
export async function customersOfEvent(
  { store }: Pick<AlertContext, 'store'>,
  { eventId }: { readonly eventId?: string | undefined },
): Promise<readonly string[] | undefined> {
  if (eventId === undefined) return undefined
  const [, deliveryId] = /^message:(.+)$/.exec(eventId) ?? []
  if (deliveryId) return ownersOf(await rowsOfDelivery(store.db, deliveryId))
  const event = await eventNamed(store.db, eventId)
  return event ? ownersOf([event]) : []
}

/**
 * Finds whose a thing is that somebody wants silence of: an event's, by its name as alerts have it, or a customer's own;
 * nobody's of a route, which tells of everybody.
 * @throws InputError where nobody goes by it
 */
export async function customersOfMuted(
  context: AlertContext,
  { what }: { readonly what?: string | undefined },
): Promise<readonly string[] | undefined> {
  const said = what?.trim()
  if (said === undefined) return undefined
  if (isRoute.test(said)) return []
  const [, kind, name = ''] = /^(event|user|domain|subscription|order):(\S+)$/.exec(said) ?? []
  if (kind === 'event') return customersOfEvent(context, { eventId: name })
  if (kind === 'user') return [name]
  const ownerOf = async (key: EntryKey) => {
    const [known] = await directoryEntries(context.store, [key])
    return known?.user_id ? [known.user_id] : []
  }
  if (kind === 'domain' || (!kind && isDomain.test(said)))
    return ownerOf({ kind: 'domain', id: (name || said).toLowerCase() })
  if (kind) return ownerOf({ kind: kind as EntryKey['kind'], id: name })
  return [userIdOf(await userNamed(context, said, 'what'))]
}
