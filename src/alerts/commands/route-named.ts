import { z } from 'zod'
import { InputError } from '../../commands/command.ts'
import type { SearchOptions } from '../../commands/field.ts'
import type { Consequence } from '../../commands/permissions.ts'
import { askAboutReaders } from '../../commands/readers-question.ts'
import { matchingOptions } from '../../commands/search.ts'
import { option } from '../../slack/blocks.ts'
import type { Route, RouteFilter } from '../routing/route.ts'
import { routeRows } from '../store/routes.ts'
import type { AlertContext } from './alert-command.ts'

/** `r3`, `R3` or `3`. */
export const isRoute = /^r?\d+$/i

/** As routes are kept. */
export function routeId(said: string): string {
  return `r${said.replace(/^r/i, '')}`
}

/** Finds routes by their id, their channel, and what they take. */
const searchRoutes: SearchOptions = async ({ store }, typed) => {
  const rows = await routeRows(store.db)
  const options = rows.map(({ id, channel_name, filter }) => {
    const { events, severities } = JSON.parse(filter) as RouteFilter
    const what = [...events, ...severities].join(', ') || 'every event'
    return option(`${id} · #${channel_name} · ${what}`, id)
  })
  return matchingOptions(options, typed)
}

/** A route by its id. */
export const routeField = z
  .string()
  .regex(isRoute, 'Give a route’s id, such as r3. /cmr alerts lists them.')
  .transform(routeId)
  .meta({ label: 'Route', example: 'r3', search: searchRoutes })

/** Returns a route as it is now. @throws InputError where there is none, or no longer */
export function routeNamed({ alerts }: Pick<AlertContext, 'alerts'>, named: string, field = 'id'): Route {
  const route = alerts.routes.route(named)
  if (!route) throw new InputError(field, `There is no route ${named}: /cmr alerts lists them.`)
  return route
}

/** Whoever did not make a route changes what others hear. */
export function silencing({ alerts, caller }: AlertContext, named: string): Consequence | undefined {
  const route = alerts.routes.route(named)
  return route && route.createdBy !== caller.userId ? 'silences others' : undefined
}

/** Says whether what a route takes no longer comes to the alerts channel, where everybody gets it. */
export function movingAway(
  { alerts: { alertsChannel }, caller }: AlertContext,
  given: { readonly channel?: string | undefined; readonly alsoInAlerts?: boolean | undefined },
): Consequence | undefined {
  if (!alertsChannel || given.alsoInAlerts !== false) return undefined
  return (given.channel ?? caller.channelId) === alertsChannel ? undefined : 'silences others'
}

/** Asks before a route posts where outsiders would read what CMR says of customers. */
export function askWhoReads(
  { alerts }: AlertContext,
  where: string | undefined,
  { outsiders }: { readonly outsiders?: boolean | undefined },
) {
  const what = 'every alert there: names of customers, domains and mailboxes, and what they cost'
  return askAboutReaders(alerts.channelAccess, { channel: where, isAsked: outsiders, what })
}
