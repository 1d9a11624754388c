import { type Mailbox, mailboxNamedBy, warmupStatusOf } from '../../cmr/answers/mailboxes.ts'
import { millisecondsInHour } from '../../process/dates.ts'
import { counted, escapeText } from '../../slack/blocks.ts'
import { type DomainFacts, isActive, isLive, known, mailboxesIn, placeOf, subscriptionIn } from '../facts.ts'
import {
  type FixButton,
  mailboxesLost,
  mailboxNames,
  orderMailboxes,
  type ProblemCheck,
  reportToCmr,
} from '../problem.ts'

const making = /^(IN_PROGRESS|CREATING_PASSWORD|PENDING)$/
const failed = /fail|error|reject/i
/** "Orders take 10–90 s as a rule": a mailbox that is not there an hour later is stuck. */
const STUCK_MS = millisecondsInHour

/** A button each for so many mailboxes; more are shown in their list. */
const BUTTONS = 3

const list = ({ of }: DomainFacts): FixButton => ({
  text: 'Show mailboxes',
  actionId: 'mailboxes.list',
  value: `userId=${of.userId}`,
})

/** A button for each of a few mailboxes. */
function forEach(
  facts: DomainFacts,
  some: readonly Mailbox[],
  one: (id: string, name: string) => FixButton,
): FixButton[] {
  const buttons = some.slice(0, BUTTONS).flatMap((mailbox, at) => {
    const id = mailboxNamedBy(mailbox)
    if (id === undefined) return []
    const made = one(id, some.length > 1 ? ` of ${(mailbox.email ?? id).split('@')[0]}` : '')
    return [{ ...made, actionId: `${made.actionId}:${at}` }]
  })
  return some.length > BUTTONS ? [...buttons, list(facts)] : buttons
}

/** What all of the checks look at: the mailboxes that count, where any are expected. */
function split(facts: DomainFacts) {
  const all = mailboxesIn(facts) ?? []
  const isStuck = ({ createdAt }: Mailbox) => facts.now.getTime() - Date.parse(createdAt ?? '') > STUCK_MS
  const inTheMaking = all.filter(({ status = '' }) => making.test(status))
  const others = all.filter((one) => one.status && !isActive(one) && !making.test(one.status))
  return {
    all,
    failed: others.filter(({ status = '' }) => failed.test(status)),
    off: others.filter(({ status = '' }) => !failed.test(status)),
    stuck: inTheMaking.filter(isStuck),
    making: inTheMaking.filter((one) => !isStuck(one)),
  }
}

const statuses = (some: readonly Mailbox[]) =>
  [...new Set(some.map(({ status }) => escapeText(status)))].join(', ')
const are = (some: readonly Mailbox[]) => (some.length === 1 ? 'is' : 'are')
const addresses = (some: readonly Mailbox[]) =>
  some.map(({ email, mailboxId }) => email ?? mailboxId).join(', ')

export const mailboxUnknown: ProblemCheck = {
  id: 'mailbox-unknown',
  link: 'Mailboxes',
  level: 'stops',
  follows: mailboxesLost,
  find(facts) {
    if (!facts.mailbox || mailboxesIn(facts)?.length !== 0) return undefined
    const others = known(facts.mailboxes) ?? []
    const there = others.length
      ? ` There ${are(others)} ${mailboxNames(others.slice(0, 2), others)}${others.length > 2 ? ` and ${others.length - 2} more` : ''}.`
      : ''
    return {
      short: 'not at CMR',
      sentence: `CMR has no mailbox ${escapeText(facts.mailbox)} on this domain: it was never created, was removed, or was replaced.${there}`,
      buttons: [
        { text: 'Order mailboxes', actionId: 'orders.mailboxes', value: placeOf(facts) },
        list(facts),
      ],
    }
  },
}

export const mailboxesMissing: ProblemCheck = {
  id: 'mailboxes-missing',
  link: 'Mailboxes',
  level: 'stops',
  follows: mailboxesLost,
  find(facts) {
    if (facts.mailbox || mailboxesIn(facts)?.length !== 0) return undefined
    if (!known(facts.subscriptions)?.some(isLive)) return undefined
    const paid = subscriptionIn(facts)?.totalMailboxQuantity
    return {
      short: 'none',
      sentence: `There is no mailbox on it${paid ? `, although ${counted(paid, 'mailbox is', 'mailboxes are')} paid` : ''}.`,
      todo: paid ? 'A paid seat may be filled again until the renewal.' : undefined,
      buttons: [orderMailboxes(facts)],
    }
  },
}

