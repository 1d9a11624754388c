import { z } from 'zod'
import { orderId, userId } from '../../cmr/endpoints/fields.ts'
import { orders } from '../../cmr/endpoints/orders.ts'
import { type Command, command, InputError } from '../../commands/command.ts'
import { named } from '../../directory/names/named.ts'
import { forgetEntries } from '../../directory/store/forget.ts'
import { each } from '../../operations/expected-results.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { dropOrder, placedOrder } from '../../operations/store/operations.ts'
import { button, code, escapeText } from '../../slack/blocks.ts'
import { endpointCommand, ownerFollows } from '../endpoint-command.ts'
import { processReceipt } from '../receipts.ts'
import { type KnownOrder, knownOrder } from './known.ts'
import { list, orderLine } from './list.ts'
import { type OfOrder, orderCard } from './messages.ts'
import { addWithPictures, moreMailboxes, orderCommand } from './place.ts'
import { contentsOf, waitingOrderPrice } from './price.ts'
import { ordered, orderUpdates, reconcileOrder, statusBefore } from './traits.ts'

const input = ownerFollows(z.object({ orderId, userId })) as z.ZodObject<{
  orderId: z.ZodString
  userId: z.ZodOptional<z.ZodString>
}>

/** CMR documents no endpoint that cancels an order ("Orders"). */
const STAYS =
  'CMR documents no way to cancel an order, so it stays there, uncharged, until somebody processes it'

/** `/cmr orders drop`: takes an order that waits off the bot's lists. */
const drop = command({
  noun: 'orders',
  verb: 'drop',
  summary: 'Drop a waiting order',
  about: 'Takes an order that waits off the bot’s lists. It stays at CMR, uncharged.',
  effect: 'write',
  own: true,
  submit: 'Drop',
  input,
  positional: ['orderId'],
  async confirm(context, given) {
    const order = await knownOrder(context, given.orderId)
    if (order?.state !== 'waiting') return { text: notWaiting(given.orderId, order), refused: true }
    return {
      text: [
        '*Drop this order?*',
        orderLine(order),
        `For *${escapeText(order.customer ?? order.userId ?? 'an unknown customer')}*`,
        `It disappears from the bot’s lists, from Home and from reminders. ${STAYS}: ${takeUp(order)} does that.`,
      ].join('\n'),
    }
  },
  label: (given) => given.orderId,
  async run(context, given) {
    const { store, caller, clock } = context
    await named(context, input, given)
    const order = await knownOrder(context, given.orderId)
    if (order?.state !== 'waiting' || !order.orderId)
      throw new InputError('orderId', notWaiting(given.orderId, order))
    const dropped = await dropOrder(store.db, order.orderId, { by: caller.userId, at: clock() })
    if (!dropped && order.operationId)
      throw new InputError('orderId', notWaiting(given.orderId, await knownOrder(context, given.orderId)))
    // An order that the bot has not placed is only known from what CMR has told of it.
    if (!dropped) await forgetEntries(store, [{ kind: 'order', id: order.orderId }])
    return {
      message: receipt({
        text: `:wastebasket: Dropped: ${orderLine(order)}`,
        follows: [`It is off the bot’s lists. ${STAYS}: ${takeUp(order)} does that.`],
        notes: [`orderId ${code(order.orderId)}`],
        buttons: [button({ text: 'Process order', actionId: 'orders.process', value: argumentsOf(order) })],
      }),
    }
  },
})

function notWaiting(name: string, order: KnownOrder | undefined): string {
  if (!order) return `The bot knows no order ${code(name)} that waits to be processed.`
  const why = order.state === 'dropped' ? 'it was dropped already' : `it is ${order.state}`
  return `The order ${code(name)} does not wait to be processed: ${why}.`
}

const argumentsOf = ({ userId: owner, orderId: id }: KnownOrder) =>
  [owner && `userId=${owner}`, `orderId=${id}`].filter(Boolean).join(' ')

const takeUp = ({ userId: owner, orderId: id }: KnownOrder) =>
  code(`/cmr orders process ${id}${owner ? ` --userId ${owner}` : ''}`)

const process = endpointCommand(orders.process, {
  summary: 'Process an order',
  about: 'Processes an order that waits, and charges it to the wallet.',
  expects: (sent, placed) => (placed ? ordered(placed) : each('order', sent.body.orderId)),
  orderOf: ({ body }) => String(body.orderId),
  remember: statusBefore,
  reconcile: reconcileOrder,
  updates: orderUpdates,
  submit: 'Process',
  price: ({ context, ids }) => waitingOrderPrice(context, ids as OfOrder),
  async show(answer, { ids, context: { store } }) {
    const orderId = String(ids.orderId)
    return processReceipt(orderId, (await placedOrder(store.db, orderId))?.label, answer)
  },
})

/** `/cmr orders …` */
export const orderCommands: readonly Command<z.ZodObject>[] = [
  list,
  endpointCommand(orders.get, {
    summary: 'Show an order',
    about: 'Shows what an order contains and how far it is.',
    updates: orderUpdates,
    show: ({ data }, { ids }) => orderCard(ids as OfOrder, data, contentsOf(data)),
  }),
  endpointCommand(orders.status, {
    summary: 'Show an order’s status',
    about: 'Shows only how far an order is.',
    rare: true,
    updates: orderUpdates,
    show: ({ data }, { ids }) => orderCard(ids as OfOrder, data),
  }),
  orderCommand('create'),
  orderCommand('create-with-images'),
  moreMailboxes,
  addWithPictures,
  process,
  drop,
]
