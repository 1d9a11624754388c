import { platformName } from '../../cmr/answers/exports.ts'
import type { Reader } from './alert-event.ts'
import {
  addFundsButton,
  because,
  type EventAlert,
  orderMailboxes,
  paid,
  paidAmount,
  showOrder,
  userIfKnown,
  walletTodo,
} from './event-parts.ts'

const address = (read: Reader) => `*${read.text('email', 'mailboxId') ?? 'A mailbox'}*`

/** Mailboxes and their orders. */
export const mailboxAlerts: Record<string, EventAlert> = {
  'mailbox.order.success': {
    text: (read) => {
      const quantity = read.text('quantity')
      return {
        headline: `${quantity ? `${quantity} mailbox${quantity === '1' ? '' : 'es'}` : 'Mailboxes'} ordered on *${read.domain}*${read.customer}`,
        follows: [paid(read.price('price')), 'Each one is announced when it is ready.'],
      }
    },
    amount: paidAmount,
    buttons: [userIfKnown],
  },
  'mailbox.order.failed': {
    text: (read) => ({
      headline: `The mailboxes on *${read.domain}* could not be ordered${read.customer}`,
      follows: [because(read.text('reason')), 'The domain itself may have been charged.'],
      todo: walletTodo(read.text('reason'), 'order again', 'Look at the order before ordering again.'),
    }),
    buttons: [orderMailboxes, addFundsButton, showOrder],
  },
  'mailbox.created': {
    text: (read) => ({ headline: `${address(read)} is ready`, follows: [] }),
    buttons: [userIfKnown],
  },
  'mailbox.updated': {
    text: (read) => {
      const fields = read.list('updatedFields')
      const status = fields?.split(', ').includes('status') && read.text('status')
      return {
        headline: status ? `${address(read)} is ${status} now` : `${address(read)} has changed`,
        follows: [fields && `New: ${fields}`],
      }
    },
    buttons: [userIfKnown],
  },
  'mailbox.exported': {
    text: (read) => {
      const app = read.text('app')
      return {
        headline: `${address(read)} is exported${app ? ` to ${platformName(app)}` : ''}`,
        follows: [],
      }
    },
    buttons: [userIfKnown],
  },
  'mailbox.warmup.started': {
    text: (read) => ({ headline: `Warm-up of ${address(read)} has started`, follows: [] }),
    buttons: [userIfKnown],
  },
  'mailbox.warmup.removed': {
    text: (read) => ({ headline: `Warm-up of ${address(read)} is removed`, follows: [] }),
    buttons: [userIfKnown],
  },
}
