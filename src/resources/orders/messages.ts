import type { KnownBlock } from '@slack/types'
import { namesUpTo } from '../../directory/find/labels.ts'
import { parkedButtons } from '../../operations/messages/receipt.ts'
import { addYears } from '../../process/dates.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  cut,
  date,
  escapeText,
  listed,
  type Message,
  section,
} from '../../slack/blocks.ts'
import { answerMessage } from '../answers.ts'
import type { OrderInput } from './input.ts'

/** What a button's action_id ends with whose value is the id of a draft to go on from. */
export const draftSuffix = 'draft'

/** Sections of addresses that one view shows; the rest is counted. */
const SECTIONS = 4
const SECTION_LENGTH = 2900
/** Domains, or addresses, that a receipt spells out. */
const NAMED = 30

type UsernamesByDomain = Readonly<Record<string, readonly { readonly username: string }[]>>

/** Returns how many mailboxes an order has. */
export function mailboxCount(byDomain: UsernamesByDomain): number {
  return Object.values(byDomain).reduce((sum, list) => sum + list.length, 0)
}

function addressesIn(byDomain: UsernamesByDomain): string[] {
  return Object.entries(byDomain).flatMap(([domain, list]) =>
    list.map(({ username }) => `${username}@${domain}`),
  )
}

/** Every address by its domain; of very many the first ones, and how many more. */
export function addressBlocks(byDomain: UsernamesByDomain): KnownBlock[] {
  const domains = Object.entries(byDomain)
  const count = mailboxCount(byDomain)
  if (count === 0) return []
  const head = `*${counted(count, 'mailbox', 'mailboxes')}* on ${counted(domains.length, 'domain')}`
  const pages: string[] = [head]
  let left = domains.length
  for (const [domain, list] of domains) {
    const names = list.map(({ username }) => username)
    const shown = names.length > 60 ? [...names.slice(0, 50), `${names.length - 50} more`] : names
    const line = cut(`*${escapeText(domain)}*  ${escapeText(shown.join(' · '))}`, SECTION_LENGTH)
    const page = pages.at(-1) ?? ''
    if (page.length + line.length < SECTION_LENGTH) pages[pages.length - 1] = `${page}\n${line}`
    else if (pages.length < SECTIONS) pages.push(line)
    else break
    left--
  }
  return [
    ...pages.map((page) => section(page)),
    ...(left ? [context(`… and the same on ${counted(left, 'more domain')}.`)] : []),
  ]
}

/** What people should know of an order before it is sent; mrkdwn, a sentence each. */
export interface OrderNotes {
  readonly rewritten: readonly string[]
  readonly pictured: number
  readonly unmatched: readonly string[]
}

/** Small print about addresses and pictures. */
export function noteLines({ rewritten, pictured, unmatched }: OrderNotes): string[] {
  const some = rewritten.slice(0, 12).map(escapeText)
  const more = rewritten.length > 12 ? [`and ${rewritten.length - 12} more`] : []
  return [
    ...(rewritten.length ? [`Written in plain letters: ${[...some, ...more].join(' · ')}`] : []),
    ...(pictured ? [`${counted(pictured, 'mailbox gets', 'mailboxes get')} a picture.`] : []),
    ...(unmatched.length
      ? [`:warning: Pictures that match no mailbox, not sent: ${unmatched.map(escapeText).join(', ')}`]
      : []),
  ]
}

/** Which order. */
export type OfOrder = { readonly userId: string; readonly orderId: string }

/**
 * An order as CMR tells of it, with what can be done next.
 * @param data the answer of `orders.get` or `orders.status`
 * @param held what is ordered, as far as CMR tells it
 */
export function orderCard(
  of: OfOrder,
  { request: _, order: __, ...data }: Readonly<Record<string, unknown>>,
  held: { readonly domains?: unknown; readonly mailboxes?: UsernamesByDomain | undefined } = {},
): Message {
  const waits = /unconfirmed/i.test(String(data.status))
  const value = `userId=${of.userId} orderId=${of.orderId}`
  const { mailboxes = {}, ...rest } = held
  const title = `Order ${of.orderId}: ${data.status ?? 'no status'}`
  const { text, blocks } = answerMessage(title, { ...data, ...rest })
  const note = ':pause_button: *Waits to be processed*: nothing is charged until then.'
  const buttons = [
    ...(waits ? parkedButtons(value) : []),
    button({ text: 'Status', actionId: 'orders.status', value }),
    button({ text: 'Details', actionId: 'orders.get', value }),
  ]
  return {
    text,
    blocks: [...blocks, ...addressBlocks(mailboxes), ...(waits ? [section(note)] : []), actions(...buttons)],
  }
}

/** An order that CMR has taken. */
export interface OrderTaken {
  /** How people call the customer. */
  readonly customer: string
  readonly domains: readonly string[]
  readonly byDomain: UsernamesByDomain
  readonly orderId: string
  readonly confirmed: boolean
  /** What becomes of the domains after their years; mrkdwn. */
  readonly ending?: string | undefined
  /** Names that CMR could not order after all. */
  readonly unavailable: readonly string[]
  /** The draft of an order of others in their place. */
  readonly replacementDraft?: string | undefined
}

/** What a receipt says of an order at first: what, for whom, and what could not be had. How it goes on is told below. */
export function orderReceipt(order: OrderTaken): Message {
  const what = [
    ...(order.domains.length ? [counted(order.domains.length, 'domain')] : []),
    ...(mailboxCount(order.byDomain) ? [counted(mailboxCount(order.byDomain), 'mailbox', 'mailboxes')] : []),
  ].join(' with ')
  const head =
    what === ''
      ? `:no_entry: *Nothing is ordered* for ${escapeText(order.customer)}: none of the domains is available any more`
      : order.confirmed
        ? `:white_check_mark: *${what} ordered* for ${escapeText(order.customer)}`
        : `:pause_button: *${what} saved* for ${escapeText(order.customer)}, not charged yet`
  const called = order.domains.length > 0 ? order.domains : addressesIn(order.byDomain)
  const names = namesUpTo(called.map(escapeText), NAMED)
  const { unavailable, replacementDraft } = order
  const missing = unavailable.length
    ? [
        section(
          `:warning: *No longer available, and left out:* ${listed(unavailable.map(escapeText), 2000)}`,
          replacementDraft === undefined
            ? undefined
            : button({
                text: 'Order replacements',
                actionId: `orders.create:${draftSuffix}`,
                value: replacementDraft,
              }),
        ),
      ]
    : []
  return {
    text: cut(head, 3000),
    blocks: [
      section([head, cut(names, 2000), order.ending].filter(Boolean).join('\n')),
      ...missing,
      context(`orderId ${code(order.orderId)}`),
    ],
  }
}

/** Returns what becomes of the domains of an order after their years, before anybody is surprised by it; mrkdwn. */
export function domainEnding(
  { domainAutoRenew, domains, years = 1 }: Pick<OrderInput, 'domainAutoRenew' | 'domains' | 'years'>,
  now: Date,
): string {
  const end = date(addYears(now, years))
  const one = domains.length === 1
  if (domainAutoRenew)
    return `:repeat: ${one ? 'The domain *renews by itself* from' : 'The domains *renew by themselves* from'} ${end} on, as long as the wallet covers it. The bot turns auto-renew on as soon as ${one ? 'it' : 'each'} is registered.`
  return `:warning: ${one ? 'The domain does *not* renew by itself: it ends' : 'The domains do *not* renew by themselves: each ends'} on *${end}* unless somebody renews it, and its mailboxes stop with it. The bot reminds you before; \`/cmr domains auto-renew\` turns it on.`
}
