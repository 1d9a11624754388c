import type { KnownBlock } from '@slack/types'
import { scrubDeep } from '../process/seen-secrets.ts'
import type { Message } from './blocks.ts'

const named = (names: string) => names.split(' ')

/** Fields that Slack reads as identifiers: nobody reads them, and a changed one would mean something else. */
const identifiers = [
  ...named('type action_id block_id callback_id external_id view_id hash trigger_id'),
  ...named('channel channel_id user user_id ts thread_ts token event_type event_payload'),
  ...named('initial_conversation initial_conversations initial_channel initial_user initial_users'),
]
/** Fields that come back to the bot as they are: a password that somebody has typed must survive its form. */
const takenBack = named('private_metadata value initial_value')

const untouchedForEverybody = new Set(identifiers)
const untouchedForOneReader = new Set([...identifiers, ...takenBack])

/** Blocks that hold a login. They are marked as objects, so that nothing which copies a text can take the mark over. */
const confidential = new WeakSet<object>()

/** Marks a block that holds a login: the one person who asked for it sees it as it is, and nobody else sees it. */
export function confidentialBlock<Block extends KnownBlock>(block: Block): Block {
  confidential.add(block)
  return block
}

/** Returns whether a message holds a login, so that it may be shown to the person who asked for it only. */
export function isConfidential({ blocks }: Pick<Message, 'blocks'>): boolean {
  return blocks.some((block) => confidential.has(block))
}

/** Returns what is posted for everybody without the credentials that the bot has seen. */
export function scrubForEverybody<Content>(content: Content): Content {
  return scrubDeep(content, { untouched: untouchedForEverybody })
}

/**
 * Returns what one person alone sees (a form, an ephemeral message, an acknowledgement) without the credentials that
 * the bot has seen, except for a login that this person has asked for.
 */
export function scrubForOneReader<Content>(content: Content): Content {
  return scrubDeep(content, { untouched: untouchedForOneReader, keep: confidential })
}
