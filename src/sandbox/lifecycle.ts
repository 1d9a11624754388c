import { endOfGrace, endOfPastDue, nextTry } from '../cmr/billing.ts'
import { aboutSubscription, boxesOf, renewDomain, renewSubscription } from './renewal.ts'
import { charge, type SandboxDomain, type SandboxSubscription, type World, yearlyCents } from './world.ts'

/** Something that happens by itself, at its own time. */
interface TimedChange {
  readonly at: number
  /** By time, a domain before the subscription that it could block, then by name. */
  readonly order: string
  readonly run: () => void
}

/**
 * Brings everything up to the sandbox's clock: expiries, renewals that are due, retries, each at its own time and in
 * the order of time, however far the clock has moved. In which order CMR charges what is due at once is not documented.
 */
export function settle(world: World): void {
  const until = world.now().getTime()
  const waiting: TimedChange[] = []
  const follow = (row: SandboxDomain | SandboxSubscription, after: number) => {
    const due = 'subscriptionId' in row ? dueSubscription(world, row, after) : dueDomain(world, row, after)
    if (!due || due.at > until) return
    const run = () => {
      due.run()
      follow(row, due.at)
    }
    waiting.push({ ...due, run })
  }
  for (const domain of world.domains.values()) follow(domain, world.settled.until)
  for (const one of world.subscriptions.values()) follow(one, world.settled.until)
  waiting.sort(inOrder)
  for (let due = waiting.shift(); due; due = waiting.shift()) {
    const left = waiting.length
    due.run()
    if (waiting.length > left) waiting.sort(inOrder)
  }
  world.settled.until = until
}

function inOrder(a: TimedChange, b: TimedChange): number {
  return a.at - b.at || (a.order < b.order ? -1 : 1)
}

function dueDomain(world: World, domain: SandboxDomain, after: number): TimedChange | undefined {
  const expiry = Date.parse(domain.expiryDate)
  const order = `1 ${domain.domainName}`
  if (domain.status === 'ACTIVE') {
    const at = Math.max(expiry, after + 1)
    return { at, order, run: () => expire(world, domain, at) }
  }
  if (domain.status !== 'GRACE_PERIOD') return undefined
  return { at: Math.max(endOfGrace(expiry), after + 1), order, run: () => lose(world, domain) }
}

function dueSubscription(world: World, one: SandboxSubscription, after: number): TimedChange | undefined {
  const { subscriptionStatus: status, autoRenew, domain, subscriptionId } = one
  if (status !== 'ACTIVE' && status !== 'PAST_DUE') return undefined
  const periodEnd = Date.parse(one.periodEnd)
  const order = `2 ${domain} ${subscriptionId}`
  if (autoRenew) {
    // What was not paid is tried again once a day; a month that was missed before the one paid follows at once.
    const at = status === 'PAST_DUE' ? nextTry(periodEnd, after) : Math.max(periodEnd, after)
    return { at, order, run: () => renewSubscription(world, one, at) }
  }
  if (status === 'ACTIVE')
    return { at: Math.max(periodEnd, after + 1), order, run: () => pastDue(world, one) }
  return { at: Math.max(endOfPastDue(periodEnd), after + 1), order, run: () => end(world, one) }
}

function expire(world: World, domain: SandboxDomain, at: number) {
  const { domainId, domainName, expiryDate } = domain
  if (domain.autoRenew && world.wallet.cents >= yearlyCents(domainName)) {
    charge(world, yearlyCents(domainName), `Renewal of ${domainName}`)
    return renewDomain(world, domain, 1, at)
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

function lose(world: World, domain: SandboxDomain) {
  domain.status = 'EXPIRED'
  world.emit('domain.expired', { domainId: domain.domainId, domainName: domain.domainName })
}

function pastDue(world: World, one: SandboxSubscription) {
  one.subscriptionStatus = 'PAST_DUE'
  world.emit('subscription.past_due', aboutSubscription(world, one))
}

function end(world: World, one: SandboxSubscription) {
  one.subscriptionStatus = 'EXPIRED'
  for (const mailbox of boxesOf(world, one)) mailbox.status = 'EXPIRED'
  world.emit('subscription.expired', aboutSubscription(world, one))
}
