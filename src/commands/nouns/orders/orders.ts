import type { z } from 'zod'
import { orders } from '../../../cmr/endpoints/orders.ts'
import { escapeText } from '../../../messages/blocks.ts'
import { type OfOrder, orderCard, orderReceipt } from '../../../messages/orders.ts'
import { processReceipt } from '../../../messages/receipts.ts'
import { userIdOf, userName } from '../../../messages/users.ts'
import { placedOrder } from '../../../store/operations.ts'
import { type Command, command, type Outcome } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { endpointCommand } from '../../endpoints.ts'
import { nameOf } from '../../name-of.ts'
import { userNamed } from '../../naming/called.ts'
import { takenNow } from './availability.ts'
import { confirmMore, confirmOrder } from './confirmation.ts'
import type { OrderFindings } from './findings.ts'
import { domainsOf, type MoreInput, mailboxesOf, moreInput, type OrderInput, orderInput } from './input.ts'
import { matchPictures, picturesGiven } from './pictures.ts'
import { contentsOf, waitingOrderPrice } from './process.ts'
import { moreSteps, orderSteps } from './steps.ts'
import { subscriptionOf } from './subscription.ts'

const whenUnknown = ({ userId }: { userId: string }) =>
  `Look for it in the wallet (\`/cmr wallet\`) and among the domains (\`/cmr domains list ${escapeText(userId)}\`) before you order again.`

/** What all commands that order have in common. */
const ordering = (verb: 'create' | 'create-with-images' | 'mailboxes' | 'add-mailboxes', summary: string) =>
  ({ noun: 'orders', verb, summary, effect: orders[verb].effect, submit: 'Order', whenUnknown }) as const

/** A new order. With pictures, or with masked forwarding, it goes to the endpoint that takes them. */
function orderCommand(verb: 'create' | 'create-with-images', summary: string): Command {
  return command({
    ...ordering(verb, summary),
    example:
      'jane@acme.com "acme.com acme.io" --mailboxes "Jane Doe, bob Robert Roe" --serviceProvider GOOGLE',
    input: orderInput,
    positional: ['userId', 'domains'],
    steps: orderSteps,
    label: (input) => nameOf({ domains: input.domains }),
    confirm: (context, input, found) => confirmOrder(context, input, found as OrderFindings | undefined),
    run: (context, input) => placeOrder(context, input, verb === 'create-with-images'),
  })
}

async function placeOrder(context: CommandContext, input: OrderInput, multipart: boolean): Promise<Outcome> {
  const { cmr, drafts } = context
  const domains = domainsOf(input.domains)
  const { byDomain } = mailboxesOf(input, domains)
  const customer = await userNamed(context, input.userId)
  const userId = userIdOf(customer)
  const files = await filesFor(context, input.files, byDomain)
  const { years = 1, forwardTo, maskForwarding, confirm = true, serviceProvider } = input
  const body = {
    domains: domains.map((domain) => ({ domain, years, ...(forwardTo && { forwardTo }) })),
    mailboxes: mutable(byDomain),
    billingCycle: 'MONTHLY' as const,
    confirm,
    serviceProvider,
    ...oauthOf(input),
    ...(input.autoRenew !== undefined && { autoRenew: input.autoRenew }),
  }
  const { data, actionId } =
    multipart || files || maskForwarding
      ? await cmr.orders['create-with-images']({
          query: { userId },
          body: {
            ...body,
            domains: body.domains.map((one) => ({ ...one, ...(maskForwarding && { maskForwarding }) })),
            ...(files && { files }),
          },
        })
      : await cmr.orders.create({ query: { userId }, body })
  const unavailable = data.unavailableDomains.map(nameIn)
  const ordered = domains.filter((name) => !unavailable.includes(name))
  const replacements = unavailable.length
    ? await drafts.keep({
        author: null,
        command: 'orders.create',
        gathered: {
          values: { ...input, userId, domains: unavailable },
          labels: { userId: userName(customer) },
          notes: { domains: takenNow(unavailable, context.clock()) } satisfies OrderFindings,
        },
      })
    : undefined
  const { orderId } = data
  const message = orderReceipt({
    customer: userName(customer),
    domains: ordered,
    byDomain: Object.fromEntries(Object.entries(byDomain).filter(([name]) => !unavailable.includes(name))),
    orderId,
    actionId,
    confirmed: confirm,
    unavailable,
    replacementDraft: replacements?.id,
  })
  return { message, actionId, orderId, subject: { userId, orderId } }
}

