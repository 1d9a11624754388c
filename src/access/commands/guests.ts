import { InputError, type Question } from '../../commands/command.ts'
import type { Role } from '../../commands/permissions.ts'
import { counted } from '../../slack/blocks.ts'
import type { AccessContext } from '../access-command.ts'
import { isGuestLetIn } from '../roles.ts'

/** How long Slack may take to say what somebody is. */
const KIND_MS = 3000

/** What a role comes to, for whoever lets somebody in. */
const roleMeans: Readonly<Record<Role, string>> = {
  none: 'nothing at all',
  viewer: 'they would read everything that CMR shows of customers, domains and money',
  operator: 'they would read everything, and change domains, mailboxes and alerts',
  finance: 'they would read and change everything, and spend from the wallet',
  admin: 'they would read, change, spend and delete everything, and decide who may do what',
}

/** Asks whether a guest is meant, before a role is given to one. */
export async function askAboutGuest(
  { members }: AccessContext,
  {
    who,
    role,
    customers,
    guest: isAsked,
  }: {
    readonly who?: string | undefined
    readonly role: Role
    readonly customers?: readonly string[] | undefined
    readonly guest?: boolean | undefined
  },
): Promise<Question | undefined> {
  if (!who || isAsked || role === 'none') return undefined
  if ((await members.kindOf(who, KIND_MS)) !== 'guest') return undefined
  const of = customers?.length
    ? `, for ${counted(customers.length, 'customer')} only: of ${customers.length === 1 ? 'this one' : 'these'} they would see everything, and do what the role allows`
    : `: ${roleMeans[role]}`
  const text = `:warning: *<@${who}> is a guest of this workspace*, such as a freelancer or a client. Guests have no rights at CMR until an admin lets them in by name. They would have the role *${role}*${of}. Nothing was done yet.`
  return { text, yes: 'Let this guest in', field: 'guest' }
}

/**
 * Returns whether a role lets a guest in.
 * @throws InputError where they are nobody whom a role could let in, or it was not asked whether a guest is meant
 */
export async function isGuestToLetIn(
  { members }: AccessContext,
  who: string,
  { role, isAsked = false }: { readonly role: Role; readonly isAsked?: boolean | undefined },
): Promise<boolean> {
  const kind = await members.kindOf(who, KIND_MS)
  if (kind === undefined && isAsked)
    throw new InputError(
      'who',
      'Slack does not say whether they are a guest. Nothing was done; try again in a minute.',
    )
  if (role === 'none' || kind === undefined || kind === 'member') return false
  if (kind !== 'guest')
    throw new InputError('who', `No role lets them in: their account ${accountIs[kind]}. Nothing was done.`)
  if (!isAsked)
    throw new InputError(
      'who',
      'They are a guest of this workspace by now. Nothing was done; run the command again to let a guest in.',
    )
  return true
}

const accountIs = {
  foreign: 'belongs to another workspace',
  deactivated: 'is deactivated',
  bot: 'is a bot',
} as const

/** Says why somebody may do nothing whatever their role is, in mrkdwn; nothing of who may do what their role says. */
export async function whyOutside({ control, members, clock }: AccessContext, who: string) {
  const kind = await members.kindOf(who, KIND_MS)
  if (kind === undefined || kind === 'member') return undefined
  if (kind !== 'guest') return `their account ${accountIs[kind]}, so that no role lets them in`
  const { policy } = await control.standings(who)
  return isGuestLetIn(policy, who, clock())
    ? undefined
    : 'they are a guest of this workspace whom no admin has let in by name'
}
