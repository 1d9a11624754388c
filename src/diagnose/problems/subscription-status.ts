import { escapeText } from '../../slack/blocks.ts'
import { isLive, known, placeOf, subscriptionIn } from '../facts.ts'
import { domainLost, type ProblemCheck, reportToCmr } from '../problem.ts'

/** What CMR calls a subscription that is paid, or that it still tries to be paid for. */
const running = new Set(['ACTIVE', 'RENEWING', 'PAST_DUE'])
/** Statuses that CMR's pages do not name, and that do not sound like a subscription which works. */
const notWorking = /fail|suspend|paus|inactive|unpaid|past|cancel|expire|disabled|blocked|error/i

export const subscriptionInactive: ProblemCheck = {
  id: 'subscription-inactive',
  link: 'Subscription',
  level: 'stops',
  follows: domainLost,
  find(facts) {
    const found = subscriptionIn(facts)
    const { subscriptionStatus: status = '' } = found ?? {}
    if (!found || !isLive(found) || running.has(status) || !notWorking.test(status)) return undefined
    return {
      short: escapeText(status),
      sentence: `CMR reports its subscription as ${escapeText(status)}: its mailboxes may be switched off.`,
      todo: 'Only CMR’s support can say why.',
      buttons: [
        reportToCmr(
          facts,
          `The subscription ${found.subscriptionId} of ${facts.of.domain} is ${status}. Why?`,
        ),
      ],
    }
  },
}

/** The one asked about is over; the domain has another that runs. */
export const subscriptionOver: ProblemCheck = {
  id: 'subscription-over',
  link: 'Subscription',
  level: 'advice',
  follows: domainLost,
  find(facts) {
    const found = subscriptionIn(facts)
    if (!found || isLive(found) || !known(facts.subscriptions)?.some(isLive)) return undefined
    const status = escapeText(found.subscriptionStatus ?? '')
    return {
      short: `this one is ${status}`,
      sentence: `This subscription is ${status}; another one on the domain is not over.`,
      buttons: [
        {
          text: 'Check the domain',
          actionId: 'diagnose.show',
          value: placeOf(facts),
        },
      ],
    }
  },
}
