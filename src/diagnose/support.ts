import { warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import type { CommandContext } from '../commands/context.ts'
import { quoted } from '../commands/grammar.ts'
import { type Operation, operationsCalled } from '../operations/store/operations.ts'
import { actions, button, cut, type Message, section, context as smallPrint } from '../slack/blocks.ts'
import { type DomainFacts, type Fact, known, mailboxesIn, placeOf } from './facts.ts'
import { utcMoment } from './problem.ts'
import { ownProblems, problemsIn } from './problems/index.ts'

/** "Rich text block": what one message shows of a text without being cut. */
const LONGEST = 2900
const MAILBOXES = 20
const OPERATIONS = 5

/** What CMR's support asks for, as text to be copied: ids, times and states, and nothing secret. */
export async function supportMessage(context: CommandContext, facts: DomainFacts): Promise<Message> {
  const text = cut(await supportText(context, facts), LONGEST)
  const title = `For CMR’s support: ${facts.of.domain}`
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
      },
      smallPrint('Only ids, times and states. It contains no password and no key.'),
      actions(
        button({
          text: 'Send to CMR',
          actionId: 'errors.send:problem',
          value: `domain=${facts.of.domain} message=${quoted(cut(summaryOf(facts), 1000))}`,
          style: 'primary',
        }),
        button({ text: 'Check again', actionId: 'diagnose.show:again', value: placeOf(facts) }),
      ),
    ],
  }
}

function summaryOf(facts: DomainFacts): string {
  const [first] = ownProblems(problemsIn(facts))
  return first
    ? `${facts.of.domain}: ${plainText(first.sentence)}`
    : `${facts.of.domain}: nothing is found wrong`
}

async function supportText({ store }: CommandContext, facts: DomainFacts): Promise<string> {
  const { of, now } = facts
  const { domainId, status, expiryDate, autoRenew } = known(facts.domain) ?? {}
  const operations = await operationsOn(store, facts)
  const order = known(facts.order)
  const boxes = mailboxesIn(facts) ?? []
  const problems = ownProblems(problemsIn(facts))
  return [
    `Domain: ${of.domain}${domainId ? ` (domainId ${domainId})` : ''}`,
    `Customer: ${known(facts.customer)?.name ?? 'unknown'} (userId ${of.userId})`,
    `Asked: ${utcMoment(now)}`,
    '',
    ...(problems.length > 0 ? problems : [undefined]).map(
      (one) => `Problem: ${one ? `${one.link} ${plainText(one.short)}` : 'none was found'}`,
    ),
    '',
    line('Domain status', facts.domain, () => [
      status,
      expiryDate && `expires ${utcMoment(expiryDate)}`,
      autoRenew !== undefined && `autoRenew ${autoRenew}`,
    ]),
    line('Nameservers', facts.nameservers, ({ own }) => own),
    line('DNS', facts.dns, ({ findings }) => findings.map(({ need, state }) => `${need} ${state}`)),
    ...(known(facts.subscriptions) ?? []).map(
      (one) =>
        `Subscription: ${one.subscriptionId} ${one.subscriptionStatus ?? ''}, period ends ${utcMoment(one.periodEnd)}, autoRenew ${one.autoRenew ?? 'unknown'}`,
    ),
    ...('unchecked' in facts.subscriptions ? [line('Subscriptions', facts.subscriptions, () => [])] : []),
    line('Workspace', facts.workspace, (there) => [
      there === undefined ? 'not asked' : there ? 'exists' : 'does not exist',
    ]),
    ...boxes
      .slice(0, MAILBOXES)
      .map(
        (one) =>
          `Mailbox: ${one.email} ${one.mailboxId} ${one.status ?? ''}, warm-up ${warmupStatusOf(one) ?? 'none'}`,
      ),
    ...(boxes.length > MAILBOXES ? [`and ${boxes.length - MAILBOXES} more mailboxes`] : []),
    ...(order ? [`Order: ${order.orderId} ${order.status ?? ''}`] : []),
    ...operations
      .slice(0, OPERATIONS)
      .map((one) =>
        [
          `Request: ${one.endpoint}`,
          utcMoment(one.created_at),
          one.state,
          one.action_id && `actionId ${one.action_id}`,
          one.order_id && `orderId ${one.order_id}`,
        ]
          .filter(Boolean)
          .join(' '),
      ),
  ].join('\n')
}

/** The newest of our requests about the domain, its subscriptions and its mailboxes. */
async function operationsOn({ db }: CommandContext['store'], facts: DomainFacts): Promise<Operation[]> {
  const subscriptions = (known(facts.subscriptions) ?? []).map((one) => one.subscriptionId)
  const mailboxes = (mailboxesIn(facts) ?? [])
    .slice(0, MAILBOXES)
    .flatMap(({ mailboxId, email }) => [mailboxId, email])
  const names = [facts.of.domain, ...subscriptions, ...mailboxes].filter((name) => name !== undefined)
  const found = (await Promise.all(names.map((name) => operationsCalled(db, name)))).flat()
  const each = new Map(found.map((one) => [one.id, one]))
  return [...each.values()].sort((a, b) => b.created_at.localeCompare(a.created_at))
}

function line<Value>(
  name: string,
  fact: Fact<Value>,
  read: (value: Value) => readonly (string | false | undefined)[],
): string {
  if ('unchecked' in fact) return `${name}: not checked (${fact.unchecked})`
  return `${name}: ${read(fact.value).filter(Boolean).join(', ') || 'none'}`
}

/** mrkdwn as plain text: a date as its fallback, no marks, nothing escaped. */
function plainText(mrkdwn: string): string {
  return mrkdwn
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/[*`]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
