import type { WebClient } from '@slack/web-api'
import { NoSuchChannel, postFailure } from './errors.ts'

/** Turns what people call a place into the id that Slack's methods and the store want. */
export interface Channels {
  /** @throws NoSuchChannel where no channel that the bot can see has that name */
  idOf(place: string): Promise<string>
  /** The id as far as it is known without asking anybody, else the place as it is. */
  known(place: string): string
  /** The channel is no more: its name is looked up anew. */
  forget(channel: string): Promise<void>
}

/** Stores the ids of channel names, so that a renamed channel keeps its id. */
export interface ChannelNames {
  find(name: string): Promise<string | undefined>
  remember(name: string, channel: string): Promise<void>
  forget(channel: string): Promise<void>
}

/** Returns whether it is an id already, not `#name` or a person. */
export function isChannelId(place: string): boolean {
  return /^[CDG]/.test(place)
}

/**
 * Builds the look-up of channels and people.
 * @param names where they outlive a restart; without it they are looked up once a process
 * @param monotonic milliseconds of a clock that never steps
 */
export function createChannels(
  slack: WebClient,
  names?: ChannelNames,
  monotonic: () => number = () => performance.now(),
): Channels {
  const known = new Map<string, string>()
  const list = createChannelList(slack, monotonic)

  return {
    known: (place) => known.get(place) ?? place,
    async idOf(place) {
      if (isChannelId(place)) return place
      const before = known.get(place) ?? (await names?.find(place))
      const id =
        before ??
        (place.startsWith('#') ? await list.find(place.slice(1)) : await directMessage(slack, place))
      if (!id) throw new NoSuchChannel(place)
      if (!before) await names?.remember(place, id)
      known.set(place, id)
      return id
    },
    async forget(channel) {
      for (const [place, id] of known) if (id === channel) known.delete(place)
      await names?.forget(channel)
    },
  }
}

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
function createChannelList(slack: WebClient, monotonic: () => number): ChannelList {
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

/** The conversation between a person and the bot. @returns its id */
export async function directMessage(slack: WebClient, person: string): Promise<string> {
  const { channel } = await slack.conversations.open({ users: person })
  if (!channel?.id) throw new Error('Slack does not open a direct message.')
  return channel.id
}
