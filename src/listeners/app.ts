import { App } from '@slack/bolt'
import { LogLevel } from '@slack/web-api'
import { type BotIdentity, clientOptions } from '../slack/client.ts'
import type { SlackConnection } from '../slack/connection.ts'
import type { AppContext } from './app-context.ts'
import { type Listening, listen } from './listeners.ts'

/** Builds Bolt's app on a connection to Slack, with a listener for everything that Slack sends. */
export function listenToSlack(
  config: { readonly SLACK_BOT_TOKEN: string; readonly SLACK_API_URL?: string | undefined },
  { receiver }: Pick<SlackConnection, 'receiver'>,
  app: AppContext,
  identity: () => BotIdentity,
): Listening {
  const bolt = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(config),
    // Neither is needed: the bot keeps nothing by conversation, and knows its own messages by what they say of themselves.
    convoStore: false,
    ignoreSelf: false,
    // One workspace, one token: Slack need not be asked who we are with every request.
    authorize: async () => ({ botToken: config.SLACK_BOT_TOKEN, ...identity() }),
  })
  bolt.error(async (error) => app.logger.error({ err: error }, 'Bolt could not handle a request'))
  return listen(bolt, app)
}
