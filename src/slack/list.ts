import type { Button, KnownBlock, Overflow } from '@slack/types'
import { actions, button, context, cut, type Message, plain, section } from './blocks.ts'

/** Says of a row why it has no menu: a command could not name what it shows. */
export const namelessNote =
  ':warning: CMR does not say which one this is, so nothing can be done with it from here.'

/** Where a page of a list stands among the others. */
export interface ListPlace {
  /** Counted from 1. */
  readonly page: number
  /** How many there are, where that is known. */
  readonly pages?: number | undefined
  readonly more: boolean
}

/** A list as a message shows it. */
interface ListView {
  /** The `noun.verb` that shows it. */
  readonly id: string
  /** What it holds and how many of it; mrkdwn that is escaped already. */
  readonly title: string
  readonly place?: ListPlace | undefined
  /** Returns the arguments that show another page. */
  readonly turn?: ((page: number) => string) | undefined
  readonly rows: readonly KnownBlock[]
  /** Small print below the rows. */
  readonly notes?: readonly (string | false | undefined)[]
  /** Behind those that turn the pages. */
  readonly buttons?: readonly (Button | false | undefined)[]
}

/** Returns "page 1 of 3", or "page 1, more follow" where nobody counts them; nothing where one page holds all. */
function placeText({ page, pages, more }: ListPlace): string {
  if (page === 1 && !more) return ''
  if (pages !== undefined) return `page ${page} of ${pages}`
  return more ? `page ${page}, more follow` : `page ${page}, the last`
}

/** Returns a list as a message: what it holds and which page this is, the rows, notes, and the buttons that turn it. */
export function listMessage({ id, title, place, turn, rows, notes = [], buttons = [] }: ListView): Message {
  const where = place ? placeText(place) : ''
  const small = notes.filter((note) => typeof note === 'string')
  const turning = place && turn ? pageButtons(id, place, turn) : []
  const all = [...turning, ...buttons.filter((one) => typeof one === 'object')]
  return {
    text: cut([title, where].filter(Boolean).join(', '), 3000),
    blocks: [
      section(`*${title}*${where && ` · ${where}`}`),
      ...rows,
      ...(small.length > 0 ? [context(...small)] : []),
      ...(all.length > 0 ? [actions(...all)] : []),
    ],
  }
}

function pageButtons(id: string, { page, more }: ListPlace, turn: (page: number) => string): Button[] {
  const back = button({ text: 'Previous page', actionId: `${id}:previous`, value: turn(page - 1) })
  const on = button({ text: 'Next page', actionId: `${id}:next`, value: turn(page + 1) })
  return [...(page > 1 ? [back] : []), ...(more ? [on] : [])]
}

/** Two to five entries, and the characters of a value ("Block Kit reference: overflow menu"). */
const menuLimits = { entries: 5, value: 150 }

/**
 * Returns the overflow menu of one row of a list: a button for each action would make a list twice as long on a
 * phone. An entry has no action_id of its own, so its value begins with the `noun.verb` it stands for.
 * @param actionId of the menu: different for each in a message
 * @param entries label → the command and its arguments; those too long for a menu are left out
 */
export function menu(actionId: string, entries: Readonly<Record<string, string>>): Overflow | undefined {
  const options = Object.entries(entries)
    .filter(([, value]) => value.length <= menuLimits.value)
    .slice(0, menuLimits.entries)
    .map(([label, value]) => ({ text: plain(label), value }))
  return options.length > 1 ? { type: 'overflow', action_id: actionId, options } : undefined
}
