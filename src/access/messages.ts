import { money } from '../cmr/money.ts'
import type { SensitiveChange } from '../commands/permissions.ts'
import { dayText } from '../process/day-text.ts'
import {
  actions,
  button,
  context,
  counted,
  listed as inRow,
  type Message,
  section,
  sections,
} from '../slack/blocks.ts'
import type { Grant, Policy, SpendLimit } from './policy.ts'
import { isInForce, type Standings } from './roles.ts'

/** "<@U1>", "<!subteam^S1>", or a role's name. */
export function spokenSubject(subject: string): string {
  if (/^S[A-Z0-9]+$/.test(subject)) return `<!subteam^${subject}>`
  return /^[UW][A-Z0-9]+$/.test(subject) ? `<@${subject}>` : `Every *${subject}*`
}

/** Rows of a list that one message shows. */
const SHOWN = 40

/** What somebody may do and why, and the policy. */
export function accessOverview(about: {
  readonly who: string
  readonly standings: Standings
  /** Why they may do nothing all the same. */
  readonly out: string | undefined
  readonly policy: Policy
  /** Who from outside reads the approvals channel. */
  readonly outsiders: string | undefined
  readonly admins: readonly string[]
  readonly now: Date
}): Message {
  const { who, standings, out, policy, outsiders, admins, now } = about
  const { general, scoped } = standings
  const also = scoped.map(
    ({ role, customers, reason }) =>
      `• and *${role}* for ${counted(customers.length, 'customer')} (${reason})`,
  )
  const head = out
    ? `:no_entry: <@${who}> may do nothing: ${out}.`
    : `<@${who}> is *${general.role}* (${general.reason}).`
  const grants = policy.grants.filter((one) => isInForce(one, now))
  const lines = [
    ...grants.slice(0, SHOWN).map(grantLine),
    ...(grants.length > SHOWN ? [`and ${grants.length - SHOWN} more`] : []),
  ]
  return {
    text: head,
    blocks: [
      ...(policy.frozen
        ? [
            section(
              `:ice_cube: *Everything that charges or cannot be undone is stopped* by <@${policy.frozen.by}>.`,
            ),
          ]
        : []),
      section([head, ...(out ? [] : also)].join('\n')),
      section(
        `*Admins*: ${
          inRow(
            admins.map((id) => `<@${id}>`),
            2500,
          ) || 'nobody yet'
        }`,
      ),
      ...(lines.length > 0 ? sections(['*Roles that were given*', ...lines]) : []),
      ...sections([
        '*Limits*',
        ...policyLines(policy),
        ...(outsiders ? [`• :warning: The approvals channel is read by ${outsiders}`] : []),
      ]),
      actions(
        button({ text: 'Give a role', actionId: 'access.grant' }),
        button({ text: 'Set a limit', actionId: 'access.limit' }),
        button({ text: 'Audit', actionId: 'audit.list' }),
      ),
      context('`/cmr access why @person "domains renew"` explains one command'),
    ],
  }
}

function grantLine({ subject, role, customers, guest, until, by }: Grant): string {
  const some = customers
    ? ` for ${customers.length === 1 ? 'one customer' : `${customers.length} customers`}`
    : ''
  return `• ${spokenSubject(subject)}: *${role}*${guest ? ' as a guest' : ''}${some}${until ? `, until ${dayText(until)}` : ''}, given by <@${by}>`
}

/** The limits and the budget, a line each; mrkdwn. */
function policyLines({ limits, budget, approvals }: Policy): string[] {
  return [
    ...limits.slice(0, SHOWN).map(limitLine),
    ...(limits.length > SHOWN ? [`and ${limits.length - SHOWN} more limits`] : []),
    budget === undefined ? '• No budget for the team' : `• ${money(budget)} a month for everybody together`,
    approvals.channel
      ? `• ${approvalsSentence(approvals)}`
      : '• No approvals channel is set: what a role does not allow is refused',
  ]
}

/** Where and for what approvals are asked for, in mrkdwn. */
export function approvalsSentence({ channel, approvers, hours, always, twice }: Policy['approvals']): string {
  const asked = always.length > 0 ? `; always, for everybody and at any price, for ${listed(always)}` : ''
  const two = twice.length > 0 && approvers === 1 ? `; two approvers for ${listed(twice)}` : ''
  return `Approvals are requested in <#${channel}>: ${approvers === 1 ? 'one approver' : 'two approvers'}, within ${hours} hours${asked}${two}`
}

/** How people call what a policy can have approved. */
const sensitiveNames: Readonly<Record<SensitiveChange, string>> = {
  destroying: 'everything that cannot be undone',
  nameservers: 'nameservers',
  recreation: 'recreating subscriptions',
  roles: 'roles, limits and approvals',
}

const listed = (changes: readonly SensitiveChange[]) => changes.map((one) => sensitiveNames[one]).join(', ')

function limitLine({ subject, operation, day, month }: SpendLimit): string {
  const parts = [
    operation !== undefined && `${money(operation)} at once`,
    day !== undefined && `${money(day)} a day`,
    month !== undefined && `${money(month)} a month`,
  ]
  return `• ${spokenSubject(subject)}: ${parts.filter(Boolean).join(', ')}`
}
