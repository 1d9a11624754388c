import { z } from 'zod'
import { orderId, userId } from '../../cmr/endpoints/fields.ts'
import { command, InputError } from '../../commands/command.ts'
import { named } from '../../directory/names/named.ts'
import { forgetEntries } from '../../directory/store/forget.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { dropOrder } from '../../operations/store/operations.ts'
import { button, code, escapeText } from '../../slack/blocks.ts'
import { ownerFollows } from '../endpoint-command.ts'
import { type KnownOrder, knownOrder } from './known.ts'
import { orderLine } from './list.ts'

const input = ownerFollows(z.object({ orderId, userId })) as z.ZodObject<{
  orderId: z.ZodString
  userId: z.ZodOptional<z.ZodString>
}>

/** CMR documents no endpoint that cancels an order ("Orders"). */
const STAYS =
  'CMR documents no way to cancel an order, so it stays there, uncharged, until somebody processes it'

/** `/cmr orders drop`: takes an order that waits off the bot's lists. */
export const drop = command({
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
