import { ErrorCode, type WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { HealthCheck } from '../health/health.ts'
import { millisecondsInHour, millisecondsInMinute } from '../process/dates.ts'
import { postFailure } from '../slack/errors.ts'
import { isGuestAccount } from '../slack/outside-readers.ts'

/** Whoever becomes a guest or is deactivated keeps what they had for so long. */
const FRESH_MS = 5 * millisecondsInMinute
/** Accounts that are kept in memory. */
const MOST = 1000
/** The longest that a rate limit of `users.info` is obeyed without trying again. */
const LONGEST_PAUSE_MS = millisecondsInMinute

/** Slack's answer for people whom the workspace does not know ("users.info: errors"). */
const unknownPeople = new Set(['user_not_found', 'user_not_visible', 'users_not_found'])

const scopeMissing =
  ':warning: The bot cannot find out who is a member of this workspace: its Slack app lacks the scope `users:read`. Until it has it, only you who are named in `CMR_ADMINS` and people seen to be members in the last 7 days can use it. Add the scope under *OAuth & Permissions* in the app’s settings and reinstall the app.'

/** What is known of an account, and whether it belongs to the installed workspace through its organization. */
export interface SeenStanding {
  readonly standing: MembershipKind
  readonly throughGrid: boolean
}

const stranger: SeenStanding = { standing: 'foreign', throughGrid: false }

/** Asks Slack who people are, and keeps the answers for some minutes. */
export interface Accounts {
  /** Returns what is known of somebody without asking. */
  known(userId: string): SeenStanding | undefined
  /** Asks about one person once at a time, however much they click; returns nothing where Slack does not tell. */
  ask(userId: string): Promise<SeenStanding | undefined>
  /** Returns what somebody is called in Slack, where it was told since the bot began. */
  nameOf(userId: string): string | undefined
  /** Whether the last question failed for want of the scope. */
  isScopeMissing(): boolean
}

/**
 * @param parts.installed returns the workspace that the app is installed in; rejects while Slack does not tell it
 * @param parts.onSeen is handed each new answer
 * @param parts.elapsed milliseconds on a monotonic clock
 */
export function createAccounts(parts: {
  readonly slack: Pick<WebClient, 'users'>
  readonly installed: () => Promise<InstalledWorkspace>
  readonly onSeen: (userId: string, standing: MembershipKind, here: InstalledWorkspace) => void
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly elapsed: () => number
  readonly logger: Logger
}): Accounts {
  const { slack, installed, onSeen, elapsed, logger } = parts
  const seen = new LRUCache<string, SeenStanding>({
    max: MOST,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now: elapsed },
  })
  const names = new LRUCache<string, string>({ max: MOST })
  const asking = new Map<string, Promise<SeenStanding | undefined>>()
  let pausedUntil = 0
  let scopeNotifiedAt: number | undefined
  let isScopeMissing = false

  function ask(userId: string): Promise<SeenStanding | undefined> {
    const known = seen.get(userId)
    if (known) return Promise.resolve(known)
    const underWay =
      asking.get(userId) ??
      lookUp(userId)
        .catch((error: unknown) => noteFailure(error))
        .finally(() => asking.delete(userId))
    asking.set(userId, underWay)
    return underWay
  }

  /** @returns nothing where Slack is not asked, since it said when to ask again */
  async function lookUp(userId: string): Promise<SeenStanding | undefined> {
    if (elapsed() < pausedUntil) return undefined
    const here = await installed()
    const now = await slack.users.info({ user: userId }).then(
      ({ user }) => {
        const name = nameIn(user)
        if (name) names.set(userId, name)
        return seenIn(user, here)
      },
      (error: unknown) => {
        if (unknownPeople.has(wordOf(error))) return stranger
        throw error
      },
    )
    isScopeMissing = false
    seen.set(userId, now)
    onSeen(userId, now.standing, here)
    return now
  }

  function noteFailure(error: unknown): undefined {
    const word = wordOf(error)
    logger.warn({ err: error }, 'Slack does not say who somebody is')
    isScopeMissing = word === 'missing_scope'
    if (isScopeMissing) notifyOfScope()
    const { code, retryAfter } = error as { code?: string; retryAfter?: number }
    if (code === ErrorCode.RateLimitedError)
      pausedUntil = elapsed() + Math.min((retryAfter ?? 1) * 1000, LONGEST_PAUSE_MS)
  }

  /** Once an hour: nobody becomes a member by being told of it more often. */
  function notifyOfScope() {
    if (scopeNotifiedAt !== undefined && elapsed() - scopeNotifiedAt < millisecondsInHour) return
    scopeNotifiedAt = elapsed()
    parts.notifyAdmins(scopeMissing).catch((error: unknown) => {
      scopeNotifiedAt = undefined
      logger.warn({ err: error }, 'the admins could not be notified that a scope is missing')
    })
  }

  return {
    known: (userId) => seen.get(userId),
    ask,
    nameOf: (userId) => names.get(userId),
    isScopeMissing: () => isScopeMissing,
  }
}

