import { actions, button, cut, escapeText, type Message, moment, section } from '../../slack/blocks.ts'

/** An operation that somebody else's request would repeat. */
interface UnderWay {
  readonly id: string
  /** Slack user id. */
  readonly actor: string
  readonly created_at: string
  readonly state: 'intended' | 'accepted' | 'ended' | 'failed' | 'unknown'
  /** Names of what both are about. */
  readonly shared: readonly string[]
}

const NAMED = 5

/** Returns the refusal of an operation that is already under way: who started it, when, and its state. */
export function conflictMessage({ id, actor, created_at, state, shared }: UnderWay): Message {
  const more = shared.length - NAMED
  const names = shared.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  const text = [
    `:raised_hand: *Nothing was sent, because it would be done twice.*`,
    `<@${actor}> already asked for this ${moment(created_at)}: ${escapeText(cut(names, 1000))}. ${stands(state)}`,
  ].join('\n')
  const story = button({ text: 'Show history', actionId: 'operations.list', value: id })
  return { text, blocks: [section(text), actions(story)] }
}

function stands(state: UnderWay['state']): string {
  if (state === 'ended') return 'It is done. Run the command again if you want it a second time.'
  const open = state === 'unknown' ? 'It is not known yet whether it happened' : 'It is under way'
  return `${open}: its receipt shows how it ends. Once it is finished, or somebody records there that it did not happen, it can be sent again.`
}
