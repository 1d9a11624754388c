import { mailboxNamedBy } from '../../cmr/answers/mailboxes.ts'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { money } from '../../cmr/money.ts'
import { webhookSettings, webhookSilence } from '../../commands/dashboard.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import { placementThresholds, verdictOf } from '../../resources/placement/messages.ts'
import { amountText } from '../../resources/renewal-amount.ts'
import { counted, date, escapeText } from '../../slack/blocks.ts'
import {
  type DomainFacts,
  isCalled,
  known,
  mailboxesIn,
  placeOf,
  renewalAmount,
  subscriptionIn,
} from '../facts.ts'
import {
  addFunds,
  domainLost,
  mailboxesLost,
  openWebhooks,
  orderMailboxes,
  type ProblemCheck,
} from '../problem.ts'

/** What the wallet pays by itself for this domain in its next weeks: its subscription, and the domain. */
function comingPayments(
  facts: DomainFacts,
): { readonly what: string; readonly at: string; readonly cents: number; readonly price: string }[] {
  const { subscriptionStatus, autoRenew, periodEnd } = subscriptionIn(facts) ?? {}
  const { status, autoRenew: renews, expiryDate } = known(facts.domain) ?? {}
  const amount = renewalAmount(facts)
  const [monthly, yearly] = [amount.cents, known(facts.domainRenewal)]
  return [
    ...(subscriptionStatus === 'ACTIVE' && autoRenew !== false && periodEnd && monthly !== undefined
      ? [{ what: 'its subscription', at: periodEnd, cents: monthly, price: amountText(amount) ?? '' }]
      : []),
    ...(status === 'ACTIVE' && renews === true && expiryDate && yearly !== undefined
      ? [{ what: 'the domain', at: expiryDate, cents: yearly, price: money(yearly) }]
      : []),
  ].sort((a, b) => a.at.localeCompare(b.at))
}

/** Those of them that the wallet does not hold, and what it lacks for each. */
function runningOut(facts: DomainFacts, balance: number) {
  const until = facts.now.getTime() + RENEWABLE_DAYS * millisecondsInDay
  const payments = comingPayments(facts).filter(({ at }) => Date.parse(at) <= until)
  return payments
    .map((one, at) => {
      const needed = payments.slice(0, at + 1).reduce((sum, { cents }) => sum + cents, 0)
      return { ...one, missing: needed - balance }
    })
    .filter(({ missing }) => missing > 0)
}

export const walletTooLow: ProblemCheck = {
  id: 'wallet-too-low',
  link: 'Wallet',
  level: 'soon',
  follows: [...domainLost, 'wallet-empty-past-due'],
  find(facts) {
    const balance = known(facts.balance)
    if (balance === undefined) return undefined
    const [uncovered] = runningOut(facts, balance)
    if (uncovered)
      return {
        short: facts.isWalletPrivate ? 'too low' : money(balance),
        sentence: facts.isWalletPrivate
          ? `The wallet does not cover it: ${uncovered.what} renews ${date(uncovered.at)} for ${uncovered.price}.`
          : `The wallet holds ${money(balance)}, and ${uncovered.what} renews ${date(uncovered.at)} for ${uncovered.price}: it will not be paid.`,
        todo: facts.isWalletPrivate
          ? 'Add funds before then.'
          : `Add ${money(uncovered.missing)} before then, and more for what else renews before that day.`,
        buttons: [addFunds],
      }
    if (balance > 0) return undefined
    return {
      short: facts.isWalletPrivate ? 'empty' : money(balance),
      sentence: `The wallet is empty${facts.isWalletPrivate ? '' : ` (${money(balance)})`}: nothing can be renewed or ordered.`,
      buttons: [addFunds],
    }
  },
}

export const placementBad: ProblemCheck = {
  id: 'placement-bad',
  link: 'Placement',
  level: 'harms',
  follows: mailboxesLost,
  find(facts) {
    const mine = mailboxesIn(facts) ?? []
    const reports = (known(facts.placement) ?? []).filter(({ mailboxId, email }) =>
      mine.some((one) => isCalled(one, mailboxId ?? email ?? '')),
    )
    const bad = reports.filter((one) => verdictOf(one) === 'bad')
    const [worst] = [...bad].sort((a, b) => (a.inbox ?? 0) - (b.inbox ?? 0))
    if (!worst) return undefined
    const ids = mine.flatMap((one) => mailboxNamedBy(one) ?? []).slice(0, 10)
    return {
      short: `${worst.inbox}% in the inbox`,
      sentence: `In its last placement test${worst.createdAt ? ` (${date(worst.createdAt)})` : ''} only ${worst.inbox}% of what ${escapeText(worst.email ?? 'a mailbox')} sent reached the inbox; ${placementThresholds.good}% is good.`,
      todo: 'Send less from there for a while and let it warm up, then test again.',
      buttons: [
        {
          text: 'Test again',
          actionId: 'placement.run',
          value: `userId=${facts.of.userId} mailboxIds="${ids.join(' ')}"`,
        },
        { text: 'Show reports', actionId: 'placement.reports', value: `userId=${facts.of.userId}` },
      ],
    }
  },
}

/** One webhook may always get lost. */
const SUSPICIOUS = 3

export const webhooksSilent: ProblemCheck = {
  id: 'webhooks-silent',
  link: 'Webhooks',
  level: 'advice',
  find({ lastWebhookAt, missedWebhooks, now }) {
    const silence = webhookSilence(lastWebhookAt, now)
    if (!silence && missedWebhooks < SUSPICIOUS) return undefined
    const found = counted(missedWebhooks, 'change was', 'changes were')
    const off = `Webhooks seem to be off: ${found} found by asking CMR in the last day, and none was sent. ${webhookSettings}`
    return {
      short: lastWebhookAt ? `none since ${date(lastWebhookAt)}` : 'none yet',
      sentence: `${escapeText(missedWebhooks >= SUSPICIOUS ? off : silence)} Until then the bot notices changes only when it asks CMR.`,
      buttons: [openWebhooks],
    }
  },
}

export const seatsEmpty: ProblemCheck = {
  id: 'seats-empty',
  link: 'Mailboxes',
  level: 'advice',
  follows: [...mailboxesLost, 'mailboxes-missing'],
  find(facts) {
    const { totalMailboxQuantity = 0, subscriptionStatus, periodEnd } = subscriptionIn(facts) ?? {}
    const empty = totalMailboxQuantity - (mailboxesIn(facts)?.length ?? totalMailboxQuantity)
    if (facts.mailbox || subscriptionStatus !== 'ACTIVE' || empty <= 0) return undefined
    return {
      short: `${empty} paid and empty`,
      sentence: `${counted(empty, 'seat is', 'seats are')} paid until ${date(periodEnd)} without a mailbox.`,
      todo: 'A mailbox can be added in it until then without another charge.',
      buttons: [{ ...orderMailboxes(facts), value: placeOf(facts) }],
    }
  },
}
