import type { Page } from '../../cmr/answers/page.ts'
import type { PrewarmedDomain } from '../../cmr/answers/prewarm.ts'
import { money, toCents } from '../../cmr/money.ts'
import { quoted } from '../../commands/grammar.ts'
import {
  actions,
  button,
  context,
  counted,
  cut,
  escapeText,
  type Message,
  mostRows,
  pageButtons,
  section,
} from '../../slack/blocks.ts'

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
  { rows, page: shown, totalPages = 1, total = rows.length }: Page<PrewarmedDomain>,
  asked: Readonly<Record<string, unknown>>,
  verb: 'order' | 'sandbox-order',
): Message {
  const list = verb === 'order' ? 'prewarm.list' : 'prewarm.sandbox-list'
  const page = shown ?? Number(asked.page ?? 1)
  const where = verb === 'order' ? '' : ' in the sandbox'
  const looking = asked.contains ? ` with “${escapeText(asked.contains)}”` : ''
  const title = `${total ? counted(total, 'pre-warmed domain') : 'No pre-warmed domain'}${looking}${where}`
  const turn = (to: number) =>
    [
      `page=${to}`,
      asked.contains && `contains=${quoted(String(asked.contains))}`,
      asked.serviceProvider && `serviceProvider=${asked.serviceProvider}`,
      asked.limit && `limit=${asked.limit}`,
    ]
      .filter(Boolean)
      .join(' ')
  const buttons = pageButtons(list, { page, more: totalPages > page }, turn)
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
  return {
    text: title,
    blocks: [
      section(`*${title}*${page > 1 || buttons.length ? `, page ${page}` : ''}`),
      ...lines,
      ...(total ? [context('Warmed up already: they can send from the first day.')] : []),
      ...(buttons.length ? [actions(...buttons)] : []),
    ],
  }
}
