import type { KnownBlock } from '@slack/types'
import { namesUpTo } from '../directory/find/labels.ts'
import {
  actions,
  button,
  context,
  counted,
  cut,
  escapeText,
  type Message,
  moment,
  section,
} from '../slack/blocks.ts'
import type { CustomerFacts } from './customer.ts'
import { type DomainFacts, known, type OrderFacts } from './facts.ts'
import { signs } from './message.ts'
import type { DetectedProblem, FixButton, ProblemLevel } from './problem.ts'
import { ownProblems, problemChecks, problemsIn } from './problems/index.ts'

/** Problems that one message shows, and the domains that it names of each. */
const MOST_GROUPS = 14
const NAMED = 6

/** One problem, and the domains that have it. */
interface ProblemGroup {
  readonly problem: DetectedProblem
  readonly domains: readonly string[]
  /** The button that fixes it for all of them; none where each has its own. */
  readonly fix: FixButton | undefined
  /** Whether it is one and the same for all: the wallet, a login, an order. */
  readonly isShared: boolean
  /** True if the button of another problem mends it too. */
  readonly isMendedAbove?: boolean
}

/** What is wrong with a customer's domains, or those of an order: the worst first, with how many have it. */
export function overview(facts: CustomerFacts, name: string, order?: OrderFacts): Message {
  const groups = groupsOf(facts.domains)
  const text = headline(facts, name, groups)
  const shown = groups.slice(0, MOST_GROUPS)
  const left = groups.length - shown.length
  const value = order ? `orderId=${order.orderId} userId=${facts.userId}` : `userId=${facts.userId}`
  const notes = [
    `As CMR reported ${moment(facts.now)}.`,
    ...(facts.notes.length > 0 ? [`Not checked: ${facts.notes.map(escapeText).join('; ')}.`] : []),
    ...(left > 0 ? [`${counted(left, 'lesser thing')} left out. Diagnose a domain to see all of them.`] : []),
  ]
  return {
    text,
    blocks: [
      section(text),
      ...shown.map((group, at) => groupSection(facts.userId, withoutRepeated(group, shown.slice(0, at)), at)),
      context(cut(notes.join(' '), 2900)),
      actions(
        button({ text: 'Check again', actionId: 'diagnose.show:next', value }),
        button({ text: 'Domains', actionId: 'domains.list', value: facts.userId }),
        button({ text: 'Open customer', actionId: 'users.get', value: facts.userId }),
      ),
    ],
  }
}

/** In the order of what matters most; a problem of which each domain has its own button is mended one by one. */
function groupsOf(domains: readonly DomainFacts[]): ProblemGroup[] {
  const found = domains.flatMap((facts) =>
    ownProblems(problemsIn(facts)).map((problem) => ({ problem, domain: facts.of.domain })),
  )
  const byId = Map.groupBy(found, ({ problem }) => problem.id)
  return problemChecks.flatMap(({ id }) => {
    const all = byId.get(id) ?? []
    const [first] = all
    if (!first) return []
    const [fix] = first.problem.buttons
    const areSame = (read: (problem: DetectedProblem) => unknown) =>
      all.every(({ problem }) => read(problem) === read(first.problem))
    const hasOneFix = areSame(({ buttons }) => `${buttons[0]?.actionId} ${buttons[0]?.value}`)
    return [
      {
        problem: areSame(({ todo }) => todo) ? first.problem : { ...first.problem, todo: undefined },
        domains: all.map(({ domain }) => domain),
        fix: hasOneFix ? fix : undefined,
        isShared: hasOneFix && areSame(({ sentence }) => sentence),
      },
    ]
  })
}

/** One button that mends two things, such as adding funds, stands beside the first of them. */
function withoutRepeated(group: ProblemGroup, before: readonly ProblemGroup[]): ProblemGroup {
  const keyOf = ({ fix }: ProblemGroup) => fix && JSON.stringify([fix.actionId, fix.value, fix.url])
  const isRepeated = group.fix && before.some((one) => keyOf(one) === keyOf(group))
  return isRepeated ? { ...group, isMendedAbove: true } : group
}

function groupSection(
  userId: string,
  { problem, domains, fix, isShared, isMendedAbove }: ProblemGroup,
  at: number,
): KnownBlock {
  const { level, link, short, sentence, todo } = problem
  const names = namesUpTo(domains.map(escapeText), NAMED)
  const [first = ''] = domains
  const areSeveral = domains.length > 1 && !isShared
  const title = areSeveral
    ? `*${counted(domains.length, 'domain')}*: ${names}`
    : `*${domains.length === 1 ? names : link}*`
  // The sentence tells of one domain; of several, what they have in common.
  const what = areSeveral ? `*${link}* ${short}, for example on ${escapeText(first)}.` : sentence
  const told = [what, ...(todo ? [todo] : [])].join(' ')
  const act = fix ?? {
    text: cut(`Diagnose ${first}`, 75),
    actionId: 'diagnose.show',
    value: `domain=${first} userId=${userId}`,
  }
  const text = `${signs[level]} ${title}\n${told}`
  if (isMendedAbove) return section(text)
  return section(text, button({ ...act, actionId: `${act.actionId}:group${at}` }))
}

const worst: readonly { readonly level: ProblemLevel; readonly does: (affected: string) => string }[] = [
  { level: 'stops', does: (affected) => `${affected} cannot send` },
  { level: 'soon', does: (affected) => `${affected} will stop sending` },
  { level: 'harms', does: (affected) => `mail of ${affected} does not arrive as it should` },
  { level: 'waits', does: (affected) => `${affected} not ready yet` },
]

function headline(
  { domains, customer, userId, notes }: CustomerFacts,
  name: string,
  groups: readonly ProblemGroup[],
): string {
  const called = `*${escapeText(name)}*`
  if ('value' in customer && !customer.value)
    return `${signs.stops} ${called} is gone: CMR no longer knows this customer (${escapeText(userId)}).`
  if (domains.length === 0)
    return notes.length > 0
      ? `${signs.unchecked} ${called} could not be checked.`
      : `${signs.advice} ${called} has no domain, so nothing can send yet.`
  const levels = domains.map((one) => ownProblems(problemsIn(one))[0]?.level)
  const only = domains.length === 1 ? domains[0] : undefined
  const parts = worst.flatMap(({ level, does }) => {
    const count = levels.filter((one) => one === level).length
    const affected = only ? escapeText(only.of.domain) : `${count} of ${counted(domains.length, 'domain')}`
    return count > 0 ? [does(affected)] : []
  })
  const [first] = groups
  if (parts.length > 0) return `${signs[first?.problem.level ?? 'stops']} ${called}: ${parts.join('; ')}.`
  const unchecked = notes.length > 0 || domains.some(({ domain }) => !known(domain))
  const all = `${counted(domains.length, 'domain')} of ${called}`
  if (unchecked) return `${signs.unchecked} What could be checked of the ${all} is fine.`
  return first
    ? `${signs.advice} Nothing keeps the ${all} from sending. Worth knowing:`
    : `${signs.good} The ${all} ${domains.length === 1 ? 'is' : 'are'} fine.`
}
