import { toCents } from '../cmr/money.ts'
import { quoted } from '../commands/grammar.ts'
import { actions, button, context, cut, escapeText, type Message, section } from './blocks.ts'
import { money } from './wallet.ts'

type Row = Readonly<Record<string, unknown>>

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
  data: { readonly inventory: readonly Row[] } & Row,
  asked: Row,
  verb: 'order' | 'sandbox-order',
): Message {
  const list = verb === 'order' ? 'prewarm.list' : 'prewarm.sandbox-list'
  const { inventory } = data
  const total = Number(data.totalDomains ?? inventory.length)
  const page = Number(data.currentPage ?? asked.page ?? 1)
  const where = verb === 'order' ? '' : ' in the sandbox'
  const looking = asked.contains ? ` with “${escapeText(asked.contains)}”` : ''
  const title = `${total || 'No'} pre-warmed domain${total === 1 ? '' : 's'}${looking}${where}`
  const turn = (to: number) =>
    [
      `page=${to}`,
      asked.contains && `contains=${quoted(String(asked.contains))}`,
      asked.serviceProvider && `serviceProvider=${asked.serviceProvider}`,
      asked.limit && `limit=${asked.limit}`,
    ]
      .filter(Boolean)
      .join(' ')
  const buttons = [
    page > 1 && button({ text: '‹ Previous', actionId: `${list}:previous`, value: turn(page - 1) }),
    Number(data.totalPages ?? 1) > page &&
      button({ text: 'Next ›', actionId: `${list}:next`, value: turn(page + 1) }),
  ].filter((one) => typeof one === 'object')
  const provider = asked.serviceProvider ? ` serviceProvider=${asked.serviceProvider}` : ''
  const lines = inventory.slice(0, 40).map((row, at) => {
    const boxes = Array.isArray(row.preWarmedUpMailboxes) ? (row.preWarmedUpMailboxes as Row[]) : []
    const names = boxes.map((one) => escapeText(String(one.email ?? '').split('@')[0])).join(', ')
    return section(
      cut(
        `*${escapeText(row.domain)}*  *${price(row.purchasePrice)}*, then ${price(row.renewalPrice)} a month\n${boxes.length} mailbox${boxes.length === 1 ? '' : 'es'}: ${names}`,
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
      context('Warmed up already: they can send from the first day.'),
      ...(buttons.length ? [actions(...buttons)] : []),
    ],
  }
}
