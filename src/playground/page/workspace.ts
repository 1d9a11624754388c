import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Change, Channel, ShownMessage, Snapshot } from '../types.ts'

const empty: Snapshot = {
  people: [],
  channels: [],
  messages: [],
  modals: {},
  homes: {},
  bot: { state: 'starting' },
  clock: { aheadMs: 0 },
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
    const queue = queueChanges((changes) => setWorkspace((before) => changes.reduce(apply, before)))
    stream.addEventListener('change', (event) => queue.add(JSON.parse(event.data)))
    stream.onerror = () => setConnected(false)
    return () => {
      stream.close()
      queue.stop()
    }
  }, [])
  return { workspace, connected }
}

/**
 * Draws changes together where they come faster than they can be drawn: a flood would otherwise be drawn message by
 * message, also those that have been pushed out of sight since. The page rests as long as the last drawing took.
 */
function queueChanges(draw: (changes: readonly Change[]) => void) {
  let waiting: Change[] = []
  let restUntil = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush() {
    const changes = waiting
    waiting = []
    timer = undefined
    const began = performance.now()
    flushSync(() => draw(changes))
    restUntil = 2 * performance.now() - began
  }

  return {
    add(change: Change) {
      waiting.push(change)
      timer ??= setTimeout(flush, Math.max(0, restUntil - performance.now()))
    },
    stop: () => clearTimeout(timer),
  }
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
    case 'clock':
      return { ...before, clock: change.clock }
  }
}

function upsert(messages: readonly ShownMessage[], message: ShownMessage): readonly ShownMessage[] {
  const at = messages.findIndex((one) => one.ts === message.ts && one.channel === message.channel)
  return at < 0 ? [...messages, message] : messages.with(at, message)
}

/** Returns the messages of a channel that a person may see, oldest first; thread replies only if also sent to the channel. */
export function visible(messages: readonly ShownMessage[], channel: Channel, person: string): ShownMessage[] {
  return messages
    .filter(
      (one) => one.channel === channel.id && (!one.threadTs || one.threadTs === one.ts || one.broadcast),
    )
    .filter((one) => !one.ephemeralFor || one.ephemeralFor === person)
    .sort((a, b) => Number(a.ts) - Number(b.ts))
}

/** Returns how many replies a person may see in each thread of a channel, by its first message. */
export function replyCounts(
  messages: readonly ShownMessage[],
  channel: Channel,
  person: string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { threadTs, ts, channel: where, ephemeralFor } of messages)
    if (threadTs && threadTs !== ts && where === channel.id && (!ephemeralFor || ephemeralFor === person))
      counts.set(threadTs, (counts.get(threadTs) ?? 0) + 1)
  return counts
}

/** Returns the day on which a message came, in words. */
export function dayOf(message: ShownMessage | undefined): string {
  if (!message) return ''
  const day = new Date(message.at ?? Number(message.ts) * 1000)
  return day.toLocaleDateString('en-US', { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })
}

/** Returns the replies to a message that a person may see. */
export function replies(
  messages: readonly ShownMessage[],
  parent: ShownMessage,
  person: string,
): ShownMessage[] {
  return messages
    .filter((one) => one.channel === parent.channel && one.threadTs === parent.ts && one.ts !== parent.ts)
    .filter((one) => !one.ephemeralFor || one.ephemeralFor === person)
}
