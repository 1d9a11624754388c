import type { Button, KnownBlock } from '@slack/types'
import {
  actions,
  button,
  context,
  counted,
  escapeText,
  type Message,
  moment,
  section,
} from '../slack/blocks.ts'
import { type ChainLink, chainOf } from './chain.ts'
import { type DomainFacts, known, mailboxesIn, placeOf } from './facts.ts'
import type { DetectedProblem, FixButton, ProblemLevel } from './problem.ts'
import { ownProblems, problemsIn } from './problems/index.ts'

/** The sign of each state, the same in every message of diagnose. */
export const signs: Readonly<Record<ChainLink['state'], string>> = {
  stops: ':x:',
  soon: ':rotating_light:',
  harms: ':warning:',
  waits: ':hourglass_flowing_sand:',
  advice: ':bulb:',
  good: ':white_check_mark:',
  unchecked: ':grey_question:',
  none: ':heavy_minus_sign:',
}

/** Further problems that are spelled out below the first. */
const MOST_FURTHER = 8

/** What is wrong with a domain or one of its mailboxes: the first broken link, how to mend it, and the whole chain. */
export function diagnosis(facts: DomainFacts): Message {
  const problems = problemsIn(facts)
  const chain = chainOf(facts, problems)
  const [first, ...others] = ownProblems(problems)
  const text = headline(facts, first, chain)
  const further = others.slice(0, MOST_FURTHER)
  const left = others.length - further.length
  return {
    text,
    blocks: [
      section(text),
      ...(first && first.buttons.length > 0 ? [actions(...fixButtons(first.buttons))] : []),
      ...(further.length > 0 ? [section(titleOf(first, further))] : []),
      ...further.map((one, at) => furtherSection(one, at)),
      section(chain.map(({ name, state, text: words }) => `${signs[state]} *${name}*  ${words}`).join('\n')),
      context(
        [
          ...(left > 0 ? [`${counted(left, 'more thing')} to fix after these.`] : []),
          `As CMR reported ${moment(facts.now)}; DNS as CMR has it.`,
        ].join(' '),
      ),
      actions(
        button({ text: 'Check again', actionId: 'diagnose.show:next', value: sayAgain(facts) }),
        button({
          text: 'Copy for CMR’s support',
          actionId: 'diagnose.show:support',
          value: `${sayAgain(facts)} support=yes`,
        }),
        openButton(facts),
      ),
    ],
  }
}

function openButton(facts: DomainFacts): Button {
  const { userId } = facts.of
  return known(facts.domain)
    ? button({ text: 'Open domain', actionId: 'domains.get:open', value: placeOf(facts) })
    : button({ text: 'Open customer', actionId: 'users.get:open', value: userId })
}

/** What was asked about, as a button says it again. */
function sayAgain(facts: DomainFacts): string {
  const mailbox = facts.mailbox ? ` mailboxId=${facts.mailbox}` : ''
  const subscription = facts.subscriptionId ? ` subscriptionId=${facts.subscriptionId}` : ''
  return `${placeOf(facts)}${mailbox}${subscription}`
}

/** How people call what was asked about; mrkdwn. */
export function nameOf(facts: DomainFacts): string {
  const [one] = facts.mailbox ? (mailboxesIn(facts) ?? []) : []
  return escapeText(one?.email ?? facts.mailbox ?? facts.of.domain)
}

const leads: Readonly<Record<ProblemLevel, (name: string) => string>> = {
  stops: (name) => `*${name} cannot send.*`,
  soon: (name) => `*${name} will stop sending unless somebody acts.*`,
  harms: (name) => `*Mail of ${name} does not arrive as it should.*`,
  waits: (name) => `*${name} is not ready yet.*`,
  advice: (name) => `*Nothing keeps ${name} from sending.* Worth knowing:`,
}

function leadOf({ level, isPartial }: DetectedProblem, name: string): string {
  return isPartial ? `*Not every mailbox of ${name} can send.*` : leads[level](name)
}

function headline(
  facts: DomainFacts,
  first: DetectedProblem | undefined,
  chain: readonly ChainLink[],
): string {
  const name = nameOf(facts)
  const unchecked = chain.filter(({ state }) => state === 'unchecked').map((one) => one.name)
  const left = unchecked.length > 0 ? ` Not checked: ${unchecked.join(', ')}.` : ''
  if (first) {
    const lead =
      first.level === 'advice' && unchecked.length > 0
        ? `*Nothing that was checked keeps ${name} from sending.* Worth knowing:`
        : leadOf(first, name)
    return (
      [`${signs[first.level]} ${lead}`, first.sentence, ...(first.todo ? [first.todo] : [])].join(' ') + left
    )
  }
  if (left)
    return `${signs.unchecked} *Not all of ${name} could be checked.* What was checked is fine.${left}`
  return `${signs.good} *${name} is fine*, from the domain to the wallet.`
}

function titleOf(first: DetectedProblem | undefined, further: readonly DetectedProblem[]): string {
  if (first?.level === 'advice') return '*Also*'
  return further.every(({ level }) => level === 'advice') ? '*Worth knowing*' : '*After that*'
}

function furtherSection(
  { level, link, sentence, todo, buttons: [fix] }: DetectedProblem,
  at: number,
): KnownBlock {
  const text = `${signs[level]} *${link}*  ${[sentence, ...(todo ? [todo] : [])].join(' ')}`
  return fix ? section(text, button({ ...fix, actionId: `${fix.actionId}:further${at}` })) : section(text)
}

/** The first one mends it. */
export function fixButtons(fixes: readonly FixButton[]): Button[] {
  return fixes.map((fix, at) => button({ ...fix, ...(at === 0 && { style: 'primary' as const }) }))
}
