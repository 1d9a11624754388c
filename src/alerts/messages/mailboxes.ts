import { platformName } from '../../cmr/platforms.ts'
import { because, type EventWriter, paid, walletTodo } from './event-text.ts'
import type { Reader } from './read.ts'

const address = (read: Reader) => `*${read.text('email', 'mailboxId') ?? 'A mailbox'}*`

/** Mailboxes and their orders. */
export const mailboxEvents: Record<string, EventWriter> = {
  'mailbox.order.success': (read) => {
    const quantity = read.text('quantity')
    return {
      headline: `${quantity ? `${quantity} mailbox${quantity === '1' ? '' : 'es'}` : 'Mailboxes'} ordered on *${read.domain}*${read.customer}`,
      follows: [paid(read.price('price')), 'Each is told as it becomes ready.'],
    }
  },
  'mailbox.order.failed': (read) => ({
    headline: `The mailboxes on *${read.domain}* could not be ordered${read.customer}`,
    follows: [because(read.text('reason')), 'The domain itself may have been charged.'],
    todo: walletTodo(read.text('reason'), 'order again', 'Look at the order before ordering again.'),
  }),
  'mailbox.created': (read) => ({ headline: `${address(read)} is ready`, follows: [] }),
  'mailbox.updated': (read) => {
    const fields = read.list('updatedFields')
    return { headline: `${address(read)} has changed`, follows: [fields && `New: ${fields}`] }
  },
  'mailbox.exported': (read) => {
    const app = read.text('app')
    return {
      headline: `${address(read)} is exported${app ? ` to ${platformName(app)}` : ''}`,
      follows: [],
    }
  },
  'mailbox.warmup.started': (read) => ({ headline: `Warm-up of ${address(read)} has started`, follows: [] }),
  'mailbox.warmup.removed': (read) => ({ headline: `Warm-up of ${address(read)} is removed`, follows: [] }),
}
