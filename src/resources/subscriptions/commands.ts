import { z } from 'zod'
import type { Page } from '../../cmr/answers/page.ts'
import type { Subscription } from '../../cmr/answers/subscriptions.ts'
import { userId } from '../../cmr/endpoints/fields.ts'
import { subscriptions } from '../../cmr/endpoints/subscriptions.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { type CurrentSubscriptions, type Exchange, pageIn } from '../../directory/answers.ts'
import { customerNames } from '../../directory/names/customers.ts'
import { subscriptionCalled, subscriptionOn } from '../../directory/names/lookups.ts'
import { endingOf, text, updatesOfRow } from '../../directory/updates.ts'
import { each, eachIn } from '../../operations/expected-results.ts'
import { actions, button, mostRows } from '../../slack/blocks.ts'
import { allRows } from '../csv-lists.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { autoRenewQuestion, cancelReceipt, recreationReceipt, renewalReceipt } from '../receipts.ts'
import { RENEWAL_DEADLINE_MINUTES } from '../renewal-items.ts'
import { knownRenewals, subscriptionRenewalPrice } from '../renewal-price.ts'
import { limitOf } from '../sorting.ts'
import {
  autoRenewReceipt,
  cancelText,
  recreateText,
  subscriptionAutoRenew,
  subscriptionList,
  subscriptionOrder,
} from './messages.ts'
import {
  identityBefore,
  periodBefore,
  reconcileCancellation,
  reconcileRecreation,
  reconcileSubscriptionAutoRenew,
  reconcileSubscriptionRenewal,
} from './reconcile.ts'

const query = subscriptions.list.query.shape

/**
 * Returns the subscriptions that one domain has, where the list is whole: a recreation gives a new id ("Subscription
 * Recreation").
 */
function currentIn({ query, data }: Exchange): CurrentSubscriptions[] {
  const domain = text(query.domain)?.toLowerCase()
  if (!domain || query.status || query.componentSubscriptionId || Number(query.page ?? 1) > 1) return []
  const { totalPages = 1, unreadable = 0 } = data as Page<unknown>
  if (unreadable > 0) return []
  const mine = pageIn(data).filter((row) => text(row.domain)?.toLowerCase() === domain)
  const ids = mine.flatMap((row) => text(row.subscriptionId) ?? [])
  return ids.length > 0 && totalPages <= 1 ? [{ domain, ids }] : []
}

const list = endpointCommand(subscriptions.list, {
  summary: 'List subscriptions',
  about: 'Lists subscriptions, with their status and price.',
  isList: true,
  order: subscriptionOrder,
  rowsOfCustomers: async ({ cmr }, { page: _, limit: __, userId: ___, ...ids }, customers) =>
    (await allRows(cmr, subscriptions.list, ids)).filter(({ userId }) => customers.includes(String(userId))),
  updates: ({ data }) => pageIn(data).flatMap(updatesOfRow.subscription),
  currentSubscriptions: currentIn,
  example: '--status past-due',
  input: z.object({
    domain: query.domain,
    status: z
      .enum(['ACTIVE', 'RENEWING', 'PAST_DUE', 'EXPIRED', 'CANCELLED'])
      .optional()
      .meta({ label: 'Status' }),
    userId: userId.optional().meta({ ...userId.meta(), hint: 'Only the subscriptions of this customer' }),
    componentSubscriptionId: query.componentSubscriptionId,
    page: query.page,
    limit: query.limit,
  }),
  positional: ['domain', 'status'],
  // No more than one message shows: the rest would be lost between two pages.
  request: ({ limit, userId: _, ...rest }) => ({ query: { ...rest, ...limitOf(limit, mostRows) } }),
  async show({ data }, { ids, context }) {
    const { all, rows } = data as Page<Subscription>
    return subscriptionList(data, ids, {
      renewals: await knownRenewals(context, all ?? rows),
      prices: context.prices,
      customers: await customerNames(
        context,
        rows.map(({ userId }) => userId),
      ),
    })
  },
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
  example: 'acme.com',
  about: 'Cancels a subscription. Its workspace and mailboxes are gone at once, for good.',
  expects: ({ body }) => each('cancellation', body.subscriptionId ?? body.domain),
  reconcile: reconcileCancellation,
  updates: ({ body }) => updatesOfRow.subscription({ ...body, status: 'CANCELLED' }),
  // "The workspace and its mailboxes go at once" ("Cancel Subscription").
  endings: ({ body }) => endingOf(body, 'gone'),
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
  example: '"acme.com acme.io"',
  about: 'Recreates subscriptions whose workspace no longer works. Mail in their mailboxes may be lost.',
  rare: true,
  sensitive: 'recreation',
  expects: ({ body }) => each('recreation', body.subscriptionIds ?? body.domainNames),
  remember: identityBefore,
  reconcile: reconcileRecreation,
  deadlineMinutes: 24 * 60,
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
    about: 'Renews subscriptions after you have seen the price.',
    expects: eachIn('body', 'subscriptionIds', 'subscription'),
    remember: periodBefore,
    reconcile: reconcileSubscriptionRenewal,
    deadlineMinutes: RENEWAL_DEADLINE_MINUTES,
    example: '"acme.com acme.io"',
    submit: 'Renew',
    price: ({ context, ids }) => subscriptionRenewalPrice(context, ids.subscriptionIds as string[]),
    show: (answer, { input }) =>
      renewalReceipt(input.subscriptionIds as string[], 'subscriptions', 'for a month', answer),
  }),
  endpointCommand(subscriptions['auto-renew'], {
    summary: 'Subscription auto-renew',
    about: 'Turns auto-renew of a subscription on or off.',
    consequence: (_, { autoRenew }) => (autoRenew === true ? undefined : 'ends later'),
    reconcile: reconcileSubscriptionAutoRenew,
    updates: ({ body }) => updatesOfRow.subscription(body),
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
