import type { WebClient } from '@slack/web-api'
import { postFailure } from './errors.ts'

/** The most that Slack returns at once ("conversations.list"). */
const PAGE = 1000
/** A walk that nobody has gone on with for so long begins anew: its cursor and its names may be out of date. */
const OLD_MS = 10 * 60_000

/** The channels that the bot can see, by name. */
export interface ChannelList {
  /**
   * Looks a channel up by its name, without `#`. Everybody who looks shares one walk through the pages, which keeps
   * its place: after a 429 the next look-up goes on where Slack stopped it.
   * @returns its id; nothing where the walk has seen every channel
   * @throws what Slack answered, see `postFailure`
   */
  find(name: string): Promise<string | undefined>
}

interface Walk {
  /** By name, of every page seen so far. */
  readonly ids: Map<string, string>
  cursor: string | undefined
  page: Promise<void> | undefined
  isOver: boolean
  readAt: number
}

/** @param monotonic milliseconds of a clock that never steps */
export function createChannelList(slack: WebClient, monotonic: () => number): ChannelList {
  let current: Walk | undefined

  function newWalk(): Walk {
    return { ids: new Map(), cursor: undefined, page: undefined, isOver: false, readAt: monotonic() }
  }

  async function read(walk: Walk): Promise<void> {
    const { cursor } = walk
    const page = await slack.conversations.list({
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: PAGE,
      ...(cursor && { cursor }),
    })
    for (const { name, id } of page.channels ?? []) if (name && id) walk.ids.set(name, id)
    walk.cursor = page.response_metadata?.next_cursor || undefined
    walk.isOver = walk.cursor === undefined
    walk.readAt = monotonic()
  }

  /** One page at a time, whoever asks. */
  function nextPage(walk: Walk): Promise<void> {
    walk.page ??= read(walk).finally(() => {
      walk.page = undefined
    })
    return walk.page
  }

  return {
    async find(name) {
      const isOld = current && monotonic() - current.readAt > OLD_MS
      const seen = isOld ? undefined : current?.ids.get(name)
      if (seen) return seen
      if (!current || isOld || current.isOver) current = newWalk()
      const walk = current
      while (!walk.isOver) {
        try {
          await nextPage(walk)
        } catch (error) {
          // A cursor that Slack no longer knows: the next look-up begins at the first page.
          if (postFailure(error).error === 'invalid_cursor' && current === walk) current = undefined
          throw error
        }
        const id = walk.ids.get(name)
        if (id) return id
      }
      return undefined
    },
  }
}
