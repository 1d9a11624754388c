import { endOfPastDue } from '../../cmr/billing.ts'
import { money } from '../../cmr/money.ts'
import { hoursToMilliseconds, millisecondsInDay } from '../../process/dates.ts'
import { providerNames } from '../../resources/dns/mail.ts'
import { amountText } from '../../resources/renewal-amount.ts'
import { counted, date, escapeText } from '../../slack/blocks.ts'
import { type DomainFacts, isLive, known, renewalAmount, subscriptionIn } from '../facts.ts'
import {
  addFunds,
  domainLost,
  type FixButton,
  itsMailboxes,
  orderMailboxes,
  orderOpen,
  type ProblemCheck,
  reportToCmr,
} from '../problem.ts'

const renew = ({ subscriptionId }: { subscriptionId: string }): FixButton => ({
  text: 'Renew now',
  actionId: 'subscriptions.renew',
  value: `subscriptionIds=${subscriptionId}`,
})

const autoRenewOn = ({ subscriptionId }: { subscriptionId: string }): FixButton => ({
  text: 'Turn auto-renew on',
  actionId: 'subscriptions.auto-renew:on',
  value: `subscriptionId=${subscriptionId} autoRenew=yes`,
})

/** The subscription of a domain that has none which still runs. */
function over(facts: DomainFacts) {
  const all = known(facts.subscriptions)
  return all && !all.some(isLive) ? subscriptionIn(facts) : undefined
}

export const subscriptionCancelled: ProblemCheck = {
  id: 'subscription-cancelled',
  link: 'Subscription',
  level: 'stops',
  follows: domainLost,
  find(facts) {
    if (over(facts)?.subscriptionStatus !== 'CANCELLED') return undefined
    return {
      short: 'cancelled',
      sentence: 'Its subscription is cancelled: the workspace and its mailboxes are gone for good.',
      todo: 'Order mailboxes again: that opens a new subscription.',
      buttons: [orderMailboxes(facts)],
    }
  },
}

export const subscriptionExpired: ProblemCheck = {
  id: 'subscription-expired',
  link: 'Subscription',
  level: 'stops',
  follows: domainLost,
  find(facts) {
    const found = over(facts)
    if (found?.subscriptionStatus !== 'EXPIRED') return undefined
    const { periodEnd, totalMailboxQuantity } = found
    return {
      short: 'expired',
      sentence: `Its subscription has expired${periodEnd ? ` (its period ended ${date(periodEnd)})` : ''}, so ${itsMailboxes(totalMailboxQuantity)} ${totalMailboxQuantity === 1 ? 'is' : 'are'} switched off.`,
      todo: 'Order the mailboxes again: that opens a new subscription.',
      buttons: [orderMailboxes(facts)],
    }
  },
}

export const subscriptionNone: ProblemCheck = {
  id: 'subscription-none',
  link: 'Subscription',
  level: 'stops',
  follows: [...domainLost, ...orderOpen, 'domain-pending', 'mailbox-order-failed'],
  find(facts) {
    if (known(facts.subscriptions)?.length !== 0) return undefined
    const count = known(facts.mailboxes)?.length ?? 0
    if (count > 0)
      return {
        short: 'none',
        sentence: `CMR lists no subscription on it, although it has ${counted(count, 'mailbox', 'mailboxes')}: nothing pays for them.`,
        todo: 'Ask CMR’s support what happened to it.',
        buttons: [reportToCmr(facts, `${facts.of.domain} has mailboxes and no subscription`)],
      }
    return {
      short: 'none',
      sentence: 'It has no subscription, so nobody has a mailbox on it.',
      buttons: [orderMailboxes(facts)],
    }
  },
}

export const workspaceGone: ProblemCheck = {
  id: 'workspace-gone',
  link: 'Subscription',
  level: 'stops',
  follows: domainLost,
  find(facts) {
    if (known(facts.workspace) !== false) return undefined
    const { subscriptionStatus, subscriptionId } = subscriptionIn(facts) ?? {}
    const provider = providerNames[known(facts.dns)?.provider ?? 'GOOGLE']
    return {
      short: 'its workspace is gone',
      sentence: `CMR finds no ${provider} workspace on it, although its subscription is ${escapeText(subscriptionStatus)}: no mailbox of it can work.`,
      todo: 'Recreate the subscription: that creates the workspace and its mailboxes again. Mail in the old mailboxes is lost.',
      buttons: [
        {
          text: 'Recreate',
          actionId: 'subscriptions.recreate',
          value: subscriptionId ? `subscriptionIds=${subscriptionId}` : `domainNames=${facts.of.domain}`,
        },
        reportToCmr(facts, `The workspace of ${facts.of.domain} is gone`),
      ],
    }
  },
}

/** When a subscription that is not paid takes its mailboxes along. */
function switchedOff(periodEnd = ''): string {
  const end = endOfPastDue(Date.parse(periodEnd))
  return `its mailboxes are switched off ${Number.isNaN(end) ? 'some days later' : date(end)}`
}

const pastDueOf = (facts: DomainFacts) => {
  const found = subscriptionIn(facts)
  return found?.subscriptionStatus === 'PAST_DUE' ? found : undefined
}

/** Cents that the wallet lacks for the renewal that is past due; 0 where it holds enough or that is not known. */
function missingFor(facts: DomainFacts): number {
  const balance = known(facts.balance)
  const { cents } = renewalAmount(facts)
  if (balance === undefined) return 0
  return Math.max(0, (cents ?? (balance > 0 ? 0 : 1)) - balance)
}

