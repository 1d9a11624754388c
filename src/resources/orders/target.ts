import { z } from 'zod'
import { domain, subscriptionId, userId } from '../../cmr/endpoints/fields.ts'
import { toCents } from '../../cmr/money.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { subscriptionCalled, subscriptionsNamed } from '../../directory/names/lookups.ts'
import { named } from '../../directory/names/named.ts'
import { ended } from '../../directory/store/rows.ts'
import type { MoreInput } from './input.ts'

/** Where more mailboxes go ("Order mailboxes (json)": exactly one of `subscriptionId` and `domainId`). */
export type MailboxTarget = {
  readonly userId: string
  readonly domain: string
} & (
  | {
      readonly kind: 'add'
      readonly subscriptionId: string
      /** GOOGLE or MICROSOFT; undefined where CMR does not say it. */
      readonly provider: string | undefined
      /** Cents a mailbox and month. */
      readonly mailboxCents: number | undefined
    }
  | {
      readonly kind: 'open'
      readonly domainId: string
      /** The status of the subscription before it; undefined where there was none. */
      readonly before: string | undefined
    }
)

const byDomain = z.object({ userId, domain })
const bySubscription = z.object({ userId, subscriptionId })

/**
 * Finds out whether mailboxes are added to an active subscription or open a new one, by what CMR has on the domain.
 * @throws InputError where neither can be, AmbiguousError, CmrError as CMR answers
 */
export async function mailboxTarget(context: CommandContext, input: MoreInput): Promise<MailboxTarget> {
  const { ids, name, given } = await domainMeant(context, input)
  const of = { userId: String(ids.userId), domain: name }
  const all = (await subscriptionsNamed(context.cmr, name)).filter(
    (one) => (one.userId ?? of.userId) === of.userId,
  )
  if (given && !all.some((one) => one.subscriptionId === given))
    throw new InputError('domain', `That subscription is not on ${name}. Leave one of the two out.`)
  const active = all.find((one) => one.subscriptionStatus === 'ACTIVE')
  if (active) {
    const { subscriptionId: id, serviceProvider: provider, pricePerMailbox } = active
    const mailboxCents = toCents(pricePerMailbox)
    return {
      ...of,
      kind: 'add',
      subscriptionId: id,
      provider,
      mailboxCents,
    }
  }
  const waiting = all.find((one) => !ended(one.subscriptionStatus))
  if (waiting) throw new InputError('subscriptionId', notActive(name, waiting.subscriptionStatus))
  const { data } = await context.cmr.domains.list({ query: { userId: of.userId } })
  const row = data.rows.find((one) => one.domainName?.toLowerCase() === name)
  if (!row?.domainId)
    throw new InputError(
      'domain',
      `CMR has no domain ${name} of this customer. Order it with /cmr orders create.`,
    )
  return {
    ...of,
    kind: 'open',
    domainId: row.domainId,
    before: all[0]?.subscriptionStatus,
  }
}

/** The domain that is meant, by its own name or by a subscription on it, where it may be over too. */
async function domainMeant(context: CommandContext, input: MoreInput) {
  const { userId: customer, subscriptionId: called = '' } = input
  const spoken = called.includes('.') ? called : undefined
  const given = called && !spoken ? called : undefined
  const name = input.domain ?? spoken
  if (name) {
    if (spoken && spoken.toLowerCase() !== name.toLowerCase())
      throw new InputError('domain', `${spoken} and ${name} are different domains. Leave one of them out.`)
    const { ids } = await named(context, byDomain, { userId: customer, domain: name })
    return { ids, name: String(ids.domain).toLowerCase(), given }
  }
  if (!given) throw new InputError('subscriptionId', 'Name the subscription, or the domain.')
  const { ids } = await named(context, bySubscription, { userId: customer, subscriptionId: given })
  const found = await subscriptionCalled(context, String(ids.subscriptionId))
  if (!found?.domain)
    throw new InputError(
      'domain',
      'CMR does not say which domain this subscription is on. Name the domain as well.',
    )
  return { ids, name: found.domain.toLowerCase(), given: String(ids.subscriptionId) }
}

function notActive(name: string, status: string | undefined): string {
  const todo =
    status === 'RENEWING'
      ? 'It is being renewed. Order once that is finished.'
      : `Renew it first: /cmr subscriptions renew ${name}`
  return `The subscription on ${name} is ${status}, and CMR adds mailboxes only to an active one. ${todo}`
}
