import type { RequestOutcome } from '../../commands/context.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { differenceInMilliseconds, millisecondsInDay } from '../../process/dates.ts'
import { counted, date, escapeText, listed, type Message } from '../../slack/blocks.ts'

/** A domain that loses mailboxes. */
export interface LosingMailboxes {
  readonly domain: string
  /** True if none is left after it: CMR removes the workspace with its last mailbox. */
  readonly isLast: boolean
  /** ISO 8601; left out where CMR does not tell it. */
  readonly periodEnd?: string
}

/** "Remove mailbox": the seat is paid until the renewal, and may be filled again. */
const seats = (count: number) =>
  count === 1
    ? 'Its seat stays paid until the renewal and can be filled again until then. Nothing is refunded.'
    : 'Their seats stay paid until the renewal and can be filled again until then. Nothing is refunded.'

/** "Remove mailbox": CMR refuses it in the last 24 hours before the subscription's period ends. */
const isTooLate = ({ periodEnd }: LosingMailboxes, now: Date) =>
  periodEnd !== undefined && differenceInMilliseconds(new Date(periodEnd), now) < millisecondsInDay

/** What a person is asked before mailboxes are removed; mrkdwn. */
export function removalText(
  addresses: readonly string[],
  all: readonly LosingMailboxes[],
  now: Date,
): string {
  const count = addresses.length
  const ending = all.filter(({ isLast }) => isLast).map(({ domain }) => domain)
  const late = all.filter((one) => isTooLate(one, now))
  return [
    `*Remove ${counted(count, 'mailbox', 'mailboxes')} for good?*`,
    listed(
      addresses.map((one) => `• ${escapeText(one)}`),
      1200,
      '\n',
    ),
    ...(ending.length > 0 ? [workspaceWarning(ending, count)] : []),
    ...late.slice(0, 5).map(lateWarning),
    `All ${count === 1 ? 'its' : 'their'} mail is lost, and cannot be brought back. ${seats(count)}`,
    ...(count > 1 ? ['CMR takes one mailbox at a time: the receipt shows the outcome of each.'] : []),
  ].join('\n')
}

const NAMED = 10

function namesIn(domains: readonly string[]): string {
  const more = domains.length > NAMED ? ` and ${domains.length - NAMED} more` : ''
  return domains.slice(0, NAMED).map(escapeText).join(', ') + more
}

function workspaceWarning(domains: readonly string[], count: number): string {
  const last = count === 1 ? 'This is the last mailbox' : 'These are the last mailboxes'
  return domains.length === 1
    ? `:warning: ${last} of *${namesIn(domains)}*: CMR removes *the whole workspace of ${namesIn(domains)}* with it.`
    : `:warning: ${last} of *${namesIn(domains)}*: CMR removes *their whole workspaces* with them.`
}

function lateWarning({ domain, periodEnd }: LosingMailboxes): string {
  return `:no_entry: The period of ${escapeText(domain)} ends ${date(periodEnd)}: in the last 24 hours before that CMR refuses to remove its mailboxes.`
}

/**
 * Returns the receipt of mailboxes that were asked to be removed; what became of each stands below it.
 * @param workspaces the domains whose workspace goes with them, where CMR removes all that were named
 */
export function removalReceipt(
  outcomes: readonly { readonly label: string; readonly state: RequestOutcome['state'] }[],
  workspaces: readonly string[],
): Message {
  const isTaken = (state: RequestOutcome['state']) => state === 'done' || state === 'taken'
  const done = outcomes.filter(({ state }) => isTaken(state))
  const [first] = done
  const what =
    first && done.length === 1 ? escapeText(first.label) : counted(done.length, 'mailbox', 'mailboxes')
  const refused = (domain: string) =>
    outcomes.some(({ label, state }) => !isTaken(state) && label.toLowerCase().endsWith(`@${domain}`))
  const gone = workspaces.filter((domain) => !refused(domain))
  if (done.length === 0) return receipt({ text: ':x: No mailbox was removed' })
  return receipt({
    text: `:wastebasket: CMR removes *${what}* for good`,
    follows: [
      `${done.length === 1 ? 'It goes' : 'They go'} within minutes, with all mail: the bot looks until ${done.length === 1 ? 'it is' : 'they are'} gone. ${seats(done.length)}`,
      gone.length > 0
        ? `:warning: The whole workspace of *${namesIn(gone)}* goes with its last mailbox.`
        : undefined,
    ],
  })
}
