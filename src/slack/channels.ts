import type { WebClient } from '@slack/web-api'
import { createChannelList } from './channel-list.ts'
import { directMessage } from './direct-message.ts'
import { NoSuchChannel } from './no-such-channel.ts'

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
