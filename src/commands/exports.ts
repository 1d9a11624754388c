import { exports as endpoints } from '../cmr/endpoints/exports.ts'
import { endpointCommand } from './endpoints.ts'

/** `/cmr exports …` */
export const exportCommands = [
  endpointCommand(endpoints.platforms, { summary: 'Connected platforms' }),
  endpointCommand(endpoints.connect, { summary: 'Connect a platform' }),
  endpointCommand(endpoints.update, { summary: 'Update a platform login' }),
  endpointCommand(endpoints.disconnect, { summary: 'Disconnect a platform' }),
  endpointCommand(endpoints.workspaces, { summary: 'Workspaces of a platform' }),
  endpointCommand(endpoints.send, { summary: 'Export mailboxes' }),
]
