import type { Button, KnownBlock } from '@slack/types'
import { z } from 'zod'
import { command } from '../../commands/command.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  cut,
  date,
  escapeText,
  type Message,
  section,
} from '../../slack/blocks.ts'
import type { Store } from '../../store/store.ts'
import { kindsNotWhole } from '../store/passes.ts'
import { countEntries, directoryEntries, type EntryKind, ended, entryKinds } from '../store/rows.ts'
import { type Findings, type FoundEntry, searchDirectory, searchIds } from '../store/search.ts'
import { emailOf, kindNames, openingOf } from './labels.ts'

/** Two blocks each, and a message holds fifty. */
const SHOWN = 15

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
  const missing = await kindsNotWhole(store.db)
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

/** What the mirror does not know whole yet, and how many of each kind it knows, for whoever may see all of them. */
interface Filling {
  readonly missing: readonly EntryKind[]
  readonly known?: ReadonlyMap<EntryKind, number> | undefined
}

/** What the things that were found are called together: "matches for “acme”", "orders of Acme". */
export interface Called {
  readonly one: string
  readonly several: string
  /** Behind the word; plain text. */
  readonly of: string
}

/** What was found, the best first, each with what can be done with it. */
function foundMessage(
  { one, several, of }: Called,
  { rows, left, orMore }: Findings,
  filling: Filling | undefined,
): Message {
  const count = rows.length + left
  const title = `${orMore ? 'More than ' : ''}${count} ${count === 1 ? one : several} ${escapeText(of)}`
  const [first] = rows
  const notes = [
    ...(left > 0 ? [`The best ${rows.length} are shown. Add a word, or more of the name.`] : []),
    ...(filling ? [fillingNote(filling)] : []),
  ]
  return {
    text: cut(first && count === 1 ? `${escapeText(first.name)} (${kindNames[first.kind][0]})` : title, 3000),
    blocks: [
      section(`*${cut(title, 2900)}*`),
      ...rows.flatMap((row, at) => entry(row, at)),
      ...(notes.length ? [context(...notes)] : []),
    ],
  }
}

function nothingFound(text: string, filling: Filling | undefined): Message {
  const sentence = cut(
    `Nothing matches “${escapeText(text)}”. Try another part of the name, or fewer words.`,
    2900,
  )
  const help = actions(button({ text: 'Help', actionId: 'help.show' }))
  return {
    text: sentence,
    blocks: [section(sentence), ...(filling ? [context(fillingNote(filling))] : []), help],
  }
}

/** A customer without a thing of that kind, as far as is known to the bot. */
function noneOf(kind: EntryKind, owner: string, filling: Filling | undefined): Message {
  const known =
    kind === 'order'
      ? ' CMR has no list of orders. The bot knows only those that it sent or got a webhook about.'
      : ''
  const sentence = `No ${kindNames[kind][0]} of ${escapeText(cut(owner, 200))} is known to the bot.${known}`
  return { text: sentence, blocks: [section(sentence), ...(filling ? [context(fillingNote(filling))] : [])] }
}

function fillingNote({ missing, known }: Filling): string {
  const names = missing.map((kind) => counted(known?.get(kind) ?? 0, ...kindNames[kind]))
  const soFar = known ? `; so far ${names.join(', ')}` : ''
  return `:hourglass_flowing_sand: The bot has not read everything from CMR yet${soFar}. Try again in a few minutes if something is missing.`
}

function entry(row: FoundEntry, at: number): KnownBlock[] {
  const name = `*${escapeText(cut(row.name, 200))}*  ${kindNames[row.kind][0]}`
  return [section(`${name}\n${details(row)}`), actions(...buttonsOf(row, at))]
}

function details(row: FoundEntry): string {
  const until = row.ends_at && `${row.auto_renew === 0 ? 'ends' : 'until'} ${date(row.ends_at)}`
  const status = escapeText(row.status ?? '')
  const parts: Record<EntryKind, (string | null | undefined | false)[]> = {
    user: [escapeText(emailOf(row) ?? ''), code(row.id)],
    domain: [owner(row), status, until],
    mailbox: [owner(row), status],
    subscription: [
      owner(row),
      status,
      row.quantity !== null && counted(row.quantity, 'mailbox', 'mailboxes'),
      until,
    ],
    order: [owner(row), status, code(row.id)],
  }
  return parts[row.kind].filter(Boolean).join(' · ') || code(row.id)
}

function owner(row: FoundEntry): string {
  return row.owner ? escapeText(cut(row.owner, 200)) : ''
}

/** The value of each is what would be typed behind the command. */
function buttonsOf(row: FoundEntry, at: number): Button[] {
  const { id } = row
  const { command, values } = openingOf(row)
  const of = row.user_id ? ` userId=${row.user_id}` : ''
  const does = (text: string, actionId: string, value: string) =>
    button({ text, actionId: `${actionId}:${at}`, value })
  const open = does('Open', command, spokenIds(values))
  switch (row.kind) {
    case 'user':
      return [open, does('Domains', 'domains.list', id), does('Order domains', 'orders.create', id)]
    case 'domain':
      return [
        open,
        does('DNS', 'dns.list', `domain=${id}${of}`),
        ...(row.status === 'EXPIRED' ? [] : [does('Renew', 'domains.renew', `domains=${id}${of}`)]),
      ]
    case 'mailbox':
      return [open, ...(ended(row.status) ? [] : [warmup(row, does)])]
    case 'subscription':
      return [
        open,
        ...(ended(row.status) ? [] : [does('Renew', 'subscriptions.renew', `subscriptionIds=${id}`)]),
      ]
    case 'order':
      return [open, does('Status', 'orders.status', `orderId=${id}${of}`)]
  }
}

/** Ids and domains need no quotes. */
function spokenIds(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, id]) => `${name}=${id}`)
    .join(' ')
}

function warmup(row: FoundEntry, does: (text: string, actionId: string, value: string) => Button): Button {
  const none = row.warmup_status === 'NONE'
  return does(
    none ? 'Start warm-up' : 'Warm-up',
    none ? 'warmup.add' : 'warmup.status',
    `mailboxId=${row.id}`,
  )
}