/** What Slack shows of somebody beside their messages, else their full name ("User object"). */
function nameIn(account: Account | undefined): string | undefined {
  return account?.profile?.display_name || account?.profile?.real_name || account?.real_name || account?.name
}

/** @throws where Slack's answer tells of nobody */
function seenIn(account: Account | undefined, here: InstalledWorkspace): SeenStanding {
  if (!account) throw new Error('Slack answered users.info without a user')
  return { standing: standingOf(account, here), throughGrid: isInGrid(account, here) }
}

/** Slack's word for what went wrong; empty where Slack said nothing. */
function wordOf(error: unknown): string {
  return (error as { data?: { error?: string } } | undefined)?.data?.error ?? ''
}

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
  readonly name?: string
  readonly real_name?: string
  readonly profile?: { readonly display_name?: string; readonly real_name?: string }
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly is_stranger?: boolean
  readonly is_restricted?: boolean
  readonly is_ultra_restricted?: boolean
  /** Enterprise Grid: the workspaces of the organization that the account is a member of. */
  readonly enterprise_user?: { readonly teams?: readonly string[] }
}

/** Slackbot is no bot by its flags ("User object"), and has an account in every workspace. */
const SLACKBOT = 'USLACKBOT'

/** Returns what an account is in the installed workspace. What Slack does not tell counts against the account. */
export function standingOf(account: Account, workspace: InstalledWorkspace): MembershipKind {
  if (account.deleted) return 'deactivated'
  if (account.is_bot || account.id === SLACKBOT) return 'bot'
  const isHere = account.team_id === workspace.teamId || isInGrid(account, workspace)
  if (account.is_stranger || !isHere) return 'foreign'
  return isGuestAccount(account) ? 'guest' : 'member'
}

/** Returns whether somebody whose home is another workspace of the organization is a member of the installed one. */
function isInGrid({ enterprise_user }: Account, { teamId }: InstalledWorkspace): boolean {
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

/**
 * Makes the health check that asks Slack about a person, as the membership guard does before it lets anybody in. What
 * Slack says of that person does not matter, only that it says something.
 */
export function createMembershipCheck(slack: Pick<WebClient, 'users'>): HealthCheck {
  async function look(): Promise<string> {
    try {
      await slack.users.info({ user: SLACKBOT })
    } catch (error) {
      const { error: said } = postFailure(error)
      if (said === 'missing_scope')
        throw new Error(
          'the Slack app lacks the scope users:read, so that only CMR_ADMINS and members of the last 7 days get in: add it under OAuth & Permissions and reinstall the app',
        )
      if (!/^users?_not_(found|visible)$/.test(said))
        throw new Error(`Slack does not say who is a member (${said})`)
    }
    return 'Slack reports who is a member'
  }
  return { name: 'Members', serves: 'commands', look, keptMs: millisecondsInMinute }
}
