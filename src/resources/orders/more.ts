import { userIdOf, userName } from '../../cmr/answers/users.ts'
import { command, type Outcome, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { thingLabel } from '../../directory/find/labels.ts'
import { userNamed } from '../../directory/names/called.ts'
import { directoryEntries } from '../../directory/store/rows.ts'
import { thingsOf } from '../../directory/store/search.ts'
import { nameOf } from '../../operations/expected-results.ts'
import { checkingMail } from '../dns/mail.ts'
import { withTraits } from '../endpoint-traits.ts'
import { filesFor, mutable } from './addresses.ts'
import { confirmMore } from './confirmation.ts'
import { type MoreInput, mailboxesOf, moreInput, picturedInput } from './input.ts'
import { orderReceipt } from './messages.ts'
import { ordering } from './ordering.ts'
import { moreSteps, picturedSteps } from './steps.ts'
import { mailboxTarget } from './target.ts'
import { moreTraits } from './traits.ts'

const positional = ['userId', 'subscriptionId', 'domain', 'mailboxes'] as const
const label = ({ domain, subscriptionId = '' }: MoreInput) => domain ?? subscriptionId

/** `/cmr orders mailboxes`: on an active subscription, or on a new one where the old one was cancelled. */
export const moreMailboxes = withTraits(
  command({
    ...ordering('mailboxes'),
    example: 'jane@acme.com acme.com --people "John Roe, Jane Doe"',
    input: moreInput,
    positional,
    steps: moreSteps,
    prefill: ownerOfDomain,
    label,
    confirm: (context, input) => confirmMore(context, input),
    run: orderMore,
  }),
  moreTraits,
)

/** `/cmr orders add-mailboxes`: CMR calls its endpoint deprecated, so it is for pictures as files alone. */
export const addWithPictures = withTraits(
  command({
    ...ordering('add-mailboxes'),
    input: picturedInput,
    positional,
    steps: picturedSteps,
    prefill: ownerOfDomain,
    label,
    confirm: (context, input) => confirmMore(context, input),
    run: orderMore,
  }),
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
  const { byDomain } = mailboxesOf(input, [domain])
  const { confirm = true, autoRenew } = input
  const files = await filesFor(context, input.files, byDomain)
  const query = { userId: userIdOf(customer) }
  const body = { mailboxes: mutable(byDomain), confirm }
  const { cmr } = context
  const [first] = Object.values(byDomain)[0] ?? []
  if (first) {
    const after = { kind: 'mailbox', name: nameOf(`${first.username}@${domain}`) } as const
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
            ...('subscriptionId' in to
              ? { subscriptionId: to.subscriptionId }
              : { domainId: to.domainId, ...(autoRenew !== undefined && { autoRenew }) }),
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
  const on = 'subscriptionId' in to ? { subscriptionId: to.subscriptionId } : { domainId: to.domainId }
  return { message, actionId, orderId, subject: { ...query, orderId, domain, ...on } }
}

/** The target of a confirmed input; undefined where it holds a name that still has to be looked up. */
function confirmed({ domain, domainId, subscriptionId }: MoreInput) {
  if (!domain) return undefined
  if (domainId) return { domain, domainId }
  return subscriptionId && !subscriptionId.includes('.') ? { domain, subscriptionId } : undefined
}
