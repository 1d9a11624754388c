import { z } from 'zod'
import { command } from '../../commands/command.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import type { Store } from '../../store/store.ts'
import { wholeSince } from '../store/passes.ts'
import { countEntries, directoryEntries, type EntryKind, entryKinds } from '../store/rows.ts'
import { searchDirectory, searchIds } from '../store/search.ts'
import { kindNames } from './labels.ts'
import { type Filling, foundMessage, noneOf, nothingFound } from './message.ts'

/** Two blocks each, and a message holds fifty. */
const SHOWN = 15
/** What the background job goes through; of orders CMR has no list. */
const listed = ['user', 'domain', 'subscription', 'mailbox'] as const

/** `/cmr find acme`: whatever goes by that, from the mirror alone. */
export const find = command({
  noun: 'find',
  verb: 'show',
  isOnlyVerb: true,
  summary: 'Find anything',
  example: 'acme',
  about:
    'Finds customers, domains, mailboxes, subscriptions and orders by a part of a name, an address or an id.',
  effect: 'read',
  own: true,
  customers: async (_, { userId }) => (userId ? [userId] : undefined),
  submit: 'Find',
  input: z
    .object({
      text: z.string().min(1).max(200).optional().meta({
        label: 'What',
        hint: 'Any part of a name, address or id of a customer, domain, mailbox, subscription or order',
        example: 'acme',
        needed: true,
      }),
      kind: z.enum(entryKinds).optional().meta({ label: 'Only', hidden: true }),
      userId: z.string().max(200).optional().meta({ label: 'Customer', hidden: true }),
    })
    .refine(({ text, kind, userId }) => text || (kind && userId), {
      path: ['text'],
      message: 'Type what to find.',
    }),
  positional: ['text'],
  async run(context, { text = '', kind, userId }) {
    const { store } = context
    const customers = await customersOfCaller(context)
    const filling = await fillingOf(store, customers === undefined)
    if (kind && userId) return { message: await ofUser(store, userId, kind, filling) }
    const found = await searchDirectory(store, {
      text,
      customers,
      limit: SHOWN,
      ...(kind && { kinds: [kind] }),
    })
    const called = { one: 'match', several: 'matches', of: `for “${text}”` }
    if (found.rows.length > 0) return { message: foundMessage(called, found, filling) }
    const byId = customers ? [] : await searchIds(store, text, SHOWN)
    const rows = byId.filter((row) => !kind || row.kind === kind)
    if (rows.length === 0) return { message: nothingFound(text, filling) }
    return { message: foundMessage(called, { rows, left: 0, orMore: rows.length === SHOWN }, filling) }
  },
})

/** What the mirror does not know whole yet; nothing where it knows all that CMR lists. */
async function fillingOf(store: Store, isCounted: boolean): Promise<Filling | undefined> {
  const whole = await wholeSince(store.db)
  const missing = listed.filter((kind) => !whole.has(kind))
  if (missing.length === 0) return undefined
  return { missing, known: isCounted ? await countEntries(store.db) : undefined }
}

/** A customer's things of one kind, where CMR lists them only by themselves, or not at all. */
async function ofUser(store: Store, userId: string, kind: EntryKind, filling: Filling | undefined) {
  const found = await searchDirectory(store, { text: '', kinds: [kind], userId, limit: SHOWN })
  const rows = found.rows.filter((row) => row.user_id === userId)
  const owner =
    rows[0]?.owner ?? (await directoryEntries(store, [{ kind: 'user', id: userId }]))[0]?.name ?? userId
  if (rows.length === 0) return noneOf(kind, owner, filling)
  const [one, several] = kindNames[kind]
  return foundMessage({ one, several, of: `of ${owner}` }, { ...found, rows }, filling)
}
