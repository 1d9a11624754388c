import { beginRenewal, cancel, recreate, renewSubscription, seatsOf } from '../renewal.ts'
import {
  amount,
  newActionId,
  pageOf,
  SandboxRefusal,
  type SandboxSubscription,
  subscriptionOf,
  type World,
} from '../world.ts'
import { type Handler, strings } from './handler.ts'

function row(world: World, one: SandboxSubscription) {
  const { priceCents, since: _, emptySeats: __, ...rest } = one
  return { ...rest, totalMailboxQuantity: seatsOf(world, one), pricePerMailbox: amount(priceCents) }
}

/** @throws Refusal 404 */
function subscriptionOn(world: World, domain: unknown): SandboxSubscription {
  const found = [...world.subscriptions.values()].find((one) => one.domain === domain)
  if (!found) throw new SandboxRefusal(404, 'The requested subscription does not exist.')
  return found
}

/** Refuses a cancelled subscription, which cannot be revived (inferred). @throws Refusal 409 */
function stands({ domain, subscriptionStatus }: SandboxSubscription) {
  if (subscriptionStatus === 'CANCELLED')
    throw new SandboxRefusal(409, `The subscription on ${domain} is cancelled already.`)
}

export const subscriptionHandlers: Record<string, Handler> = {
  'subscriptions.list': (world, { query }) => {
    const wanted = [...world.subscriptions.values()].filter(
      (one) =>
        (!query.status || one.subscriptionStatus === query.status) &&
        (!query.domain || one.domain === query.domain) &&
        (!query.componentSubscriptionId || one.subscriptionId === query.componentSubscriptionId),
    )
    const currentPage = Number(query.page ?? 1)
    const { rows, totalPages, nextPage } = pageOf(wanted, currentPage, Number(query.limit ?? 50))
    return {
      message: 'Subscriptions',
      data: {
        subscriptions: rows.map((one) => row(world, one)),
        pagination: { totalSearchedCount: wanted.length, currentPage, nextPage, totalPages },
      },
    }
  },
  'subscriptions.renew': (world, { body }) => {
    const all = strings(body.subscriptionIds).map((id) => subscriptionOf(world, id))
    for (const one of all) stands(one)
    for (const one of all) {
      beginRenewal(world, one)
      world.later(6000, () => renewSubscription(world, one))
    }
    const message =
      'Subscriptions added for renewal. Please ensure you have enough balance to renew the subscriptions.'
    return { message, data: null, actionId: newActionId() }
  },
  'subscriptions.auto-renew': (world, { body }) => {
    const one = subscriptionOf(world, body.subscriptionId)
    one.autoRenew = body.autoRenew === true
    return { message: 'Auto renewal toggled', data: row(world, one) }
  },
  'subscriptions.cancel': (world, { body }) => {
    const found = body.subscriptionId
      ? subscriptionOf(world, body.subscriptionId)
      : subscriptionOn(world, body.domain)
    stands(found)
    cancel(world, found)
    return { message: 'Subscription will be cancelled successfully', data: null }
  },
  'subscriptions.recreate': (world, { body }) => {
    const all = [
      ...strings(body.subscriptionIds).map((id) => subscriptionOf(world, id)),
      ...strings(body.domainNames).map((name) => subscriptionOn(world, name)),
    ]
    for (const one of all) stands(one)
    for (const one of all) world.later(8000, () => recreate(world, one))
    return { message: 'Subscriptions queued for recreation', data: null, actionId: newActionId() }
  },
}
