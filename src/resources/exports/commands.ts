import { z } from 'zod'
import { exports as endpoints } from '../../cmr/endpoints/exports.ts'
import { credentialId } from '../../cmr/endpoints/fields.ts'
import type { Command } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { customerCalled } from '../../directory/names/customer-names.ts'
import { named } from '../../directory/names/named.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { choices, connect, disconnect, update, user } from './logins.ts'
import { platformList, workspaceList } from './messages.ts'
import { loginCalled, loginsOf, workspacesOf } from './platforms.ts'
import { send } from './send.ts'

const platforms: Command = {
  ...endpointCommand(endpoints.platforms, {
    summary: 'List platforms',
    about: 'Lists the sending platforms that a customer is connected to.',
    show: async ({ data }, { ids, input, context }) =>
      platformList(
        {
          userId: String(ids.userId),
          name: await customerCalled(context, String(ids.userId), String(input.userId)),
        },
        data,
      ),
  }),
  async rows(context, input) {
    const { ids } = await named(context, endpoints.platforms.query, input)
    const logins = await loginsOf(context, String(ids.userId))
    return logins.map((login) => ({ ...login }))
  },
}

const ofLogin = z.object({
  userId: user.optional(),
  credentialId: credentialId.meta({ label: 'Login', offered: true }),
})

async function loginIdOf(context: CommandContext, { userId, credentialId: id }: z.output<typeof ofLogin>) {
  return userId ? loginCalled(await loginsOf(context, userId), id).credentialId : id
}

const workspaces: Command = {
  ...endpointCommand(endpoints.workspaces, {
    summary: 'List workspaces',
    about: 'Lists the workspaces of a connected platform.',
    rare: true,
    input: ofLogin,
    positional: ['credentialId', 'userId'],
    prefill: choices,
    follow: choices,
    before: ({ context, ids }) => loginIdOf(context, ids),
    request: (_, { before }) => ({ query: { credentialId: before } }),
    show: ({ data }) => workspaceList(data.rows),
  }),
  async rows(context, input) {
    const { ids } = await named(context, ofLogin, input)
    return workspacesOf(context, await loginIdOf(context, ids as z.output<typeof ofLogin>))
  },
}

/** `/cmr exports …` */
export const exportCommands = [platforms, connect, update, disconnect, workspaces, send]
