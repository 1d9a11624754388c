import { addDays } from 'date-fns/addDays'
import { addMonths } from 'date-fns/addMonths'
import { addYears } from 'date-fns/addYears'
import {
  charge,
  type Domain,
  type Mailbox,
  newId,
  type Order,
  Refusal,
  type Subscription,
  type World,
  yearlyCents,
} from './world.ts'

/** Seven days, to the end of the day in UTC ("Renewal"). */
function endOfGrace(from: string): number {
  return addDays(new Date(from), 8).setUTCHours(0, 0, 0, 0)
}

export function registerDomain(
  world: World,
  wanted: { userId: string; name: string; years: number; provider: string },
): Domain {
  const now = world.now()
  const domain: Domain = {
    domainId: newId(),
    userId: wanted.userId,
    domainName: wanted.name,
    status: 'PENDING',
    registeredOn: now.toISOString(),
    expiryDate: addYears(now, wanted.years).toISOString(),
    autoRenew: false,
    serviceProvider: wanted.provider,
    domainForwarding: null,
    emailForwarding: null,
    clientId: null,
    nameservers: ['ns1.cmr-dns.test', 'ns2.cmr-dns.test'],
    records: [{ recordId: newId(), host: '@', ...mailHost(wanted), recordType: 'MX', ttl: 3600 }],
  }
  world.domains.set(domain.domainId, domain)
  return domain
}

/** Where the provider takes mail. */
function mailHost({ name, provider }: { name: string; provider: string }) {
  if (provider !== 'MICROSOFT') return { value: 'smtp.google.com', priority: 1 }
  return { value: `${name.replaceAll('.', '-')}.mail.protection.outlook.com`, priority: 0 }
}

interface Opening {
  name: string
  people: { username: string; firstName: string; lastName: string; onWarmup?: boolean }[]
  provider: string
  autoRenew: boolean
  actionId: string
}

/** A subscription for the mailboxes of one domain, and each mailbox coming alive. */
export function openSubscription(world: World, order: Order, opening: Opening): void {
  const now = world.now()
  const domain = [...world.domains.values()].find((one) => one.domainName === opening.name)
  const about = {
    userId: order.userId,
    userEmail: world.users.get(order.userId)?.email,
    orderId: order.orderId,
    actionId: opening.actionId,
  }
  if (!domain) {
    world.emit('mailbox.order.failed', {
      ...about,
      domainName: opening.name,
      reason: 'The domain is not registered.',
    })
    return
  }
  const existing = world.subscriptions.get(String(order.request.subscriptionId))
  const subscription: Subscription = existing ?? {
    subscriptionId: newId(),
    userId: order.userId,
    domainId: domain.domainId,
    domain: domain.domainName,
    subscriptionStatus: 'ACTIVE',
    billingCycle: 'MONTHLY',
    priceCents: 300,
    since: now.toISOString(),
    periodStart: now.toISOString(),
    periodEnd: addMonths(now, 1).toISOString(),
    autoRenew: opening.autoRenew,
    serviceProvider: opening.provider,
  }
  world.subscriptions.set(subscription.subscriptionId, subscription)
  world.emit('mailbox.order.success', {
    ...about,
    domainId: domain.domainId,
    domainName: domain.domainName,
    subscriptionId: subscription.subscriptionId,
    workspaceType: opening.provider,
    creationTime: subscription.periodStart,
    expiryDate: subscription.periodEnd,
    price: (subscription.priceCents * opening.people.length) / 100,
    quantity: opening.people.length,
  })
  const pictures = (order.request.files ?? {}) as Record<string, Blob>
  for (const [at, person] of opening.people.entries()) {
    const mailbox = addMailbox(world, subscription, person, 'IN_PROGRESS')
    const picture = pictures[mailbox.email]
    if (picture) mailbox.profilePicture = `${picture.type}, ${picture.size} bytes`
    world.later(3000 + at * 400, () => {
      mailbox.status = 'CREATING_PASSWORD'
    })
    world.later(8000 + at * 600, () => {
      mailbox.status = 'ACTIVE'
      world.emit('mailbox.created', {
        userId: order.userId,
        orderId: order.orderId,
        actionId: opening.actionId,
        mailboxId: mailbox.mailboxId,
        email: mailbox.email,
      })
    })
  }
}

