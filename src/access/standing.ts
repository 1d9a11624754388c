/** What somebody is in the workspace that the app is installed in. */
export type MembershipKind = 'member' | 'guest' | 'foreign' | 'deactivated' | 'bot'

/** The workspace that the app is installed in, as `auth.test` tells it. */
export interface InstalledWorkspace {
  readonly teamId: string
  /** The organization that it belongs to (Enterprise Grid). */
  readonly enterpriseId?: string | undefined
}

/** What `users.info` tells of an account, as far as it decides who somebody is. */
export interface Account {
  readonly id?: string
  readonly team_id?: string
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly is_stranger?: boolean
  readonly is_restricted?: boolean
  readonly is_ultra_restricted?: boolean
  /** Enterprise Grid: the workspaces of the organization that the account is a member of. */
  readonly enterprise_user?: { readonly teams?: readonly string[] }
}

/** Slackbot is no bot by its flags ("User object"). */
const SLACKBOT = 'USLACKBOT'

/** Returns what an account is in the installed workspace. What Slack does not tell counts against the account. */
export function standingOf(account: Account, workspace: InstalledWorkspace): MembershipKind {
  if (account.deleted) return 'deactivated'
  if (account.is_bot || account.id === SLACKBOT) return 'bot'
  const isHere = account.team_id === workspace.teamId || isInGrid(account, workspace)
  if (account.is_stranger || !isHere) return 'foreign'
  return account.is_restricted || account.is_ultra_restricted ? 'guest' : 'member'
}

/** Returns whether somebody whose home is another workspace of the organization is a member of the installed one. */
export function isInGrid({ enterprise_user }: Account, { teamId }: InstalledWorkspace): boolean {
  return enterprise_user?.teams?.includes(teamId) ?? false
}

const only = 'CMR is only for full members of the Slack workspace that it is installed in'

/** The sentence that somebody reads who gets nothing. */
export const refusals: Readonly<Record<Exclude<MembershipKind, 'member'>, string>> = {
  guest: `${only}, and your account is a guest account. An admin of the bot can let you in.`,
  foreign: `${only}, and your account belongs to another workspace.`,
  deactivated: `${only}, and your account is deactivated.`,
  bot: `${only}, and this account is a bot.`,
}
