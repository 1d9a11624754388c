import { isWalletReason } from '../../commands/dashboard.ts'
import { namesUpTo } from '../../directory/find/labels.ts'
import { millisecondsInMinute } from '../../process/dates.ts'
import { escapeText, moment } from '../../slack/blocks.ts'
import {
  type DomainFacts,
  isFailed,
  isLive,
  isParked,
  isUnderWay,
  itemsOn,
  known,
  type OrderFacts,
  type OrderItem,
} from '../facts.ts'
import {
  addFunds,
  domainLost,
  type FixButton,
  type FoundProblem,
  orderDomain,
  orderMailboxes,
  type ProblemCheck,
  reportToCmr,
  sentenceFrom,
} from '../problem.ts'

/** "Orders take 10–90 s as a rule": one that takes so much longer is stuck. */
const STUCK_MS = 30 * millisecondsInMinute

/** Names of what failed that a sentence spells out. */
const NAMED = 3

const orderValue = ({ userId, orderId }: OrderFacts) => `userId=${userId} orderId=${orderId}`
const showOrder = (order: OrderFacts): FixButton => ({
  text: 'Show order',
  actionId: 'orders.get',
  value: orderValue(order),
})

/** The domain has what it needs already: an order beside that is for more. */
function isServed({ domain, subscriptions, mailboxes }: DomainFacts): boolean {
  const isThere = known(domain) !== undefined
  return Boolean(isThere && known(subscriptions)?.some(isLive) && known(mailboxes)?.length)
}

function parked(facts: DomainFacts, isForMore: boolean): FoundProblem | undefined {
  const order = known(facts.order)
  if (!order || !isParked(order) || isServed(facts) !== isForMore) return undefined
  return {
    short: 'waits to be processed',
    sentence: isForMore
      ? 'An order of more for it waits to be processed: nothing is charged until then.'
      : 'Its order waits to be processed: nothing is registered or charged until somebody does that.',
    buttons: [
      { text: 'Process order', actionId: 'orders.process', value: orderValue(order) },
      showOrder(order),
    ],
  }
}

export const orderParked: ProblemCheck = {
  id: 'order-parked',
  link: 'Order',
  level: 'stops',
  follows: ['customer-gone'],
  find: (facts) => parked(facts, false),
}

export const moreParked: ProblemCheck = {
  id: 'order-parked-for-more',
  link: 'Order',
  level: 'advice',
  find: (facts) => parked(facts, true),
}

/** What failed of an order, in CMR's words. */
function failure({ of, order }: DomainFacts, kind: OrderItem['kind']) {
  const held = known(order)
  if (!held) return undefined
  const items = itemsOn(held, of.domain)
  const failed = items.find((one) => one.kind === kind && isFailed(one))
  const reason = failed?.reason
  if (failed) return { order: held, reason, because: reason ? `: ${sentenceFrom(reason)}` : '.' }
  // CMR may say of an order that it failed, and nothing of what is in it.
  if (kind !== 'domain' || items.length > 0 || !isFailed(held)) return undefined
  return { order: held, reason, because: `: its order is ${escapeText(held.status ?? '')}.` }
}

export const orderFailed: ProblemCheck = {
  id: 'order-failed',
  link: 'Order',
  level: 'stops',
  follows: ['customer-gone'],
  find(facts) {
    const found = failure(facts, 'domain')
    if (!found || known(facts.domain)) return undefined
    const { order, reason, because } = found
    const forMoney = isWalletReason(reason)
    if (order.isPreWarmed)
      return {
        short: 'failed',
        sentence: `CMR could not deliver this pre-warmed domain${because}`,
        todo: forMoney ? 'Add funds, then order it again.' : 'Pick another domain from the inventory.',
        buttons: [
          ...(forMoney ? [addFunds] : []),
          { text: 'Search inventory', actionId: 'prewarm.list' },
          reportToCmr(facts, `The pre-warmed domain ${facts.of.domain} was not delivered`, order),
        ],
      }
    return {
      short: 'failed',
      sentence: `CMR could not register it${because} Its mailboxes were not created either.`,
      todo: forMoney ? 'Add funds, then order it again.' : 'Order another name, or this one again.',
      buttons: [
        ...(forMoney ? [addFunds] : []),
        orderDomain(facts, 'Order again'),
        reportToCmr(facts, `The order of ${facts.of.domain} failed${reason ? `: ${reason}` : ''}`, order),
      ],
    }
  },
}

