import { exports as endpoints } from '../../../cmr/endpoints/exports.ts'
import { platformList, workspaceList } from '../../../messages/exports.ts'
import { endpointCommand } from '../../endpoints.ts'
import { connect, disconnect, update } from './logins.ts'
import { loginsIn, workspacesIn } from './platforms.ts'
import { send } from './send.ts'

/** `/cmr exports …` */
export const exportCommands = [
  endpointCommand(endpoints.platforms, {
    summary: 'Connected platforms',
    show: ({ data }, { ids, input }) =>
      platformList({ userId: String(ids.userId), name: String(input.userId) }, loginsIn(data)),
  }),
  connect,
  update,
  disconnect,
  endpointCommand(endpoints.workspaces, {
    summary: 'Workspaces of a platform',
    show: ({ data }) => workspaceList(workspacesIn(data)),
  }),
  send,
]
