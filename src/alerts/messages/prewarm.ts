import { counted } from '../../slack/blocks.ts'
import {
  because,
  type EventAlert,
  ifUserKnown,
  searchInventory,
  showDns,
  showOrder,
  succeeded,
  userIfKnown,
  walletTodo,
} from './event-parts.ts'

export const prewarmAlerts: Record<string, EventAlert> = {
  'prewarmup.order.success': {
    text(read) {
      const success = succeeded(read, `yours${read.customer}`)
      const mailboxes =
        read.preWarmed > 0
          ? `${counted(read.preWarmed, 'mailbox', 'mailboxes')}, warmed up already. The logins are in CMR’s dashboard.`
          : undefined
      return {
        ...success,
        headline: `Pre-warmed ${success.headline}`,
        follows: [...success.follows, mailboxes],
      }
    },
    buttons: [ifUserKnown(showDns), userIfKnown],
  },
  'prewarmup.order.failed': {
    text: (read) => ({
      headline: `Pre-warmed *${read.failed}* could not be delivered${read.customer}`,
      follows: [
        read.notFailed,
        because(read.text('reason')),
        'Other domains of the same order may have succeeded.',
      ],
      todo: walletTodo(read.text('reason'), 'order again', 'Pick another domain from the inventory.'),
    }),
    buttons: [ifUserKnown(showOrder), searchInventory],
  },
}