export const mailboxOrderFailed: ProblemCheck = {
  id: 'mailbox-order-failed',
  link: 'Order',
  level: 'stops',
  follows: ['customer-gone', 'order-failed', 'domain-lapsed', 'domain-transferred'],
  find(facts) {
    const found = failure(facts, 'mailbox')
    if (!found || isServed(facts) || !known(facts.domain)) return undefined
    const { order, reason, because } = found
    return {
      short: 'of mailboxes failed',
      sentence: `The domain is registered, but the order of its mailboxes failed${because}`,
      todo: /workspace/i.test(reason ?? '')
        ? 'The workspace has to be released by its owner; then order the mailboxes again.'
        : 'Order the mailboxes again.',
      buttons: [
        ...(isWalletReason(reason) ? [addFunds] : []),
        orderMailboxes(facts),
        reportToCmr(
          facts,
          `The order of mailboxes on ${facts.of.domain} failed${reason ? `: ${reason}` : ''}`,
          order,
        ),
      ],
    }
  },
}

/** The domain is there all the same: what failed was for more, or for others too. */
export const moreFailed: ProblemCheck = {
  id: 'order-failed-for-more',
  link: 'Order',
  level: 'advice',
  follows: [...domainLost, 'order-failed', 'mailbox-order-failed'],
  find(facts) {
    const order = known(facts.order)
    if (!order) return undefined
    const items = itemsOn(order, facts.of.domain)
    const failed = items.filter(isFailed)
    const [first] = failed
    if (!first && !isFailed(order)) return undefined
    const reason = failed.find((one) => one.reason)?.reason
    const names = namesUpTo(
      failed.map(({ name }) => escapeText(name)),
      NAMED,
    )
    return {
      short: first && failed.length < items.length ? 'failed in part' : 'failed',
      sentence: first
        ? `An order of ${names} failed${reason ? `: ${sentenceFrom(reason)}` : '.'}`
        : `An order that it is in is ${escapeText(order.status ?? '')}.`,
      todo: isWalletReason(reason)
        ? 'Add funds, then order it again if it is still needed.'
        : 'Order it again if it is still needed.',
      buttons: [
        showOrder(order),
        ...(isWalletReason(reason) ? [addFunds] : []),
        reportToCmr(facts, `An order for ${facts.of.domain} failed${reason ? `: ${reason}` : ''}`, order),
      ],
    }
  },
}

/** Milliseconds that CMR has been at an order; undefined where it is not at it, or where that is not known. */
function workedOn({ order, now }: DomainFacts): { order: OrderFacts; ms: number | undefined } | undefined {
  const held = known(order)
  if (!held || isParked(held) || !isUnderWay(held)) return undefined
  return { order: held, ms: held.placedAt && now.getTime() - held.placedAt.getTime() }
}

export const orderStuck: ProblemCheck = {
  id: 'order-stuck',
  link: 'Order',
  level: 'stops',
  follows: ['customer-gone'],
  find(facts) {
    const found = workedOn(facts)
    if (!found?.order.placedAt || (found.ms ?? 0) < STUCK_MS) return undefined
    const { order } = found
    return {
      short: 'stuck',
      sentence: `CMR has been working on its order since ${moment(found.order.placedAt)}; a minute or two is usual.`,
      todo: 'Ask CMR’s support what delays it. Do not order it again: that may charge it twice.',
      buttons: [
        reportToCmr(facts, `The order of ${facts.of.domain} is not finished: ${order.status}`, order),
        showOrder(order),
      ],
    }
  },
}

export const orderUnderWay: ProblemCheck = {
  id: 'order-under-way',
  link: 'Order',
  level: 'waits',
  follows: ['order-stuck', 'customer-gone'],
  find(facts) {
    const found = workedOn(facts)
    if (!found || (found.ms ?? 0) >= STUCK_MS) return undefined
    return {
      short: 'under way',
      sentence: 'CMR works on its order; a minute or two is usual.',
      buttons: [showOrder(found.order)],
    }
  },
}
