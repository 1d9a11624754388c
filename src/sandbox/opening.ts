import { monthsLater, yearsLater } from '../cmr/billing.ts'
import {
  MAILBOX_CENTS,
  newCredentials,
  newId,
  type Order,
  type SandboxDomain,
  type SandboxMailbox,
  type SandboxSubscription,
  type World,
} from './world.ts'

export function registerDomain(
  world: World,
  wanted: {
    userId: string
    name: string
    years: number
    provider: string
    forwardTo?: string | undefined
    masked?: boolean
  },
): SandboxDomain {
  const now = world.now()
  const domain: SandboxDomain = {
    domainId: newId(),
    userId: wanted.userId,
    domainName: wanted.name,
    status: 'PENDING',
    registeredOn: now.toISOString(),
    expiryDate: new Date(yearsLater(now.getTime(), wanted.years)).toISOString(),
    autoRenew: false,
    serviceProvider: wanted.provider,
    domainForwarding: wanted.forwardTo
      ? { forwardTo: wanted.forwardTo, maskForwarding: wanted.masked }
      : null,
    emailForwarding: null,
    clientId: null,
    nameservers: ['ns1.cmr-dns.test', 'ns2.cmr-dns.test'],
    records: [{ recordId: newId(), host: '@', ...mailHost(wanted), recordType: 'MX', ttl: 3600 }],
  }
  world.domains.set(domain.domainId, domain)
  return domain
}

/** The provider's MX record. */
function mailHost({ name, provider }: { name: string; provider: string }) {
  if (provider !== 'MICROSOFT') return { value: 'smtp.google.com', priority: 1 }
  return { value: `${name.replaceAll('.', '-')}.mail.protection.outlook.com`, priority: 0 }
}

interface OpeningOrder {
  name: string
  people: {
    username: string
    firstName: string
    lastName: string
    profilePicture?: string
    onWarmup?: boolean
  }[]
  provider: string
  autoRenew: boolean
}

/** A subscription of a month on a domain, at the list price. */
export function newSubscription(
  world: World,
  { userId, domainId, domainName }: SandboxDomain,
  { provider, autoRenew }: { provider: string; autoRenew: boolean },
): SandboxSubscription {
  const now = world.now()
  const subscription: SandboxSubscription = {
    subscriptionId: newId(),
    userId,
    domainId,
    domain: domainName,
    subscriptionStatus: 'ACTIVE',
    billingCycle: 'MONTHLY',
    priceCents: MAILBOX_CENTS,
    since: now.toISOString(),
    periodStart: now.toISOString(),
    periodEnd: new Date(monthsLater(now.getTime(), 1)).toISOString(),
    autoRenew,
    serviceProvider: provider,
  }
  world.subscriptions.set(subscription.subscriptionId, subscription)
  return subscription
}

/** A subscription for the mailboxes of one domain, and each mailbox coming alive. */
export function openSubscription(world: World, order: Order, opening: OpeningOrder): void {
  const domain = [...world.domains.values()].find((one) => one.domainName === opening.name)
  const about = {
    userId: order.userId,
    userEmail: world.users.get(order.userId)?.email,
    orderId: order.orderId,
  }
  const reason = domain ? conflictOn(world, order, domain) : 'The domain is not registered.'
  if (!domain || reason) {
    order.mailboxFailures[opening.name] = reason ?? ''
    world.emit('mailbox.order.failed', {
      ...about,
      domainId: domain?.domainId,
      domainName: opening.name,
      workspaceType: opening.provider,
      quantity: opening.people.length,
      reason,
    })
    return
  }
  const existing = world.subscriptions.get(String(order.request.subscriptionId))
  const subscription = existing ?? newSubscription(world, domain, opening)
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
    if (person.profilePicture) mailbox.profilePicture = person.profilePicture
    if (picture) mailbox.profilePicture = `${picture.type}, ${picture.size} bytes`
    world.later(3000 + at * 400, () => {
      mailbox.status = 'CREATING_PASSWORD'
    })
    world.later(8000 + at * 600, () => {
      mailbox.status = 'ACTIVE'
      world.emit('mailbox.created', {
        userId: order.userId,
        orderId: order.orderId,
        mailboxId: mailbox.mailboxId,
        email: mailbox.email,
        ...newCredentials(),
        imap: { host: 'imap.gmail.com', port: 993, username: mailbox.email, ...newCredentials() },
        smtp: { host: 'smtp.gmail.com', port: 465, username: mailbox.email, ...newCredentials() },
      })
    })
  }
}

/** "A domain may be charged before a workspace conflict fails its mailboxes." */
function conflictOn(world: World, order: Order, { domainName }: SandboxDomain): string | undefined {
  const conflict = order.kind === 'domains' && world.workspaces.get(domainName) === 'conflict'
  return conflict ? `A workspace exists on ${domainName} already.` : undefined
}

export function addMailbox(
  world: World,
  subscription: SandboxSubscription,
  person: { username: string; firstName: string; lastName: string; onWarmup?: boolean },
  status: SandboxMailbox['status'],
): SandboxMailbox {
  if (subscription.emptySeats) subscription.emptySeats--
  const mailbox: SandboxMailbox = {
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
