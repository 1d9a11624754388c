/** A JSON object as Slack sends and takes them. */
export type Json = Record<string, unknown>

export interface ConversationPerson {
  readonly id: string
  readonly name: string
  readonly handle: string
  /** Their role by CMR_ADMINS and CMR_DEFAULT_ROLE. */
  readonly role: string
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly topic: string
  /** Set for a direct message with the bot: the person it is with. */
  readonly with?: string
}

/** A message as the page shows it. One is known by its channel and its `ts`. */
export interface ShownMessage {
  readonly channel: string
  readonly ts: string
  /** When it came by the playground's clock, which may be ahead; ISO. */
  readonly at?: string
  readonly author: 'bot' | 'slack' | { readonly person: string }
  readonly text: string
  readonly blocks: Json[]
  readonly threadTs?: string | undefined
  /** Set when only this person may see it. */
  readonly ephemeralFor?: string | undefined
  /** True if it is shown as edited. */
  readonly edited?: boolean
  /** A reply that is shown in its channel too. */
  readonly broadcast?: boolean
  /** Metadata for apps; people do not see it. */
  readonly metadata?: unknown
  readonly files?: readonly { readonly id: string; readonly name: string }[]
}

/** A modal or an App Home, as Slack returns it. */
export interface View extends Json {
  readonly id: string
  readonly type: 'modal' | 'home'
  readonly hash: string
  readonly blocks: Json[]
  readonly callback_id: string
  readonly title?: { readonly text: string } | null
  readonly submit?: { readonly text: string } | null
  readonly close?: { readonly text: string } | null
  readonly notify_on_close: boolean
  readonly clear_on_close: boolean
}

export interface BotStatus {
  readonly state: 'starting' | 'ready' | 'stopped'
  /** The last lines that it logged, while it is not ready. */
  readonly detail?: string
}

/** The clock of CMR and the bot. */
export interface MovingClock {
  /** How far it is ahead of the machine's, in milliseconds. */
  readonly aheadMs: number
  /** While it moves: where to, and how much of the way it has gone, 0 to 1. */
  readonly moving?: { readonly until: string; readonly share: number }
}

/** The whole state of the page, sent once when it connects. */
export interface Snapshot {
  readonly people: readonly ConversationPerson[]
  readonly channels: readonly Channel[]
  readonly messages: readonly ShownMessage[]
  /** Open modals of each person, the topmost last. */
  readonly modals: Readonly<Record<string, readonly View[]>>
  readonly homes: Readonly<Record<string, View>>
  readonly bot: BotStatus
  readonly clock: MovingClock
}

/** A change since the snapshot. */
export type Change =
  | { readonly type: 'message'; readonly message: ShownMessage }
  | { readonly type: 'removed'; readonly channel: string; readonly ts: string }
  | { readonly type: 'modals'; readonly person: string; readonly stack: readonly View[] }
  | { readonly type: 'home'; readonly person: string; readonly view: View }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'people'; readonly people: readonly ConversationPerson[] }
  | { readonly type: 'bot'; readonly bot: BotStatus }
  | { readonly type: 'clock'; readonly clock: MovingClock }

/** The place of an interaction: a message or a view, with the values of its inputs. */
export interface InteractionPlace {
  readonly person: string
  readonly message?: { readonly channel: string; readonly ts: string }
  readonly view?: string
  readonly values: Json
}

/** The result of an interaction, with Slack's own wording where Slack would show one. */
export interface InteractionOutcome {
  readonly ok: boolean
  /** The sentence Slack would show, for example `operation_timeout`. */
  readonly notice?: string
  /** How long the bot took to acknowledge. */
  readonly milliseconds?: number
  /** Field errors of a form, by block_id. */
  readonly errors?: Readonly<Record<string, string>>
}
