import { z } from 'zod'
import { wrongDateSentence } from '../../commands/calendar-dates.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { parseSpoken } from '../../commands/grammar.ts'
import { type Role, roles } from '../../commands/permissions.ts'
import { thingsCalled } from '../../directory/names/called.ts'
import type { Thing } from '../../directory/names/lookups.ts'
import { addDays } from '../../process/dates.ts'
import { dayText } from '../../process/day-text.ts'
import {
  type AccessContext,
  accessCommand,
  adminsMissing,
  changedBy,
  personField,
} from '../access-command.ts'
import { accessOverview, spokenSubject } from '../messages.ts'
import { changePolicy, type Grant, type Policy } from '../policy.ts'
import { neededBy } from '../roles.ts'
import { endOfRole, grantReworded, isUntil, revokeDoubt, untilExamples } from './grant-words.ts'
import { askAboutGuest, isGuestToLetIn, whyOutside } from './guests.ts'

const own = { noun: 'access', own: true } as const
const person = personField.meta({ label: 'Person', slack: 'person' })
const subject = {
  who: person.optional(),
  group: z
    .string()
    .regex(/^(!subteam\^)?S[A-Z0-9]+$/, 'Give a user group’s id, such as S012AB3CD, or @group.')
    .optional()
    .meta({ label: 'Or user group', example: 'S012AB3CD' }),
}

/** @throws InputError where neither a person nor a group is named, or both are */
function subjectOf({ who, group }: { who?: string | undefined; group?: string | undefined }): string {
  if (Boolean(who) === Boolean(group))
    throw new InputError('who', 'Name a person as Slack does, such as @ana, or a user group.')
  return who ?? String(group).replace('!subteam^', '')
}

const show = accessCommand({
  ...own,
  verb: 'list',
  customers: 'nobodys',
  summary: 'Show roles and limits',
  about: 'Shows what you or somebody else may do, and every role and limit that was set.',
  effect: 'read',
  submit: 'Show',
  input: z.object({ who: person.optional() }),
  positional: ['who'],
  async run(context, { who = context.caller.userId }) {
    const { control, channelAccess, clock } = context
    const { policy, ...standings } = await control.standings(who)
    const admins = control.admins(policy)
    const out = await whyOutside(context, who)
    const { channel = '' } = policy.approvals
    const outsiders = (await channelAccess.knownOutsiders([channel])).get(channel)
    return { message: accessOverview({ who, standings, out, policy, outsiders, admins, now: clock() }) }
  },
})

const grant = accessCommand({
  ...own,
  verb: 'grant',
  summary: 'Give a role',
  customers: 'everybodys',
  about: 'Gives a person or a user group a role: for all customers or some, for good or for some days.',
  example: '@ana operator until Friday',
  reword: grantReworded,
  effect: 'write',
  consequence: 'grants',
  asks: 'nothing',
  submit: 'Give role',
  input: z.object({
    ...subject,
    role: z.enum(roles).meta({
      label: 'Role',
      hint: 'viewer reads, operator also changes things, finance also spends, admin also deletes and sets roles',
    }),
    customers: z
      .array(z.string())
      .optional()
      .meta({ label: 'Only for these customers', picker: 'user', hint: 'Leave empty for all' }),
    days: z
      .number()
      .int()
      .min(1)
      .max(3650)
      .optional()
      .meta({ label: 'For how many days', hint: 'Leave empty for good' }),
    until: z
      .string()
      .refine(isUntil, {
        error: ({ input: said }) =>
          wrongDateSentence(String(said)) ??
          `“${String(said)}” is no day on which a role can end. Give one such as ${untilExamples}.`,
      })
      .optional()
      .meta({ label: 'Or until', hint: `Such as ${untilExamples}`, takesDates: true }),
    guest: z
      .boolean()
      .optional()
      .meta({ label: 'Although they are a guest', hint: 'Lets a guest in', hidden: true }),
  }),
  positional: ['who', 'role'],
  question: askAboutGuest,
  async run(context, { role, customers, days, until: said, guest: isAsked, ...given }) {
    const { caller, clock, zone } = context
    if (days && said) throw new InputError('until', 'Give the days or the day, not both.')
    const named = customers?.length ? await customersCalled(context, customers) : undefined
    const now = clock()
    const ends = said ? endOfRole(said, context) : days && addDays(now, days)
    const whose = subjectOf(given)
    const isGuest = given.who !== undefined && (await isGuestToLetIn(context, given.who, { role, isAsked }))
    const made: Grant = {
      subject: whose,
      role,
      ...(isGuest && { guest: true }),
      ...(named && { customers: named.map(({ id }) => id) }),
      ...(ends && { until: ends.toISOString() }),
      by: caller.userId,
      at: now.toISOString(),
    }
    // A general role takes the place of the general one; one for some customers that of the other for some. Whoever was
    // let in as a guest has nothing from before, and nothing of that is left once they are a member.
    await changePolicy(context, changedBy(context, 'access.grant', made), (policy) =>
      withGrants(context, policy, [
        ...policy.grants.filter(
          (one) =>
            one.subject !== made.subject ||
            (Boolean(one.customers) !== Boolean(made.customers) &&
              Boolean(one.guest) === Boolean(made.guest)),
        ),
        made,
      ]),
    )
    const forWhom = named ? `, only for ${named.map(({ name }) => name).join(', ')}` : ''
    const until = ends ? `, until ${dayText(ends, undefined, zone)}` : ''
    return {
      message: notice(
        `:key: ${spokenSubject(made.subject)} has the role *${role}* now${isGuest ? ' as a guest' : ''}${forWhom}${until}.`,
      ),
    }
  },
})