export const walletPastDue: ProblemCheck = {
  id: 'wallet-empty-past-due',
  link: 'Wallet',
  level: 'soon',
  follows: domainLost,
  find(facts) {
    const found = pastDueOf(facts)
    const missing = missingFor(facts)
    if (!found || missing === 0) return undefined
    const amount = amountText(renewalAmount(facts))
    const keeps =
      found.autoRenew === false
        ? 'Then renew it.'
        : 'CMR then renews it by itself; to have it at once, press Renew now.'
    if (facts.isWalletPrivate)
      return {
        short: 'too low',
        sentence: `The wallet does not cover the renewal of its subscription${amount ? ` for ${amount}` : ''}: that is why it is past due.`,
        todo: `Add funds. ${keeps}`,
        buttons: [addFunds, renew(found)],
      }
    return {
      short: `${money(known(facts.balance) ?? 0)}${amount ? `, ${amount} needed` : ''}`,
      sentence: `The wallet holds ${money(known(facts.balance) ?? 0)}${amount ? ` and the renewal of its subscription costs ${amount}` : ''}: that is why it is past due.`,
      todo: `Add ${amount ? money(missing) : 'funds'}. ${keeps}`,
      buttons: [addFunds, renew(found)],
    }
  },
}

export const subscriptionPastDue: ProblemCheck = {
  id: 'subscription-past-due',
  link: 'Subscription',
  level: 'soon',
  follows: [...domainLost, 'domain-in-grace', 'wallet-empty-past-due'],
  find(facts) {
    const found = pastDueOf(facts)
    if (!found) return undefined
    const { periodEnd, autoRenew, subscriptionId } = found
    const amount = amountText(renewalAmount(facts))
    const follows =
      autoRenew === false ? `${switchedOff(periodEnd)}.` : 'CMR tries again by itself, but does not say when.'
    return {
      short: 'past due',
      sentence: `The payment of its subscription failed${periodEnd ? ` (its period ended ${date(periodEnd)})` : ''}: ${follows}`,
      todo: `${known(facts.balance) === undefined ? 'Renew' : 'The wallet covers it: renew'} it now${amount ? ` for ${amount}` : ''}.`,
      buttons: [renew({ subscriptionId }), ...(autoRenew === false ? [autoRenewOn({ subscriptionId })] : [])],
    }
  },
}

/** A renewal may wait 26 hours for its domain; one that takes longer hangs. */
const RENEWING_MS = hoursToMilliseconds(26)

export const renewalStuck: ProblemCheck = {
  id: 'subscription-renewal-stuck',
  link: 'Subscription',
  level: 'soon',
  follows: [...domainLost, 'domain-in-grace'],
  find(facts) {
    const found = subscriptionIn(facts)
    const since = facts.now.getTime() - Date.parse(found?.periodEnd ?? '')
    if (found?.subscriptionStatus !== 'RENEWING' || !(since > RENEWING_MS)) return undefined
    return {
      short: 'its renewal is stuck',
      sentence: `Its subscription has been RENEWING since ${date(found.periodEnd)}, which takes a day at most.`,
      todo: 'Ask CMR’s support. Do not renew it again: that may charge it twice.',
      buttons: [
        reportToCmr(facts, `The renewal of the subscription ${found.subscriptionId} is not finished`),
      ],
    }
  },
}

/** An end that is nearer than that is worth a warning. */
const NEAR_MS = 14 * millisecondsInDay

/** The subscription where nothing renews it, and how long it is paid for. */
function endingOf(facts: DomainFacts) {
  const found = subscriptionIn(facts)
  if (found?.subscriptionStatus !== 'ACTIVE' || found.autoRenew !== false) return undefined
  return { found, left: Date.parse(found.periodEnd ?? '') - facts.now.getTime() }
}

export const subscriptionEndsSoon: ProblemCheck = {
  id: 'subscription-ends-soon',
  link: 'Subscription',
  level: 'soon',
  follows: [...domainLost, 'workspace-gone'],
  find(facts) {
    const { found, left = Number.NaN } = endingOf(facts) ?? {}
    if (!found || !(left <= NEAR_MS)) return undefined
    const amount = amountText(renewalAmount(facts))
    return {
      short: `ends ${date(found.periodEnd)}`,
      sentence: `Its subscription ends ${date(found.periodEnd)} and its auto-renew is off: ${switchedOff(found.periodEnd)}.`,
      todo: `Turn auto-renew on, or renew it now${amount ? ` for ${amount}` : ''}.`,
      buttons: [autoRenewOn(found), renew(found)],
    }
  },
}

/** A subscription is paid by the month: its end is never far. */
export const subscriptionAutoRenewOff: ProblemCheck = {
  id: 'subscription-auto-renew-off',
  link: 'Subscription',
  level: 'advice',
  follows: [...domainLost, 'workspace-gone', 'subscription-ends-soon'],
  find(facts) {
    const { found, left = Number.NaN } = endingOf(facts) ?? {}
    if (!found || left <= NEAR_MS) return undefined
    const end = found.periodEnd ? ` ${date(found.periodEnd)}` : ' with its period'
    return {
      short: 'auto-renew is off',
      sentence: `The auto-renew of its subscription is off: it ends${end} unless somebody renews it.`,
      todo: 'Turn auto-renew on, unless that is meant.',
      buttons: [autoRenewOn(found)],
    }
  },
}
