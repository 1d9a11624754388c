import type { Button, KnownBlock } from '@slack/types'
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
import type { EntryKind } from '../store/rows.ts'
import type { Findings, FoundEntry } from '../store/search.ts'
import { emailOf, kindNames } from './labels.ts'
import { openingOf } from './opening.ts'

/** What the mirror does not know whole yet, and how many of each kind it knows, for whoever may see all of them. */
export interface Filling {
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
export function foundMessage(
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

export function nothingFound(text: string, filling: Filling | undefined): Message {
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
export function noneOf(kind: EntryKind, owner: string, filling: Filling | undefined): Message {
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
      return [open, ...(isOver(row) ? [] : [warmup(row, does)])]
    case 'subscription':
      return [open, ...(isOver(row) ? [] : [does('Renew', 'subscriptions.renew', `subscriptionIds=${id}`)])]
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

const isOver = ({ status }: FoundEntry) => status === 'EXPIRED' || status === 'CANCELLED'

function warmup(row: FoundEntry, does: (text: string, actionId: string, value: string) => Button): Button {
  const none = row.warmup_status === 'NONE'
  return does(
    none ? 'Start warm-up' : 'Warm-up',
    none ? 'warmup.add' : 'warmup.status',
    `mailboxId=${row.id}`,
  )
}