export const mailboxFailed: ProblemCheck = {
  id: 'mailbox-failed',
  link: 'Mailboxes',
  level: 'stops',
  follows: mailboxesLost,
  find(facts) {
    const { failed: some, all } = split(facts)
    if (some.length === 0) return undefined
    return {
      isPartial: some.length < all.length,
      short: `${some.length} failed`,
      sentence: `${mailboxNames(some, all)} could not be created (${statuses(some)}).`,
      todo: 'Ask CMR’s support why. A new one may be ordered in its place.',
      buttons: [
        reportToCmr(facts, `These mailboxes are ${statuses(some)}: ${addresses(some)}`),
        { text: 'Order mailboxes', actionId: 'orders.mailboxes', value: placeOf(facts) },
      ],
    }
  },
}

export const mailboxOff: ProblemCheck = {
  id: 'mailbox-off',
  link: 'Mailboxes',
  level: 'stops',
  follows: mailboxesLost,
  find(facts) {
    const { off: some, all } = split(facts)
    if (some.length === 0) return undefined
    const report = reportToCmr(facts, `These mailboxes are ${statuses(some)}: ${addresses(some)}`)
    const { subscriptionId } = subscriptionIn(facts) ?? {}
    const recreate = some.length === all.length && !facts.mailbox && subscriptionId
    return {
      isPartial: some.length < all.length,
      short: `${some.length} ${statuses(some)}`,
      sentence: `${mailboxNames(some, all)} ${are(some)} ${statuses(some)}: nothing is sent from there, although the subscription is paid.`,
      todo: recreate
        ? 'Ask CMR’s support why. Recreating the subscription creates the mailboxes again, without their mail.'
        : 'Only CMR’s support can turn it on again.',
      buttons: [
        report,
        ...(recreate
          ? [
              {
                text: 'Recreate',
                actionId: 'subscriptions.recreate',
                value: `subscriptionIds=${subscriptionId}`,
              },
            ]
          : []),
      ],
    }
  },
}

export const mailboxStuck: ProblemCheck = {
  id: 'mailbox-stuck',
  link: 'Mailboxes',
  level: 'stops',
  follows: mailboxesLost,
  find(facts) {
    const { stuck: some, all } = split(facts)
    if (some.length === 0) return undefined
    return {
      isPartial: some.length < all.length,
      short: `${some.length} not ready`,
      sentence: `${mailboxNames(some, all)} ${some.length === 1 ? 'has' : 'have'} been ${statuses(some)} for more than an hour; a minute or two is usual.`,
      todo: 'Ask CMR’s support what delays it.',
      buttons: [reportToCmr(facts, `These mailboxes are not ready (${statuses(some)}): ${addresses(some)}`)],
    }
  },
}

export const mailboxesInTheMaking: ProblemCheck = {
  id: 'mailboxes-in-the-making',
  link: 'Mailboxes',
  level: 'waits',
  follows: mailboxesLost,
  find(facts) {
    const { making: some, all } = split(facts)
    if (some.length === 0) return undefined
    return {
      short: `${some.length} not ready yet`,
      sentence: `${mailboxNames(some, all)} ${are(some)} not ready yet (${statuses(some)}); a minute or two is usual.`,
      buttons: [list(facts)],
    }
  },
}

export const warmupPaused: ProblemCheck = {
  id: 'warmup-paused',
  link: 'Warm-up',
  level: 'advice',
  follows: mailboxesLost,
  find(facts) {
    const { all } = split(facts)
    const some = all.filter((one) => isActive(one) && warmupStatusOf(one) === 'PAUSED')
    if (some.length === 0) return undefined
    return {
      short: `${some.length} paused`,
      sentence: `The warm-up of ${mailboxNames(some, all).replace('All of', 'all of')} is paused, so receivers trust it less over time.`,
      todo: 'Resume it, unless somebody paused it on purpose.',
      buttons: forEach(facts, some, (id, name) => ({
        text: `Resume warm-up${name}`,
        actionId: 'warmup.status',
        value: `mailboxId=${id} status=ACTIVE`,
      })),
    }
  },
}

export const warmupMissing: ProblemCheck = {
  id: 'warmup-missing',
  link: 'Warm-up',
  level: 'advice',
  follows: mailboxesLost,
  find(facts) {
    const { all } = split(facts)
    // What CMR does not tell of a mailbox's warm-up is left out of its answer; null says that it has none.
    const isCold = (one: Mailbox) =>
      one.warmup === null || /stop|cancel|expire|fail|error/i.test(warmupStatusOf(one) ?? '')
    const some = all.filter((one) => isActive(one) && isCold(one))
    if (some.length === 0) return undefined
    return {
      short: `${some.length} without`,
      sentence: `${mailboxNames(some, all)} ${are(some)} not warmed up: mail from a new mailbox goes to spam more often.`,
      todo: 'Start a warm-up, unless it has been sending for long.',
      buttons: forEach(facts, some, (id, name) => ({
        text: `Start warm-up${name}`,
        actionId: 'warmup.add',
        value: `mailboxId=${id}`,
      })),
    }
  },
}
