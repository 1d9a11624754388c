import type { Consequence } from '../../commands/permissions.ts'
import type { AlertContext } from './alert-command.ts'

/** Whoever did not make a route changes what others hear. */
export function silencing({ alerts, caller }: AlertContext, named: string): Consequence | undefined {
  const route = alerts.routes.route(named)
  return route && route.createdBy !== caller.userId ? 'silences others' : undefined
}
