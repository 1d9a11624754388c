import type { DomainFacts } from '../facts.ts'
import type { DetectedProblem, ProblemCheck } from '../problem.ts'
import { dnsChecks } from './dns.ts'
import * as domain from './domain.ts'
import * as exports from './exports.ts'
import * as mailboxes from './mailboxes.ts'
import * as notes from './notes.ts'
import * as order from './order.ts'
import * as subscription from './subscription.ts'
import * as status from './subscription-status.ts'

/**
 * Everything that is looked for, in the order of what stops the sending: what stops it now, a cause before what
 * follows from it; what stops it within days; what keeps mail from arriving; what ends later; what is only worth
 * knowing.
 */
export const problemChecks: readonly ProblemCheck[] = [
  domain.customerGone,
  order.orderParked,
  order.orderFailed,
  order.orderStuck,
  order.orderUnderWay,
  domain.domainUnknown,
  domain.domainLapsed,
  domain.domainTransferred,
  domain.domainInactive,
  domain.domainInGrace,
  domain.nameserversForeign,
  domain.domainPending,
  order.mailboxOrderFailed,
  subscription.subscriptionCancelled,
  subscription.subscriptionExpired,
  status.subscriptionInactive,
  subscription.subscriptionNone,
  subscription.workspaceGone,
  mailboxes.mailboxUnknown,
  mailboxes.mailboxesMissing,
  mailboxes.mailboxOff,
  mailboxes.mailboxFailed,
  mailboxes.mailboxStuck,
  mailboxes.mailboxesInTheMaking,
  subscription.walletPastDue,
  subscription.subscriptionPastDue,
  subscription.renewalStuck,
  ...dnsChecks,
  notes.placementBad,
  domain.domainEndsSoon,
  subscription.subscriptionEndsSoon,
  notes.walletTooLow,
  status.subscriptionOver,
  subscription.subscriptionAutoRenewOff,
  domain.domainAutoRenewOff,
  mailboxes.warmupPaused,
  exports.exportLoginExpired,
  exports.exportFailed,
  mailboxes.warmupMissing,
  order.moreFailed,
  order.moreParked,
  notes.webhooksSilent,
  notes.seatsEmpty,
]

/** Returns what is wrong with a domain, what matters most first. */
export function problemsIn(facts: DomainFacts): readonly DetectedProblem[] {
  const found = problemChecks.flatMap((check) => {
    const problem = check.find(facts)
    return problem ? [{ check, problem }] : []
  })
  const ids = new Set(found.map(({ check }) => check.id))
  return found.map(({ check: { id, link, level, follows = [] }, problem }) => {
    return { ...problem, id, link, level, because: follows.find((cause) => ids.has(cause)) }
  })
}

/** Returns those that need mending themselves, not only their cause. */
export function ownProblems(problems: readonly DetectedProblem[]): readonly DetectedProblem[] {
  return problems.filter(({ because }) => because === undefined)
}
