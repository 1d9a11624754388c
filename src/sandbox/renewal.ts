import { addMonths } from 'date-fns/addMonths'
import { addYears } from 'date-fns/addYears'
import { addMailbox } from './opening.ts'
import {
  charge,
  type Domain,
  MAILBOX_AFTER_YEAR_CENTS,
  MAILBOX_CENTS,
  type Mailbox,
  newId,
  SandboxRefusal,
  type Subscription,
  WARMUP_CENTS,
  type World,
  yearlyCents,
} from './world.ts'

export function renewDomain(world: World, domain: Domain, years: number): void {
  domain.status = 'ACTIVE'
  domain.renewedOn = world.now().toISOString()
  domain.expiryDate = addYears(new Date(domain.expiryDate), years).toISOString()
  const { domainId, domainName, expiryDate } = domain
  world.emit('domain.renewal.success', {
    domainId,
    domainName,
    expiryDate,
    price: (yearlyCents(domainName) * years) / 100,
  })
}

export const boxesOf = (world: World, one: Subscription) =>
  [...world.mailboxes.values()].filter((mailbox) => mailbox.subscriptionId === one.subscriptionId)

/** Returns the paid seats: its mailboxes, and the empty seats until the renewal. */
export const seatsOf = (world: World, one: Subscription) => boxesOf(world, one).length + (one.emptySeats ?? 0)

/**
 * Removes a mailbox; its seat stays paid until the renewal. The last one takes the workspace along. That the
 * subscription is cancelled with it is inferred.
 */
export function removeMailbox(world: World, { mailboxId, subscriptionId }: Mailbox): void {
  if (!world.mailboxes.delete(mailboxId)) return
  const subscription = world.subscriptions.get(subscriptionId)
  if (!subscription) return
  subscription.emptySeats = (subscription.emptySeats ?? 0) + 1
  if (boxesOf(world, subscription).length === 0 && subscription.subscriptionStatus !== 'CANCELLED')
    cancel(world, subscription)
}

export function aboutSubscription(world: World, one: Subscription) {
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
  }
}

/** A domain that blocks a renewal is looked at again after that long; milliseconds, inferred. */
const BLOCKED_MS = 86_400_000

/** Emits subscription.renewing. */
export function beginRenewal(world: World, one: Subscription): void {
  one.subscriptionStatus = 'RENEWING'
  world.emit('subscription.renewing', aboutSubscription(world, one))
}

/** Tries once: a domain may block it, the wallet may be empty. */
export function renewSubscription(world: World, one: Subscription): void {
  const now = world.now().getTime()
  const domain = world.domains.get(one.domainId)
  if (domain?.status === 'GRACE_PERIOD' || domain?.status === 'EXPIRED') {
    const description = `Its domain is ${domain.status}: renew the domain first.`
    if (one.subscriptionStatus === 'RENEWING')
      one.subscriptionStatus = Date.parse(one.periodEnd) <= now ? 'PAST_DUE' : 'ACTIVE'
    one.blockedUntil = now + BLOCKED_MS
    world.emit('subscription.renewal.failed', { ...aboutSubscription(world, one), description })
    return
  }
  if (one.subscriptionStatus === 'ACTIVE') beginRenewal(world, one)
  // "All mailboxes of a domain that has completed one year and renewed."
  const completedYear =
    domain?.renewedOn !== undefined && addYears(new Date(domain.registeredOn), 1).getTime() <= now
  const price = completedYear && one.priceCents === MAILBOX_CENTS ? MAILBOX_AFTER_YEAR_CENTS : one.priceCents
  const boxes = boxesOf(world, one)
  // CMR's pages disagree on whether PAUSED warm-ups are billed.
  const warmups = boxes.filter(({ warmup }) => warmup?.status === 'ACTIVE').length
  try {
    charge(world, price * boxes.length + WARMUP_CENTS * warmups, `Renewal of ${one.domain}`)
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error
    if (one.subscriptionStatus === 'PAST_DUE') return
    one.subscriptionStatus = 'PAST_DUE'
    world.emit('subscription.past_due', aboutSubscription(world, one))
    return
  }
  one.subscriptionStatus = 'ACTIVE'
  one.emptySeats = 0
  one.periodStart = one.periodEnd
  one.periodEnd = addMonths(new Date(one.periodEnd), 1).toISOString()
  if (price !== one.priceCents) {
    one.priceCents = price
    world.emit('subscription.updated', {
      ...aboutSubscription(world, one),
      description: 'Its domain has completed a year and was renewed: the price after it applies.',
    })
  }
  world.emit('subscription.renewal.success', aboutSubscription(world, one))
}

export function cancel(world: World, one: Subscription): void {
  one.subscriptionStatus = 'CANCELLED'
  for (const mailbox of boxesOf(world, one)) world.mailboxes.delete(mailbox.mailboxId)
  world.emit('subscription.cancelled', aboutSubscription(world, one))
}

/**
 * A new subscription in place of an old one, whose id stops resolving: it takes over the billing, at the first
 * year's price, and has new mailbox accounts under the same names, the worse of the two that CMR's pages tell.
 */
export function recreate(world: World, old: Subscription): void {
  const fresh: Subscription = {
    ...old,
    subscriptionId: newId(),
    priceCents: MAILBOX_CENTS,
    since: world.now().toISOString(),
  }
  world.subscriptions.delete(old.subscriptionId)
  world.subscriptions.set(fresh.subscriptionId, fresh)
  for (const box of boxesOf(world, old)) {
    world.mailboxes.delete(box.mailboxId)
    const username = box.email.split('@')[0] ?? ''
    addMailbox(world, fresh, { ...box, username, onWarmup: false }, 'ACTIVE')
  }
}
