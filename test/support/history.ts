import type { Workspace } from '../../src/playground/workspace.ts'

/** A message as Slack keeps it. */
export interface KeptMessage {
  readonly ts: string
  readonly thread_ts?: string
  readonly text: string
  readonly reply_broadcast?: boolean
  readonly reply_count?: number
  readonly blocks?: unknown[]
  readonly metadata?: {
    readonly event_type: string
    readonly event_payload: {
      readonly delivery_id: string
      readonly event_ids: string
      /** Of a receipt. */
      readonly operation_id?: string
    }
  }
}

export async function historyOf({ call }: Workspace, channel: string): Promise<KeptMessage[]> {
  const kept: KeptMessage[] = []
  let cursor: unknown
  do {
    const page = await call('conversations.history', {
      channel,
      limit: 1000,
      include_all_metadata: true,
      cursor,
    })
    for (const message of page.messages as KeptMessage[]) {
      kept.push(message)
      if (!message.reply_count) continue
      const thread = await call('conversations.replies', {
        channel,
        ts: message.ts,
        include_all_metadata: true,
      })
      kept.push(...(thread.messages as KeptMessage[]).filter(({ ts }) => ts !== message.ts))
    }
    cursor = (page.response_metadata as { next_cursor?: string }).next_cursor
  } while (cursor)
  return kept.toSorted((a, b) => (a.ts < b.ts ? -1 : 1))
}
