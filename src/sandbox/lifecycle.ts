import { addDays } from 'date-fns/addDays'
import { aboutSubscription, boxesOf, renewDomain, renewSubscription } from './renewal.ts'
import { charge, type Domain, type Subscription, type World, yearlyCents } from './world.ts'

/** Seven days, to the end of the day in UTC ("Renewal"). */
function endOfGrace(from: string): number {
  return addDays(new Date(from), 8).setUTCHours(0, 0, 0, 0)
}

/** Brings everything up to the sandbox's clock: expiries, renewals that are due, retries. */
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
    const blocked = (one.blockedUntil ?? 0) > now
    for (let months = 0; months < 36 && open && !blocked && Date.parse(one.periodEnd) <= now; months++) {
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
  world.emit('subscription.past_due', aboutSubscription(world, one))
}

function end(world: World, one: Subscription) {
  if (one.subscriptionStatus === 'EXPIRED') return
  one.subscriptionStatus = 'EXPIRED'
  for (const mailbox of boxesOf(world, one)) mailbox.status = 'EXPIRED'
  world.emit('subscription.expired', aboutSubscription(world, one))
}
