import { userIdOf, userName } from '../../cmr/answers/users.ts'
import { orders } from '../../cmr/endpoints/orders.ts'
import { type Command, command, type Outcome, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { thingLabel } from '../../directory/find/labels.ts'
import { userNamed } from '../../directory/names/called.ts'
import { directoryEntries } from '../../directory/store/rows.ts'
import { thingsOf } from '../../directory/store/search.ts'
import { nameOf as nameOfResult } from '../../operations/expected-results.ts'
import { escapeText } from '../../slack/blocks.ts'
import { nameOf } from '../answers.ts'
import { checkingMail } from '../dns/mail.ts'
import { withTraits } from '../endpoint-traits.ts'
import { filesFor, mutable } from './addresses.ts'
import { takenNow } from './availability.ts'
import { confirmMore, confirmOrder } from './confirmation.ts'
import type { FoundForOrder } from './draft.ts'
import {
  domainsOf,
  goesAsFiles,
  type MoreInput,
  mailboxesOf,
  moreInput,
  type OrderInput,
  oauthOf,
  orderInput,
  picturedInput,
} from './input.ts'
import { domainEnding, orderReceipt } from './messages.ts'
import { moreSteps, orderSteps, picturedSteps } from './steps.ts'
import { mailboxTarget } from './target.ts'
import { moreTraits, orderTraits, turningAutoRenewOn } from './traits.ts'

/** What all commands that order have in common. */
const ordering = (verb: keyof typeof offered) =>
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

/** A new order. With pictures as files, or with masked forwarding, it goes to the endpoint that takes them. */
export function orderCommand(verb: 'create' | 'create-with-images'): Command {
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
  const unavailable = data.unavailableDomains.map((told) => nameIn(told).trim().toLowerCase())
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
    ending: ordered.length ? domainEnding({ ...input, domains: ordered }, context.clock()) : undefined,
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

const ofMore = {
  positional: ['userId', 'subscriptionId', 'domain', 'mailboxes'],
  prefill: ownerOfDomain,
  label: ({ domain, subscriptionId = '' }: MoreInput) => domain ?? subscriptionId,
  confirm: confirmMore,
  run: orderMore,
} as const

/** `/cmr orders mailboxes`: on an active subscription, or on a new one where the old one was cancelled. */
export const moreMailboxes = withTraits(
  command({
    ...ordering('mailboxes'),
    ...ofMore,
    example: 'jane@acme.com acme.com --people "John Roe, Jane Doe"',
    input: moreInput,
    steps: moreSteps,
  }),
  moreTraits,
)

/** `/cmr orders add-mailboxes`: CMR calls its endpoint deprecated, so it is for pictures as files alone. */
export const addWithPictures = withTraits(
  command({ ...ordering('add-mailboxes'), ...ofMore, input: picturedInput, steps: picturedSteps }),
  moreTraits,
)

/** Whose domain it is need not be said where the directory knows it. */
async function ownerOfDomain(
  { store }: CommandContext,
  given: Readonly<Record<string, unknown>>,
): Promise<Prefill> {
  const name = given.domain ?? given.subscriptionId
  if (given.userId !== undefined || typeof name !== 'string') return { values: {} }
  const [domain] = await directoryEntries(store, [{ kind: 'domain', id: name.toLowerCase() }])
  if (!domain?.user_id) return { values: {} }
  const [owner] = await thingsOf(store, [{ kind: 'user', id: domain.user_id }])
  return { values: { userId: domain.user_id }, labels: owner ? { userId: thingLabel(owner) } : {} }
}

/** Sends what was confirmed: `confirmMore` has left the domain, and one of `subscriptionId` and `domainId`. */
async function orderMore(context: CommandContext, input: MoreInput): Promise<Outcome> {
  const customer = await userNamed(context, input.userId)
  const { domain, ...to } = confirmed(input) ?? (await mailboxTarget(context, input))
  const on = 'subscriptionId' in to ? { subscriptionId: to.subscriptionId } : { domainId: to.domainId }
  const { byDomain } = mailboxesOf(input, [domain])
  const { confirm = true, autoRenew } = input
  const files = await filesFor(context, input.files, byDomain)
  const query = { userId: userIdOf(customer) }
  const body = { mailboxes: mutable(byDomain), confirm }
  const { cmr } = context
  const [first] = Object.values(byDomain)[0] ?? []
  if (first) {
    const after = { kind: 'mailbox', name: nameOfResult(`${first.username}@${domain}`) } as const
    context.followWith?.([checkingMail({ userId: query.userId, domain }, after)])
  }
  const { data, actionId } =
    files && 'subscriptionId' in to
      ? await cmr.orders['add-mailboxes']({
          query,
          body: { ...body, subscriptionId: to.subscriptionId, files },
        })
      : await cmr.orders.mailboxes({
          query,
          body: {
            ...body,
            billingCycle: 'MONTHLY',
            ...on,
            ...('domainId' in on && autoRenew !== undefined && { autoRenew }),
          },
        })
  const { orderId } = data
  const message = orderReceipt({
    customer: userName(customer),
    domains: [],
    byDomain,
    orderId,
    confirmed: confirm,
    unavailable: [],
  })
  return { message, actionId, orderId, subject: { ...query, orderId, domain, ...on } }
}

/** The target of a confirmed input; undefined where it holds a name that still has to be looked up. */
function confirmed({ domain, domainId, subscriptionId }: MoreInput) {
  if (!domain) return undefined
  if (domainId) return { domain, domainId }
  return subscriptionId && !subscriptionId.includes('.') ? { domain, subscriptionId } : undefined
}
