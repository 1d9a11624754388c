import { addMonths } from 'date-fns/addMonths'
import { addYears } from 'date-fns/addYears'
import { addMailbox } from './opening.ts'
import { charge, type Domain, newId, Refusal, type Subscription, type World, yearlyCents } from './world.ts'

export function renewDomain(world: World, domain: Domain, years: number, actionId?: string): void {
  domain.status = 'ACTIVE'
  domain.expiryDate = addYears(new Date(domain.expiryDate), years).toISOString()
  const { domainId, domainName, expiryDate } = domain
  world.emit('domain.renewal.success', {
    domainId,
    domainName,
    expiryDate,
    price: (yearlyCents(domainName) * years) / 100,
    actionId,
  })
}

export const boxesOf = (world: World, one: Subscription) =>
  [...world.mailboxes.values()].filter((mailbox) => mailbox.subscriptionId === one.subscriptionId)

export function aboutSubscription(world: World, one: Subscription, actionId?: string) {
  return {
    userId: one.userId,
    userEmail: world.users.get(one.userId)?.email,
    subscriptionId: one.subscriptionId,
    domainId: one.domainId,
    domain: one.domain,
    workspaceType: one.serviceProvider,
    quantity: boxesOf(world, one).length,
    periodStart: one.periodStart,
    periodEnd: one.periodEnd,
    autoRenew: one.autoRenew,
    subscriptionStatus: one.subscriptionStatus,
    actionId,
  }
}

/** Tries once: a domain may block it, the wallet may be empty. */
export function renewSubscription(world: World, one: Subscription, actionId?: string): void {
  const domain = world.domains.get(one.domainId)
  if (domain?.status === 'GRACE_PERIOD' || domain?.status === 'EXPIRED') {
    const description = `Its domain is ${domain.status}: renew the domain first.`
    world.emit('subscription.renewal.failed', { ...aboutSubscription(world, one, actionId), description })
    return
  }
  const crossesYear =
    addMonths(new Date(one.since), 12).getTime() < addMonths(new Date(one.periodEnd), 1).getTime()
  const price = crossesYear && one.priceCents === 300 ? 500 : one.priceCents
  try {
    charge(world, price * boxesOf(world, one).length, `Renewal of ${one.domain}`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (one.subscriptionStatus === 'PAST_DUE') return
    one.subscriptionStatus = 'PAST_DUE'
    world.emit('subscription.past_due', aboutSubscription(world, one, actionId))
    return
  }
  one.subscriptionStatus = 'ACTIVE'
  one.periodStart = one.periodEnd
  one.periodEnd = addMonths(new Date(one.periodEnd), 1).toISOString()
  if (price !== one.priceCents) {
    one.priceCents = price
    world.emit('subscription.updated', {
      ...aboutSubscription(world, one),
      pricePerMailbox: price / 100,
      description: 'The price after 12 months applies.',
    })
  }
  world.emit('subscription.renewal.success', aboutSubscription(world, one, actionId))
}

export function cancel(world: World, one: Subscription): void {
  one.subscriptionStatus = 'CANCELLED'
  for (const mailbox of boxesOf(world, one)) world.mailboxes.delete(mailbox.mailboxId)
  world.emit('subscription.cancelled', aboutSubscription(world, one))
}

/** A new subscription in place of an old one: the first year's price, new mailbox accounts under the same names. */
export function recreate(world: World, old: Subscription): void {
  const since = world.now().toISOString()
  const fresh: Subscription = {
    ...old,
    subscriptionId: newId(),
    priceCents: 300,
    since,
    subscriptionStatus: 'ACTIVE',
  }
  world.subscriptions.delete(old.subscriptionId)
  world.subscriptions.set(fresh.subscriptionId, fresh)
  for (const box of boxesOf(world, old)) {
    world.mailboxes.delete(box.mailboxId)
    const username = box.email.split('@')[0] ?? ''
    addMailbox(world, fresh, { ...box, username, onWarmup: false }, 'ACTIVE')
  }
}
