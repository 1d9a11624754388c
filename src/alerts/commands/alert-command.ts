import { z } from 'zod'
import { commandWith, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { SearchOptions } from '../../commands/field.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { OPTIONS_SOUGHT, optionMoment } from '../../commands/search.ts'
import { ownersOfAll } from '../../directory/names/named.ts'
import type { Ingest } from '../../events/ingest.ts'
import { eventNamed, eventsLike, type StoredEvent } from '../../events/store/events.ts'
import { option } from '../../slack/blocks.ts'
import type { ChannelAccess } from '../../slack/channel-access.ts'
import type { AlertLookup } from '../alert-lookup.ts'
import type { AlertState } from '../messages/event-parts.ts'
import type { RouteTable } from '../routing/route-table.ts'
import { rowsOfDelivery } from '../store/deliveries.ts'

/** What commands may use of alerts. */
export interface AlertService {
  readonly routes: RouteTable
  readonly channelAccess: ChannelAccess
  readonly ingest: Ingest
  /** There may be something to post, or a root to edit. */
  readonly wake: () => void
  /** Ends every wait that Slack or CMR has asked for: a person says that they are well. */
  readonly endWaits: () => void
  /** The channel that hears what no route takes: its id, or #name as long as nobody has looked it up. */
  readonly alertsChannel: string | undefined
  readonly lookUp: AlertLookup
  /** What the buttons of every alert depend on. */
  readonly state: AlertState
}

/** What the commands about alerts and events are handed. */
export interface AlertContext extends CommandContext {
  readonly alerts: AlertService
}

/** Declares a command about alerts or events. */
export const alertCommand = commandWith<Pick<AlertContext, 'alerts'>>()

/** Finds recent events by their kind, what they are about, or their id. */
const searchEvents: SearchOptions = async (context, typed) => {
  const { store, zone } = context
  const only = await customersOfCaller(context)
  const exact = typed ? await eventNamed(store.db, typed) : undefined
  const found = exact ? [exact] : await eventsLike(store.db, typed, OPTIONS_SOUGHT)
  const seen = only ? found.filter(({ user_id }) => user_id !== null && only.includes(user_id)) : found
  return seen.map(({ event_id, event, domain, subject, received_at }) =>
    option([event, domain ?? subject, optionMoment(received_at, zone)].filter(Boolean).join(' · '), event_id),
  )
}

/** An event by its id. */
export const eventId = z.string().max(100).meta({ label: 'Event', example: '3f0c2ab1', search: searchEvents })

/** Returns the stored event of an id. @throws InputError where none is stored by that id */
export async function storedEventNamed(
  { store }: Pick<AlertContext, 'store'>,
  named: string,
  field = 'eventId',
): Promise<StoredEvent> {
  const event = await eventNamed(store.db, named)
  if (!event) throw new InputError(field, `There is no event ${named}: /cmr events lists them.`)
  return event
}

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
