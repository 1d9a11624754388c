import { commandWith } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { AlertService } from '../alert-service.ts'

/** What the commands about alerts and events are handed. */
export interface AlertContext extends CommandContext {
  readonly alerts: AlertService
}

/** Declares a command about alerts or events. */
export const alertCommand = commandWith<Pick<AlertContext, 'alerts'>>()
