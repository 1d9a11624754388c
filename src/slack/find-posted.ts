import type { WebClient } from '@slack/web-api'
import { inside } from './joining-channel.ts'

/** The bot's clock may have been an hour off when it posted, or be so now; Slack's never is. */
const CLOCK_MS = 2 * 60 * 60_000

/**
 * Looks for a message that Slack may have taken without telling: `chat.postMessage` has no idempotency key, but
 * metadata can be read back. A public channel may be posted to from outside (`chat:write.public`), but is read by
 * its members only.
 * @param where.thread the thread it belongs to, if any
 * @param since it was not posted before
 * @param isMeant whether a payload of metadata is that of the message
 * @returns the message's ts
 */
export async function findPosted(
  slack: WebClient,
  where: { readonly channel: string; readonly thread?: string | null | undefined },
  since: Date,
  isMeant: (payload: Readonly<Record<string, unknown>>) => boolean,
): Promise<string | undefined> {
  return inside(slack, where.channel, () => search(slack, where, since, isMeant))
}

async function search(
  slack: WebClient,
  { channel, thread }: Parameters<typeof findPosted>[1],
  since: Date,
  isMeant: Parameters<typeof findPosted>[3],
): Promise<string | undefined> {
  const window = {
    channel,
    oldest: String((Math.min(since.getTime(), Date.now()) - CLOCK_MS) / 1000),
    include_all_metadata: true,
    limit: 200,
  }
  let cursor: string | undefined
  do {
    const asked = { ...window, ...(cursor && { cursor }) }
    const page = thread
      ? await slack.conversations.replies({ ...asked, ts: thread })
      : await slack.conversations.history(asked)
    for (const message of page.messages ?? []) {
      if (isMeant((message.metadata?.event_payload ?? {}) as Record<string, unknown>)) return message.ts
    }
    cursor = page.response_metadata?.next_cursor || undefined
  } while (cursor)
  return undefined
}
