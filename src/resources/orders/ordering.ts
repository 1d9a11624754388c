import { orders } from '../../cmr/endpoints/orders.ts'
import { escapeText } from '../../slack/blocks.ts'

/** What all commands that order have in common. */
export const ordering = (
  verb: 'create' | 'create-with-images' | 'mailboxes' | 'add-mailboxes',
  summary: string,
) => ({ noun: 'orders', verb, summary, effect: orders[verb].effect, submit: 'Order', whenUnknown }) as const

const whenUnknown = ({ userId }: { userId: string }) =>
  `Look for it in the wallet (\`/cmr wallet\`) and among the domains (\`/cmr domains list ${escapeText(userId)}\`) before you order again.`
