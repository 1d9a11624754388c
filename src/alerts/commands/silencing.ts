import type { Consequence } from '../../commands/permissions.ts'
import type { AlertContext } from './alert-command.ts'

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
