import { z } from 'zod'
import { foundMessage, nothingFound } from '../../messages/find.ts'
import { wholeSince } from '../../store/mirror/passes.ts'
import { countMirror } from '../../store/mirror/rows.ts'
import { searchIds, searchMirror } from '../../store/mirror/search.ts'
import { command } from '../command.ts'

/** Two blocks each, and a message holds fifty. */
const SHOWN = 15
/** What the background job goes through; of orders CMR has no list. */
const listed = ['user', 'domain', 'subscription', 'mailbox'] as const

/** `/cmr find acme`: whatever goes by that, from the mirror alone. */
export const find = command({
  noun: 'find',
  verb: 'show',
  summary: 'Find anything',
  effect: 'read',
  own: true,
  submit: 'Find',
  input: z.object({
    text: z.string().min(1).max(200).meta({
      label: 'What',
      hint: 'Any part of a name, an address or an id of a user, domain, mailbox, subscription or order',
      example: 'acme',
    }),
  }),
  positional: ['text'],
  async run({ store }, { text }) {
    const found = await searchMirror(store, { text, limit: SHOWN })
    const whole = await wholeSince(store.db)
    const missing = listed.filter((kind) => !whole.has(kind))
    const known = missing.length > 0 ? await countMirror(store.db) : undefined
    const filling = known && { missing, known }
    if (found.rows.length > 0) return { message: foundMessage(text, found, filling) }
    const rows = await searchIds(store, text, SHOWN)
    if (rows.length === 0) return { message: nothingFound(text, filling) }
    return { message: foundMessage(text, { rows, left: 0, orMore: rows.length === SHOWN }, filling) }
  },
})
