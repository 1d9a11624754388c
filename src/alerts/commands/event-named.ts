import { z } from 'zod'
import { InputError } from '../../commands/command.ts'
import { eventNamed, type StoredEvent } from '../../events/store/events.ts'
import type { AlertContext } from './alert-command.ts'
import { searchEvents } from './search.ts'

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
