import { useEffect, useState } from 'react'
import type { Change, Channel, Message, Snapshot } from '../types.ts'

const empty: Snapshot = {
  people: [],
  channels: [],
  messages: [],
  modals: {},
  homes: {},
  bot: { state: 'starting' },
}

/** The workspace as the bridge streams it. `connected` is false until it is there, and when it went away. */
export function useWorkspace(): { workspace: Snapshot; connected: boolean } {
  const [workspace, setWorkspace] = useState(empty)
  const [connected, setConnected] = useState(false)
  useEffect(() => {
    const stream = new EventSource('/bridge/stream')
    stream.addEventListener('snapshot', (event) => {
      setWorkspace(JSON.parse(event.data))
      setConnected(true)
    })
    stream.addEventListener('change', (event) =>
      setWorkspace((before) => apply(before, JSON.parse(event.data))),
    )
    stream.onerror = () => setConnected(false)
    return () => stream.close()
  }, [])
  return { workspace, connected }
}

function apply(before: Snapshot, change: Change): Snapshot {
  switch (change.type) {
    case 'message':
      return { ...before, messages: upsert(before.messages, change.message) }
    case 'removed':
      return {
        ...before,
        messages: before.messages.filter((one) => one.channel !== change.channel || one.ts !== change.ts),
      }
    case 'modals':
      return { ...before, modals: { ...before.modals, [change.person]: change.stack } }
    case 'home':
      return { ...before, homes: { ...before.homes, [change.person]: change.view } }
    case 'channel':
      return {
        ...before,
        channels: [...before.channels.filter(({ id }) => id !== change.channel.id), change.channel],
      }
    case 'people':
      return { ...before, people: change.people }
    case 'bot':
      return { ...before, bot: change.bot }
  }
}

function upsert(messages: readonly Message[], message: Message): readonly Message[] {
  const at = messages.findIndex((one) => one.ts === message.ts && one.channel === message.channel)
  return at < 0 ? [...messages, message] : messages.with(at, message)
}

/** Returns the messages of a channel that a person may see, oldest first; thread replies only if also sent to the channel. */
export function visible(messages: readonly Message[], channel: Channel, person: string): Message[] {
  return messages
    .filter(
      (one) => one.channel === channel.id && (!one.threadTs || one.threadTs === one.ts || one.broadcast),
    )
    .filter((one) => !one.ephemeralFor || one.ephemeralFor === person)
    .sort((a, b) => Number(a.ts) - Number(b.ts))
}

/** Returns the replies to a message that a person may see. */
export function replies(messages: readonly Message[], parent: Message, person: string): Message[] {
  return messages
    .filter((one) => one.channel === parent.channel && one.threadTs === parent.ts && one.ts !== parent.ts)
    .filter((one) => !one.ephemeralFor || one.ephemeralFor === person)
}
