import type { WebClient } from '@slack/web-api'

/** The conversation between a person and the bot. @returns its id */
export async function directMessage(slack: WebClient, person: string): Promise<string> {
  const { channel } = await slack.conversations.open({ users: person })
  if (!channel?.id) throw new Error('Slack does not open a direct message.')
  return channel.id
}
