import { orders } from '../../cmr/endpoints/orders.ts'
import { escapeText } from '../../slack/blocks.ts'

/** What all commands that order have in common. */
export const ordering = (verb: keyof typeof offered) =>
  ({
    noun: 'orders',
    verb,
    effect: orders[verb].effect,
    submit: 'Order',
    whenUnknown,
    ...offered[verb],
  }) as const

const domains = {
  summary: 'Order domains',
  about:
    'Registers domains for a customer, with mailboxes on them. You see the price before anything is ordered.',
}
const mailboxes = {
  summary: 'Order mailboxes',
  about: 'Adds mailboxes to a domain that a customer has. You see the price before anything is ordered.',
}
/** CMR takes pictures as files at endpoints of their own. The bot chooses them, so people are offered one command. */
const offered = {
  create: domains,
  'create-with-images': { ...domains, variantOf: 'create' },
  mailboxes,
  'add-mailboxes': { ...mailboxes, variantOf: 'mailboxes' },
} as const

const whenUnknown = ({ userId }: { userId: string }) =>
  `Check the wallet (\`/cmr wallet\`) and the domains (\`/cmr domains list ${escapeText(userId)}\`) before you order again.`