/** Only the provider's own route is sent. */
function oauthOf(input: OrderInput) {
  const { serviceProvider, googleOauthRoute, clientId, appName, microsoftOauthRoute } = input
  if (serviceProvider === 'MICROSOFT') return microsoftOauthRoute ? { microsoftOauthRoute } : {}
  const google = {
    ...(googleOauthRoute && { googleOauthRoute }),
    ...(clientId && { clientId }),
    ...(appName && { appName }),
  }
  return Object.keys(google).length ? { google } : {}
}

/** Pictures by address; nothing where none was given. @throws InputError */
async function filesFor(
  context: CommandContext,
  ids: readonly string[] | undefined,
  byDomain: ReturnType<typeof mailboxesOf>['byDomain'],
): Promise<Record<string, File> | undefined> {
  if (!ids?.length) return undefined
  const pictures = await picturesGiven(context, ids)
  const { matched } = matchPictures(pictures, byDomain)
  const blobs = new Map(pictures.map(({ id, blob }) => [id, blob]))
  return Object.fromEntries(
    Object.entries(matched).flatMap(([address, { id }]) => {
      const blob = blobs.get(id)
      return blob ? [[address, blob]] : []
    }),
  )
}

function mutable(byDomain: ReturnType<typeof mailboxesOf>['byDomain']) {
  return Object.fromEntries(Object.entries(byDomain).map(([name, list]) => [name, [...list]]))
}

/** CMR tells names, or objects around them. */
function nameIn(told: unknown): string {
  if (typeof told !== 'object' || told === null) return String(told)
  const { domain, domainName } = told as { domain?: unknown; domainName?: unknown }
  return String(domain ?? domainName ?? '')
}

/** More mailboxes on a subscription. With pictures it goes to the endpoint that takes them. */
function moreCommand(verb: 'mailboxes' | 'add-mailboxes', summary: string): Command {
  return command({
    ...ordering(verb, summary),
    example: 'jane@acme.com acme.com --mailboxes "john John Roe"',
    input: moreInput,
    positional: ['userId', 'subscriptionId', 'domain', 'mailboxes'],
    steps: moreSteps,
    label: (input) => input.domain ?? input.subscriptionId,
    confirm: (context, input) => confirmMore(context, input),
    run: (context, input) => addMailboxes(context, input, verb === 'add-mailboxes'),
  })
}

async function addMailboxes(context: CommandContext, input: MoreInput, multipart: boolean): Promise<Outcome> {
  const customer = await userNamed(context, input.userId)
  const { userId, subscriptionId, domain } = await subscriptionOf(context, input)
  const { byDomain } = mailboxesOf(input, [domain])
  const { confirm = true, autoRenew } = input
  const body = {
    subscriptionId,
    billingCycle: 'MONTHLY' as const,
    mailboxes: mutable(byDomain),
    confirm,
    ...(autoRenew !== undefined && { autoRenew }),
  }
  const files = await filesFor(context, input.files, byDomain)
  const { data, actionId } =
    multipart || files
      ? await context.cmr.orders['add-mailboxes']({
          query: { userId },
          body: { ...body, ...(files && { files }) },
        })
      : await context.cmr.orders.mailboxes({ query: { userId }, body })
  const { orderId } = data
  const message = orderReceipt({
    customer: userName(customer),
    domains: [],
    byDomain,
    orderId,
    actionId,
    confirmed: confirm,
    unavailable: [],
  })
  return { message, actionId, orderId, subject: { userId, orderId, subscriptionId, domain } }
}

const process = endpointCommand(orders.process, {
  summary: 'Process an order',
  submit: 'Process',
  price: ({ context, ids }) => waitingOrderPrice(context, ids as OfOrder),
  async show(answer, { ids, context: { store } }) {
    const orderId = String(ids.orderId)
    return processReceipt(orderId, (await placedOrder(store.db, orderId))?.label, answer)
  },
})

/** `/cmr orders …` */
export const orderCommands: readonly Command<z.ZodObject>[] = [
  endpointCommand(orders.get, {
    summary: 'Show an order',
    show: ({ data }, { ids }) => orderCard(ids as OfOrder, data, contentsOf(data)),
  }),
  endpointCommand(orders.status, {
    summary: 'Status of an order',
    show: ({ data }, { ids }) => orderCard(ids as OfOrder, data),
  }),
  orderCommand('create', 'Order domains'),
  orderCommand('create-with-images', 'Order with pictures'),
  moreCommand('mailboxes', 'Order mailboxes'),
  moreCommand('add-mailboxes', 'Add mailboxes'),
  process,
]
