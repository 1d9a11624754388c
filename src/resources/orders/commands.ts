import type { z } from 'zod'
import { userIdOf, userName } from '../../cmr/answers/users.ts'
import { orders } from '../../cmr/endpoints/orders.ts'
import { type Command, command, type Outcome } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { userNamed } from '../../directory/names/called.ts'
import { each, nameOf as nameOfResult } from '../../operations/expected-results.ts'
import { placedOrder } from '../../operations/store/operations.ts'
import { nameOf } from '../answers.ts'
import { checkingMail } from '../dns/mail.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { withTraits } from '../endpoint-traits.ts'
import { processReceipt } from '../receipts.ts'
import { filesFor, mutable } from './addresses.ts'
import { takenNow } from './availability.ts'
import { confirmOrder } from './confirmation.ts'
import { domainEnding, turningAutoRenewOn } from './domain-ending.ts'
import type { FoundForOrder } from './draft.ts'
import { drop } from './drop.ts'
import { domainsOf, goesAsFiles, mailboxesOf, type OrderInput, oauthOf, orderInput } from './input.ts'
import { list } from './list.ts'
import { type OfOrder, orderCard, orderReceipt } from './messages.ts'
import { addWithPictures, moreMailboxes } from './more.ts'
import { ordering } from './ordering.ts'
import { contentsOf, waitingOrderPrice } from './price.ts'
import { orderSteps } from './steps.ts'
import { ordered, orderTraits, orderUpdates, reconcileOrder, statusBefore } from './traits.ts'

/** A new order. With pictures as files, or with masked forwarding, it goes to the endpoint that takes them. */
function orderCommand(verb: 'create' | 'create-with-images'): Command {
  const made = command({
    ...ordering(verb),
    example: 'jane@acme.com "acme.com acme.io" --people "Jane Doe, John Roe" --provider google',
    input: orderInput,
    positional: ['userId', 'domains'],
    steps: orderSteps,
    label: (input) => nameOf({ domains: input.domains }),
    confirm: (context, input, found) =>
      confirmOrder(context, input, {
        found: found as FoundForOrder | undefined,
        multipart: verb === 'create-with-images' || undefined,
      }),
    run: (context, input) => placeOrder(context, input, verb === 'create-with-images'),
  })
  return withTraits(made, orderTraits)
}

async function placeOrder(context: CommandContext, input: OrderInput, multipart: boolean): Promise<Outcome> {
  const { cmr, drafts } = context
  const domains = domainsOf(input.domains)
  const { byDomain } = mailboxesOf(input, domains)
  const customer = await userNamed(context, input.userId)
  const userId = userIdOf(customer)
  const files = await filesFor(context, input.files, byDomain)
  const { years = 1, forwardTo, maskForwarding, confirm = true, serviceProvider, autoRenew } = input
  const body = {
    domains: domains.map((domain) => ({ domain, years, ...(forwardTo && { forwardTo }) })),
    mailboxes: mutable(byDomain),
    billingCycle: 'MONTHLY' as const,
    confirm,
    serviceProvider,
    ...oauthOf(input),
  }
  context.followWith?.([
    ...(input.domainAutoRenew ? turningAutoRenewOn(userId, domains) : []),
    ...domains.map((domain) =>
      checkingMail({ userId, domain }, { kind: 'domain', name: nameOfResult(domain) }),
    ),
  ])
  const { data, actionId } =
    multipart || goesAsFiles(input)
      ? await cmr.orders['create-with-images']({
          query: { userId },
          body: {
            ...body,
            domains: body.domains.map((one) => ({ ...one, ...(maskForwarding && { maskForwarding }) })),
            ...(files && { files }),
          },
        })
      : await cmr.orders.create({
          query: { userId },
          body: { ...body, ...(autoRenew !== undefined && { autoRenew }) },
        })
  const unavailable = data.unavailableDomains.map(nameIn)
  const ordered = domains.filter((name) => !unavailable.includes(name))
  const replacements = unavailable.length
    ? await drafts.keep({
        author: null,
        command: 'orders.create',
        draftContent: {
          values: { ...input, userId, domains: unavailable },
          labels: { userId: userName(customer) },
          notes: { domains: takenNow(unavailable, context.clock()) } satisfies FoundForOrder,
        },
      })
    : undefined
  const { orderId } = data
  const message = orderReceipt({
    customer: userName(customer),
    domains: ordered,
    byDomain: Object.fromEntries(Object.entries(byDomain).filter(([name]) => !unavailable.includes(name))),
    orderId,
    confirmed: confirm,
    ending: domainEnding(input, context.clock()),
    unavailable,
    replacementDraft: replacements?.id,
  })
  return { message, actionId, orderId, subject: { userId, orderId } }
}

/** CMR tells names, or objects around them. */
function nameIn(told: unknown): string {
  if (typeof told !== 'object' || told === null) return String(told)
  const { domain, domainName } = told as { domain?: unknown; domainName?: unknown }
  return String(domain ?? domainName ?? '')
}

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