/** The customers that are named, each once; several words may be the name of one: "Bright Fern Media". */
async function customersCalled(context: AccessContext, names: readonly string[]): Promise<readonly Thing[]> {
  const called = (all: readonly string[]) => thingsCalled(context, 'user', all, 'customers')
  if (names.length > 1) {
    try {
      return await called([names.join(' ')])
    } catch (error) {
      if (!(error instanceof InputError)) throw error
    }
  }
  return [...new Map((await called(names)).map((one) => [one.id, one])).values()]
}

const revoke = accessCommand({
  ...own,
  verb: 'revoke',
  summary: 'Take a role away',
  example: '@ana',
  about: 'Takes back a role that was given to a person or a user group.',
  effect: 'write',
  consequence: 'grants',
  asks: 'nothing',
  submit: 'Take away',
  doubt: revokeDoubt,
  input: z.object({
    ...subject,
    role: z
      .enum(roles)
      .optional()
      .meta({ label: 'Only this role', hint: 'Leave empty for all that they have' }),
  }),
  positional: ['who', 'role'],
  async run(context, { role, ...given }) {
    const whose = subjectOf(given)
    const isMeant = (one: Grant) => one.subject === whose && (role === undefined || one.role === role)
    let before: readonly Grant[] = []
    const change = changedBy(context, 'access.revoke', { subject: whose, ...(role && { role }) })
    await changePolicy(context, change, (policy) => {
      before = policy.grants.filter((one) => one.subject === whose)
      const left = policy.grants.filter((one) => !isMeant(one))
      return withGrants(context, policy, left)
    })
    const kept = before.filter((one) => !isMeant(one))
    if (role && kept.length > 0) return { message: notice(keptSentence(whose, role, { before, kept })) }
    return { message: notice((await stillAdmin(context, whose)) ?? revokedSentence(whose, before)) }
  },
})

/** Says what is left to somebody who has lost one of several roles, or never had it; mrkdwn. */
function keptSentence(
  subject: string,
  role: Role,
  { before, kept }: { readonly before: readonly Grant[]; readonly kept: readonly Grant[] },
): string {
  const name = spokenSubject(subject)
  const gone = kept.length < before.length ? `:lock: ${name} no longer has` : `${name} did not have`
  return `${gone} the role *${role}*, and keeps ${kept.map((one) => `*${one.role}*`).join(' and ')}.`
}

/** Says that somebody has no role of their own now; mrkdwn. */
function revokedSentence(subject: string, before: readonly Grant[]): string {
  const name = spokenSubject(subject)
  if (before.length === 0) return `${name} had no role of their own: \`/cmr access\` shows who has.`
  const left = before.some(({ guest }) => guest)
    ? 'a guest has no rights without one'
    : 'what everybody may do is left'
  return `:lock: ${name} has no role of their own any more: ${left}.`
}

/**
 * Returns the policy with other grants.
 * @throws InputError where roles need an approval and nobody would be left to give it
 */
function withGrants(context: AccessContext, policy: Policy, grants: readonly Grant[]): Policy {
  const next: Policy = { ...policy, grants: [...grants] }
  const missing = policy.approvals.always.includes('roles') && adminsMissing(next, context)
  if (missing && !adminsMissing(policy, context))
    throw new InputError('who', `${missing} Nothing was changed.`)
  return next
}

async function stillAdmin({ control }: AccessContext, whose: string): Promise<string | undefined> {
  const { general } = await control.standings(whose)
  if (general.role !== 'admin') return undefined
  return `${spokenSubject(whose)} is still an *admin* (${general.reason}): whoever runs the bot changes \`CMR_ADMINS\`.`
}

const why = accessCommand({
  ...own,
  verb: 'why',
  customers: 'nobodys',
  summary: 'Explain a permission',
  about: 'Explains why somebody may or may not run a command.',
  rare: true,
  example: '@ana "domains renew"',
  effect: 'read',
  submit: 'Explain',
  input: z.object({
    who: person,
    command: z.string().max(100).meta({ label: 'Command', example: 'domains renew' }),
  }),
  positional: ['who', 'command'],
  async run(context, { who, command: said }) {
    const { control, registry } = context
    const spoken = parseSpoken(said.replace('.', ' '))
    const found = spoken.ok ? registry().find(spoken.words) : spoken
    if (!found.ok) throw new InputError('command', `There is no command “${said}”: /cmr help lists them.`)
    const { command } = found
    const what = `${command.noun} ${command.verb}`
    const verdict = await control.decide(who, command, what)
    const needs = neededBy(command)
    const out = await whyOutside(context, who)
    if (out) return { message: notice(`:no_entry: <@${who}> may not run *${what}*: ${out}.`) }
    const text = verdict.allowed
      ? `:white_check_mark: <@${who}> may run *${what}*, which needs *${needs}*: ${verdict.reason}.`
      : `:no_entry: <@${who}> may not run *${what}*, which needs *${needs}*: ${verdict.reason}.`
    const more =
      typeof command.consequence === 'function' ? ' What follows from its values may need more.' : ''
    return { message: notice(text + more) }
  },
})

export const peopleCommands = [show, grant, revoke, why]
