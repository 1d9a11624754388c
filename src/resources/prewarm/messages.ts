import type { PrewarmedDomain } from '../../cmr/answers/domains.ts'
import type { Page } from '../../cmr/answers/page.ts'
import { money, toCents } from '../../cmr/money.ts'
import { turning } from '../../commands/paging.ts'
import { button, counted, cut, escapeText, type Message, mostRows, section } from '../../slack/blocks.ts'
import { listMessage } from '../../slack/list.ts'
import { byName, countedIn, orderNote, placeOfPage, type RowOrder } from '../sorting.ts'

/** The inventory by name. */
export const inventoryOrder: RowOrder<PrewarmedDomain> = byName(({ domain }) => domain)

const price = (value: unknown) => {
  const cents = toCents(value)
  return cents === undefined ? 'no price' : money(cents)
}

/**
 * Pre-warmed domains on sale, each with its mailboxes, prices and the way to order it.
 * @param asked what was searched for
 * @param verb the command that orders
 */
export function inventoryList(
  list: Page<PrewarmedDomain>,
  asked: Readonly<Record<string, unknown>>,
  verb: 'order' | 'sandbox-order',
): Message {
  const { rows } = list
  const where = verb === 'order' ? '' : ' in the sandbox'
  const looking = asked.contains ? ` with “${escapeText(asked.contains)}”` : ''
  const { page: _, ...given } = asked
  const provider = asked.serviceProvider ? ` serviceProvider=${asked.serviceProvider}` : ''
  const lines = rows.slice(0, mostRows).map((row, at) => {
    const boxes = row.preWarmedUpMailboxes
    const names = boxes.map((one) => escapeText((one.email ?? '').split('@')[0])).join(', ')
    return section(
      cut(
        `*${escapeText(row.domain)}*  *${price(row.purchasePrice)}*, then ${price(row.renewalPrice)} a month\n${counted(boxes.length, 'mailbox', 'mailboxes')}: ${names}`,
        2900,
      ),
      button({
        text: 'Order',
        actionId: `prewarm.${verb}:${at}`,
        value: `domains=${row.domain}${provider}`,
        style: 'primary',
      }),
    )
  })
  return listMessage({
    id: verb === 'order' ? 'prewarm.list' : 'prewarm.sandbox-list',
    title: `${rows.length > 0 ? countedIn(list, 'pre-warmed domain') : 'No pre-warmed domain'}${looking}${where}`,
    place: placeOfPage(list, asked),
    turn: turning(given),
    rows: lines,
    notes: [
      rows.length > 0 && 'They are already warmed up, so they can send from the first day.',
      orderNote(list, 'by name'),
    ],
  })
}
