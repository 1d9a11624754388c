import { randomBytes } from 'node:crypto'
import { isObject } from '../cmr/json.ts'
import type {
  BotStatus,
  Change,
  Channel,
  ConversationPerson,
  Json,
  MovingClock,
  ShownMessage,
  Snapshot,
  View,
} from './types.ts'

/** The newest messages kept; a playground that ran all night still loads at once. */
const KEPT = 1000

/** The visible state of the workspace, and its listeners. */
export interface Conversation {
  snapshot(): Snapshot
  put(message: ShownMessage): void
  find(channel: string, ts: string): ShownMessage | undefined
  remove(channel: string, ts: string): void
  setModals(person: string, stack: readonly View[]): void
  setHome(person: string, view: View): void
  addChannel(channel: Channel): void
  channel(id: string): Channel | undefined
  person(id: string): ConversationPerson | undefined
  setPeople(people: readonly ConversationPerson[]): void
  setBot(bot: BotStatus): void
  setClock(clock: MovingClock): void
  /** @returns how to stop listening */
  listen(listener: (change: Change) => void): () => void
}

/** The state of the page, kept in memory and gone when the playground stops. */
export function createConversation(): Conversation {
  const messages = new Map<string, ShownMessage>()
  const channels = new Map<string, Channel>()
  const modals: Record<string, readonly View[]> = {}
  const homes: Record<string, View> = {}
  const listeners = new Set<(change: Change) => void>()
  let people: readonly ConversationPerson[] = []
  let bot: BotStatus = { state: 'starting' }
  let clock: MovingClock = { aheadMs: 0 }
  const announce = (change: Change) => {
    for (const listener of listeners) listener(change)
  }

  return {
    snapshot: () => ({
      people,
      channels: [...channels.values()],
      messages: [...messages.values()],
      modals,
      homes,
      bot,
      clock,
    }),
    put(message) {
      const at = message.at ?? new Date(Date.now() + clock.aheadMs).toISOString()
      const named = { ...message, at, blocks: withIds(message.blocks) }
      messages.set(`${message.channel} ${message.ts}`, named)
      const oldest = messages.size > KEPT ? messages.keys().next().value : undefined
      if (oldest) messages.delete(oldest)
      announce({ type: 'message', message: named })
    },
    find: (channel, ts) => messages.get(`${channel} ${ts}`),
    remove(channel, ts) {
      if (messages.delete(`${channel} ${ts}`)) announce({ type: 'removed', channel, ts })
    },
    setModals(person, stack) {
      modals[person] = stack
      announce({ type: 'modals', person, stack })
    },
    setHome(person, view) {
      homes[person] = view
      announce({ type: 'home', person, view })
    },
    addChannel(channel) {
      channels.set(channel.id, channel)
      announce({ type: 'channel', channel })
    },
    channel: (id) => channels.get(id),
    person: (id) => people.find((person) => person.id === id),
    setPeople(next) {
      people = next
      announce({ type: 'people', people })
    },
    setBot(next) {
      bot = next
      announce({ type: 'bot', bot })
    },
    setClock(next) {
      clock = next
      announce({ type: 'clock', clock })
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Slack names every block and element that its author left nameless; a click needs both names. */
export function withIds(blocks: readonly Json[]): Json[] {
  return blocks.map((block) => {
    const named: Json = { ...block, block_id: block.block_id ?? randomBytes(3).toString('base64url') }
    if (Array.isArray(block.elements) && block.type === 'actions')
      named.elements = block.elements.map(withActionId)
    if (isObject(block.accessory)) named.accessory = withActionId(block.accessory)
    if (isObject(block.element)) named.element = withActionId(block.element)
    return named
  })
}

let lastTs = 0

/** A Slack time stamp: seconds with six decimals, never the same twice. */
export function newTs(): string {
  lastTs = Math.max(Date.now() * 1000, lastTs + 1)
  return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`
}

function withActionId(element: Json): Json {
  return { ...element, action_id: element.action_id ?? randomBytes(3).toString('base64url') }
}
