import type { WebClient } from '@slack/web-api'

/** Turns `#name` into the id that Slack's methods want. */
export interface Channels {
  /** @throws Error where no channel that the bot can see has that name */
  idOf(channel: string): Promise<string>
}

/** Ids are remembered: a channel that is renamed keeps its own. */
export function createChannels(slack: WebClient): Channels {
  const known = new Map<string, string>()
  return {
    async idOf(channel) {
      if (!channel.startsWith('#')) return channel
      const before = known.get(channel)
      if (before) return before
      let cursor: string | undefined
      do {
        const page = await slack.conversations.list({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: 200,
          ...(cursor && { cursor }),
        })
        for (const { id, name } of page.channels ?? []) if (id && name) known.set(`#${name}`, id)
        cursor = page.response_metadata?.next_cursor || undefined
      } while (cursor && !known.has(channel))
      const found = known.get(channel)
      if (!found) throw new Error(`channel_not_found: the bot sees no channel called ${channel}`)
      return found
    },
  }
}