export function addMailbox(
  world: World,
  subscription: Subscription,
  person: { username: string; firstName: string; lastName: string; onWarmup?: boolean },
  status: Mailbox['status'],
): Mailbox {
  const mailbox: Mailbox = {
    mailboxId: newId(),
    userId: subscription.userId,
    subscriptionId: subscription.subscriptionId,
    domain: subscription.domain,
    email: `${person.username}@${subscription.domain}`,
    firstName: person.firstName,
    lastName: person.lastName,
    status,
    profilePicture: null,
    warmup: person.onWarmup ? newWarmup('ACTIVE') : null,
  }
  world.mailboxes.set(mailbox.mailboxId, mailbox)
  return mailbox
}

/** A warm-up with the settings that CMR starts it with. */
export function newWarmup(status: 'PENDING' | 'ACTIVE') {
  return {
    status: status as string,
    warmupLimit: 40,
    minimumWarmupLimit: 5,
    warmupReplyRate: 30,
    warmupOpenRate: 60,
    warmupSpamProtectionRate: 80,
    warmupOnWeekdays: false,
    increasePerDay: 2,
    warmupDisableSlow: false,
    minimumDelayBetweenWarmupEmails: 5,
    maximumDelayBetweenWarmupEmails: 45,
  }
}

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

const boxesOf = (world: World, one: Subscription) =>
  [...world.mailboxes.values()].filter((mailbox) => mailbox.subscriptionId === one.subscriptionId)

function about(world: World, one: Subscription, actionId?: string) {
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
    world.emit('subscription.renewal.failed', { ...about(world, one, actionId), description })
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
    world.emit('subscription.past_due', about(world, one, actionId))
    return
  }
  one.subscriptionStatus = 'ACTIVE'
  one.periodStart = one.periodEnd
  one.periodEnd = addMonths(new Date(one.periodEnd), 1).toISOString()
  if (price !== one.priceCents) {
    one.priceCents = price
    world.emit('subscription.updated', {
      ...about(world, one),
      pricePerMailbox: price / 100,
      description: 'The price after 12 months applies.',
    })
  }
  world.emit('subscription.renewal.success', about(world, one, actionId))
}

export function cancel(world: World, one: Subscription): void {
  one.subscriptionStatus = 'CANCELLED'
  for (const mailbox of boxesOf(world, one)) world.mailboxes.delete(mailbox.mailboxId)
  world.emit('subscription.cancelled', about(world, one))
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

/** Brings everything up to the sandbox's now: what expires, falls due or is retried. */
export function settle(world: World): void {
  const now = world.now().getTime()
  for (const domain of world.domains.values()) {
    const { domainId, domainName, expiryDate } = domain
    if (domain.status === 'ACTIVE' && Date.parse(expiryDate) <= now) expire(world, domain)
    if (domain.status === 'GRACE_PERIOD' && endOfGrace(expiryDate) <= now) {
      domain.status = 'EXPIRED'
      world.emit('domain.expired', { domainId, domainName })
    }
  }
  for (const one of world.subscriptions.values()) {
    const open = one.subscriptionStatus === 'ACTIVE' || one.subscriptionStatus === 'PAST_DUE'
    for (let months = 0; months < 36 && open && Date.parse(one.periodEnd) <= now; months++) {
      const before = one.periodEnd
      if (one.autoRenew) renewSubscription(world, one)
      else if (addDays(new Date(one.periodEnd), 7).getTime() <= now) end(world, one)
      else pastDue(world, one)
      if (one.periodEnd === before) break
    }
  }
}

function expire(world: World, domain: Domain) {
  const { domainId, domainName, expiryDate } = domain
  if (domain.autoRenew && world.wallet.cents >= yearlyCents(domainName)) {
    charge(world, yearlyCents(domainName), `Renewal of ${domainName}`)
    return renewDomain(world, domain, 1)
  }
  if (domain.autoRenew)
    world.emit('domain.renewal.failed', {
      domainId,
      domainName,
      expiryDate,
      reason: 'Insufficient wallet balance',
    })
  domain.status = 'GRACE_PERIOD'
  world.emit('domain.grace_period', { domainId, domainName, expiryDate })
}

function pastDue(world: World, one: Subscription) {
  if (one.subscriptionStatus === 'PAST_DUE') return
  one.subscriptionStatus = 'PAST_DUE'
  world.emit('subscription.past_due', about(world, one))
}

function end(world: World, one: Subscription) {
  if (one.subscriptionStatus === 'EXPIRED') return
  one.subscriptionStatus = 'EXPIRED'
  for (const mailbox of boxesOf(world, one)) mailbox.status = 'EXPIRED'
  world.emit('subscription.expired', about(world, one))
}
