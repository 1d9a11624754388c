import type { KnownBlock } from '@slack/types'
import { z } from 'zod'
import { userId } from '../../cmr/endpoints/fields.ts'
import { money } from '../../cmr/money.ts'
import { command } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { pageField, placeOf, turning } from '../../commands/paging.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { namesUpTo } from '../../directory/find/labels.ts'
import { named } from '../../directory/names/named.ts'
import { parkedButtons } from '../../operations/messages/receipt.ts'
import {
  actions,
  button,
  counted,
  cut,
  escapeText,
  type Message,
  moment,
  section,
  upperFirst,
} from '../../slack/blocks.ts'
import { type ListPlace, listMessage } from '../../slack/list.ts'
import { type KnownOrder, type KnownOrders, knownOrders } from './known.ts'

const SHOWN = 12
/** Domains of an order that a row names. */
const NAMED = 5

const input = z.object({
  userId: userId.optional().meta({ ...userId.meta(), hint: 'Only the orders for this customer' }),
  page: pageField,
})

/** Whose orders are wanted: the user's who was named, else those of all whom the person may see. */
async function wanted(context: CommandContext, given: Readonly<Record<string, unknown>>) {
  if (given.userId === undefined) return { filter: { customers: await customersOfCaller(context) } }
  const { ids, spoken } = await named(context, z.object({ userId }), given)
  return { filter: { customers: [String(ids.userId)] }, whose: String(spoken.userId) }
}

/** `/cmr orders list` */
export const list = command({
  noun: 'orders',
  verb: 'list',
  summary: 'List orders',
  about: 'Lists the orders that the bot knows, those that wait to be processed first.',
  effect: 'read',
  own: true,
  customers: 'narrowed',
  submit: 'Show',
  input,
  positional: ['userId'],
  async run(context, { page = 1, ...given }) {
    const { filter, whose } = await wanted(context, given)
    const place = (total: number) => placeOf(total, page, SHOWN)
    const found = await knownOrders(context, filter, {
      offset: (total) => place(total).from,
      limit: SHOWN,
    })
    const { from: _, ...shown } = place(found.total)
    return { message: orderList(found, { whose, place: shown, turn: turning(given) }) }
  },
  async rows(context, given, most) {
    const { filter } = await wanted(context, given)
    const { orders } = await knownOrders(context, filter, { offset: () => 0, limit: most })
    return orders.map(({ stateText: _, cents, at, actor, domains, what, ...order }) => ({
      orderId: order.orderId,
      state: order.state,
      what,
      domains,
      mailboxes: order.mailboxes,
      customer: order.customer,
      userId: order.userId,
      placedBy: actor,
      placedAt: at,
      atMost: cents === undefined ? undefined : (cents / 100).toFixed(2),
      amountIsEstimate: order.state === 'waiting' && cents !== undefined,
      endedAt: order.endedAt,
      operationId: order.operationId,
    }))
  },
})

/** Orders that the bot knows, those that wait on top. */
function orderList(
  { orders, total, waiting, cents }: KnownOrders,
  of: {
    readonly whose: string | undefined
    readonly place: ListPlace
    readonly turn: (page: number) => string
  },
): Message {
  const parts = [
    total === 0 ? 'no order is known' : counted(total, 'order'),
    waiting > 0 && `${waiting} waiting to be processed`,
    cents > 0 && `at most ${money(cents)} in all`,
  ]
  const told = parts.filter(Boolean).join(', ')
  const title = of.whose ? `${escapeText(of.whose)}: ${told}` : upperFirst(told)
  return listMessage({
    id: 'orders.list',
    title,
    place: of.place,
    turn: of.turn,
    rows: orders.flatMap(rowOf),
    notes: [
      'CMR documents no list of orders: these are those that the bot has sent, or got a webhook about.',
    ],
    buttons: [button({ text: 'Order domains', actionId: 'orders.create' })],
  })
}

function rowOf(order: KnownOrder, at: number): KnownBlock[] {
  const text = [orderLine(order), stateAndAmount(order), fromWhom(order)].join('\n')
  const { orderId, userId: owner, operationId } = order
  const value = [owner && `userId=${owner}`, orderId && `orderId=${orderId}`].filter(Boolean).join(' ')
  const show = operationId
    ? button({ text: 'Show history', actionId: `operations.list:${at}`, value: operationId })
    : button({ text: 'Details', actionId: `orders.get:${at}`, value })
  if (order.state !== 'waiting') return [section(cut(text, 2900), show)]
  return [section(cut(text, 2900)), actions(...parkedButtons(value, `:${at}`), show)]
}

/** Returns what was ordered: "*2 domains with 6 mailboxes*: acme.com, acme.io"; mrkdwn. */
export function orderLine({ what, domains, orderId }: KnownOrder): string {
  const names = namesUpTo(domains, NAMED)
  return `*${escapeText(what || `Order ${orderId}`)}*${names && names !== what ? `: ${escapeText(names)}` : ''}`
}

function stateAndAmount({ stateText, state, cents }: KnownOrder): string {
  if (cents === undefined) return stateText
  return state === 'waiting'
    ? `${stateText} · about ${money(cents)}, nothing is charged before`
    : `${stateText} · at most ${money(cents)}`
}

function fromWhom({ customer, userId: owner, actor, at }: KnownOrder): string {
  const whose = customer ?? owner
  return [
    whose && `for *${escapeText(cut(whose, 200))}*`,
    actor ? `by <@${actor}>` : 'not placed through the bot',
    moment(at),
  ]
    .filter(Boolean)
    .join(' · ')
}
