import { z } from 'zod'
import { subscriptions } from '../../cmr/endpoints/subscriptions.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { subscriptionCalled, subscriptionOn } from '../../directory/subscriptions.ts'
import {
  autoRenewQuestion,
  cancelReceipt,
  recreationReceipt,
  renewalReceipt,
} from '../../operations/messages/receipts.ts'
import { actions, button, mostRows } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { subscriptionRenewalPrice } from '../renewal-price.ts'
import {
  autoRenewReceipt,
  cancelText,
  recreateText,
  subscriptionAutoRenew,
  subscriptionList,
} from './messages.ts'

const query = subscriptions.list.query.shape

const list = endpointCommand(subscriptions.list, {
  summary: 'List subscriptions',
  example: '--status PAST_DUE',
  input: z.object({
    domain: query.domain,
    status: z
      .enum(['ACTIVE', 'RENEWING', 'PAST_DUE', 'EXPIRED', 'CANCELLED'])
      .optional()
      .meta({ label: 'Status' }),
    componentSubscriptionId: query.componentSubscriptionId,
    page: query.page,
    limit: query.limit,
  }),
  positional: ['domain', 'status'],
  // No more than one message shows: the rest would be lost between two pages.
  request: ({ limit = 20, ...rest }) => ({ query: { ...rest, limit: Math.min(limit, mostRows) } }),
  show: ({ data }, { ids }) => subscriptionList(data.subscriptions, data.pagination ?? {}, ids),
})

async function subscriptionOf(
  context: CommandContext,
  { subscriptionId, domain }: { subscriptionId?: string | undefined; domain?: string | undefined },
) {
  const found = await (subscriptionId
    ? subscriptionCalled(context, subscriptionId)
    : subscriptionOn(context, String(domain)))
  if (!found) throw new InputError('subscriptionId', 'CMR has no such subscription.')
  return found
}

const cancel = endpointCommand(subscriptions.cancel, {
  summary: 'Cancel a subscription',
  submit: 'Cancel it for good',
  input: z.object(subscriptions.cancel.body.shape).superRefine((given, refinement) => {
    if (Boolean(given.subscriptionId) !== Boolean(given.domain)) return
    const message = given.domain ? 'Name the subscription or its domain, not both.' : 'Name a subscription.'
    refinement.addIssue({ code: 'custom', path: ['subscriptionId'], message })
  }),
  positional: ['subscriptionId'],
  before: ({ context, ids }) => subscriptionOf(context, ids),
  async asks({ context, before }) {
    const instead = button({
      text: 'Only stop the next renewal',
      actionId: 'subscriptions.auto-renew',
      value: `subscriptionId=${before.subscriptionId} autoRenew=no`,
    })
    return {
      text: cancelText(before, context.clock()),
      typed: before.domain ?? before.subscriptionId,
      ...(before.autoRenew !== false && { blocks: [actions(instead)] }),
    }
  },
  show: (answer, { before }) =>
    cancelReceipt(before.domain ?? before.subscriptionId, before.totalMailboxQuantity, answer),
})

const recreate = endpointCommand(subscriptions.recreate, {
  summary: 'Recreate subscriptions',
  submit: 'Recreate',
  input: z.object(subscriptions.recreate.body.shape).superRefine((given, refinement) => {
    if (Boolean(given.domainNames) !== Boolean(given.subscriptionIds)) return
    const message = given.domainNames
      ? 'Name domains or subscriptions, not both.'
      : 'Name domains or subscriptions.'
    refinement.addIssue({ code: 'custom', path: ['domainNames'], message })
  }),
  positional: ['domainNames'],
  asks: async ({ input }) => {
    const names = input.domainNames ?? input.subscriptionIds ?? []
    return {
      text: recreateText(names),
      typed: names.length === 1 ? names[0] : `${names.length} subscriptions`,
    }
  },
  show: (answer, { input }) => recreationReceipt(input.domainNames ?? input.subscriptionIds ?? [], answer),
})

/** `/cmr subscriptions …` */
export const subscriptionCommands = [
  list,
  endpointCommand(subscriptions.renew, {
    summary: 'Renew subscriptions',
    example: '"acme.com acme.io"',
    submit: 'Renew',
    price: ({ context, ids }) => subscriptionRenewalPrice(context, ids.subscriptionIds as string[]),
    show: (answer, { input }) =>
      renewalReceipt(input.subscriptionIds as string[], 'subscriptions', 'for a month', answer),
  }),
  endpointCommand(subscriptions['auto-renew'], {
    summary: 'Subscription auto-renew',
    example: 'acme.com off',
    submit: 'Save',
    question: ({ input }) =>
      autoRenewQuestion([String(input.subscriptionId)], input.autoRenew === true, subscriptionAutoRenew),
    show: (_, { ids, input }) =>
      autoRenewReceipt(String(input.subscriptionId), String(ids.subscriptionId), ids.autoRenew === true),
  }),
  cancel,
  recreate,
]
