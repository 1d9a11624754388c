import type { SearchOptions } from '../../commands/field.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { matchingOptions, OPTIONS_SOUGHT, optionMoment } from '../../commands/search.ts'
import { eventNamed, eventsLike } from '../../events/store/events.ts'
import { option } from '../../slack/blocks.ts'
import type { RouteFilter } from '../routing/route.ts'
import { routeRows } from '../store/routes.ts'

/** Finds routes by their id, their channel, and what they take. */
export const searchRoutes: SearchOptions = async ({ store }, typed) => {
  const rows = await routeRows(store.db)
  const options = rows.map(({ id, channel_name, filter }) => {
    const { events, severities } = JSON.parse(filter) as RouteFilter
    const what = [...events, ...severities].join(', ') || 'every event'
    return option(`${id} · #${channel_name} · ${what}`, id)
  })
  return matchingOptions(options, typed)
}

/** Finds recent events by their kind, what they are about, or their id. */
export const searchEvents: SearchOptions = async (context, typed) => {
  const { store, zone } = context
  const only = await customersOfCaller(context)
  const exact = typed ? await eventNamed(store.db, typed) : undefined
  const found = exact ? [exact] : await eventsLike(store.db, typed, OPTIONS_SOUGHT)
  const seen = only ? found.filter(({ user_id }) => user_id !== null && only.includes(user_id)) : found
  return seen.map(({ event_id, event, domain, subject, received_at }) =>
    option([event, domain ?? subject, optionMoment(received_at, zone)].filter(Boolean).join(' · '), event_id),
  )
}
