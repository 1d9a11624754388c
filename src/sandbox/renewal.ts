import { nextPeriodEnd, yearsLater } from '../cmr/billing.ts'
import { addMailbox } from './opening.ts'
import {
  charge,
  MAILBOX_AFTER_YEAR_CENTS,
  MAILBOX_CENTS,
  newId,
  type SandboxDomain,
  type SandboxMailbox,
  SandboxRefusal,
  type SandboxSubscription,
  WARMUP_CENTS,
  type World,
  yearlyCents,
} from './world.ts'

/** @param at when; milliseconds since 1970 */
export function renewDomain(
  world: World,
  domain: SandboxDomain,
  years: number,
  at = world.now().getTime(),
): void {
  domain.status = 'ACTIVE'
  domain.renewedOn = new Date(at).toISOString()
  domain.expiryDate = new Date(yearsLater(Date.parse(domain.expiryDate), years)).toISOString()
  const { domainId, domainName, expiryDate } = domain
  world.emit('domain.renewal.success', {
    domainId,
    domainName,
    expiryDate,
    price: (yearlyCents(domainName) * years) / 100,
  })
}

export const boxesOf = (world: World, one: SandboxSubscription) =>
  [...world.mailboxes.values()].filter((mailbox) => mailbox.subscriptionId === one.subscriptionId)

/** Returns the paid seats: its mailboxes, and the empty seats until the renewal. */
export const seatsOf = (world: World, one: SandboxSubscription) =>
  boxesOf(world, one).length + (one.emptySeats ?? 0)

/**
 * Removes a mailbox; its seat stays paid until the renewal. The last one takes the workspace along. That the
 * subscription is cancelled with it is inferred.
 */
export function removeMailbox(world: World, { mailboxId, subscriptionId }: SandboxMailbox): void {
  if (!world.mailboxes.delete(mailboxId)) return
  const subscription = world.subscriptions.get(subscriptionId)
  if (!subscription) return
  subscription.emptySeats = (subscription.emptySeats ?? 0) + 1
  if (boxesOf(world, subscription).length === 0 && subscription.subscriptionStatus !== 'CANCELLED')
    cancel(world, subscription)
}

export function aboutSubscription(world: World, one: SandboxSubscription) {
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

/** Emits subscription.renewing. */
export function beginRenewal(world: World, one: SandboxSubscription): void {
  one.subscriptionStatus = 'RENEWING'
  world.emit('subscription.renewing', aboutSubscription(world, one))
}

/**
 * Tries once: a domain may block it, the wallet may be empty.
 * @param at when; milliseconds since 1970
 */
export function renewSubscription(world: World, one: SandboxSubscription, at = world.now().getTime()): void {
  const domain = world.domains.get(one.domainId)
  if (domain?.status === 'GRACE_PERIOD' || domain?.status === 'EXPIRED') {
    const description = `Its domain is ${domain.status}: renew the domain first.`
    if (one.subscriptionStatus !== 'PAST_DUE')
      one.subscriptionStatus = Date.parse(one.periodEnd) <= at ? 'PAST_DUE' : 'ACTIVE'
    world.emit('subscription.renewal.failed', { ...aboutSubscription(world, one), description })
    return
  }
  if (one.subscriptionStatus === 'ACTIVE') beginRenewal(world, one)
  // "All mailboxes of a domain that has completed one year and renewed."
  const completedYear =
    domain?.renewedOn !== undefined && yearsLater(Date.parse(domain.registeredOn), 1) <= at
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
  const nextEnd = nextPeriodEnd(Date.parse(one.periodStart), Date.parse(one.periodEnd))
  one.periodStart = one.periodEnd
  one.periodEnd = new Date(nextEnd).toISOString()
  if (price !== one.priceCents) {
    one.priceCents = price
    world.emit('subscription.updated', {
      ...aboutSubscription(world, one),
      description: 'Its domain has completed a year and was renewed: the price after it applies.',
    })
  }
  world.emit('subscription.renewal.success', aboutSubscription(world, one))
}

export function cancel(world: World, one: SandboxSubscription): void {
  one.subscriptionStatus = 'CANCELLED'
  for (const mailbox of boxesOf(world, one)) world.mailboxes.delete(mailbox.mailboxId)
  world.emit('subscription.cancelled', aboutSubscription(world, one))
}

/**
 * A new subscription in place of an old one, whose id stops resolving: it takes over the billing, at the first
 * year's price, and has new mailbox accounts under the same names, the worse of the two that CMR's pages tell.
 */
export function recreate(world: World, old: SandboxSubscription): void {
  const fresh: SandboxSubscription = {
    ...old,
    subscriptionId: newId(),
    priceCents: MAILBOX_CENTS,
    since: world.now().toISOString(),
  }
  world.subscriptions.delete(old.subscriptionId)
  world.subscriptions.set(fresh.subscriptionId, fresh)
  // Whatever became of the old workspace, there is one again.
  world.workspaces.delete(old.domain)
  for (const box of boxesOf(world, old)) {
    world.mailboxes.delete(box.mailboxId)
    const username = box.email.split('@')[0] ?? ''
    addMailbox(world, fresh, { ...box, username, onWarmup: false }, 'ACTIVE')
  }
}
