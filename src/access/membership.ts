import { ErrorCode, type WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import {
  millisecondsInDay,
  millisecondsInHour,
  millisecondsInMinute,
  subMilliseconds,
} from '../process/dates.ts'
import { withTimeout } from '../process/with-timeout.ts'
import type { Store } from '../store/store.ts'
import {
  type Account,
  type InstalledWorkspace,
  isInGrid,
  type MembershipKind,
  refusals,
  standingOf,
} from './standing.ts'
import { lastStanding, noteStanding } from './standing-store.ts'

/** Whoever sent a request, as Slack tells it. */
export interface Person {
  readonly userId: string
  /** Their own workspace, where the request tells it: in a shared channel it may be another company's. */
  readonly teamId?: string | undefined
}

/** The decision to let a person in or not, with the sentence for those who are refused. */
export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly refusal: string }

/** Decides once a request, before anything is shown. Roles and limits are asked afterwards, of members only. */
export interface MembershipGuard {
  /** Returns the decision where it is known without asking anybody; nothing otherwise. */
  known(person: Person): Admission | undefined
  /**
   * Returns the decision in time, whatever Slack does; never throws.
   * @param budgetMs how long Slack may take before the bot goes by what it remembers
   */
  admit(person: Person, budgetMs: number): Promise<Admission>
}

/** Whoever becomes a guest or is deactivated keeps what they had for so long. */
const FRESH_MS = 5 * millisecondsInMinute
/** Accounts that are kept in memory. */
const MOST = 5000
/** How long ago somebody may have been seen to be a member, where Slack does not tell what they are now. */
const REMEMBERED_MS = 7 * millisecondsInDay
/** The longest that a rate limit of `users.info` is obeyed without trying again. */
const LONGEST_PAUSE_MS = millisecondsInMinute

/** Slack's answer for people whom the workspace does not know ("users.info: errors"). */
const unknownPeople = new Set(['user_not_found', 'user_not_visible', 'users_not_found'])

const admitted: Admission = { admitted: true }
const unsure =
  'CMR cannot find out from Slack whether you are a full member of this workspace; nothing was done, try again in a minute.'
const lacksScope =
  'CMR cannot find out whether you are a full member of this workspace, because its Slack app lacks the scope `users:read`; nothing was done, and the admins have been notified.'
const scopeMissing =
  ':warning: The bot cannot find out who is a member of this workspace: its Slack app lacks the scope `users:read`. Until it has it, only you who are named in `CMR_ADMINS` and people seen to be members in the last 7 days can use it. Add the scope under *OAuth & Permissions* in the app’s settings and reinstall the app.'

/** What is known of an account, and whether it belongs to the installed workspace through its organization. */
interface SeenStanding {
  readonly standing: MembershipKind
  readonly throughGrid: boolean
}

const stranger: SeenStanding = { standing: 'foreign', throughGrid: false }

/**
 * Asks Slack which workspace the app is installed in.
 * @throws where Slack does not answer
 */
export async function installedWorkspace(slack: WebClient): Promise<InstalledWorkspace> {
  const { team_id: teamId, enterprise_id: enterpriseId } = await slack.auth.test()
  if (!teamId) throw new Error('Slack does not say which workspace the app is installed in')
  return { teamId, enterpriseId }
}

/** @throws where Slack's answer tells of nobody */
function seenIn(account: Account | undefined, here: InstalledWorkspace): SeenStanding {
  if (!account) throw new Error('Slack answered users.info without a user')
  return { standing: standingOf(account, here), throughGrid: isInGrid(account, here) }
}

/**
 * Creates the guard that lets in full, active members of the installed workspace and nobody else.
 * @param parts.workspace asks `auth.test`; rejects while Slack does not answer
 * @param parts.admins Slack user ids (`CMR_ADMINS`), who are let in while Slack does not answer
 * @param parts.elapsed milliseconds on a monotonic clock, for tests
 */
export function createMembershipGuard(parts: {
  readonly slack: Pick<WebClient, 'users'>
  readonly workspace: () => Promise<InstalledWorkspace>
  readonly store: Store
  readonly admins: readonly string[]
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly clock: () => Date
  readonly logger: Logger
  readonly elapsed?: () => number
}): MembershipGuard {
  const { slack, store, clock, logger, elapsed = () => performance.now() } = parts
  const admins = new Set(parts.admins)
  const seen = new LRUCache<string, SeenStanding>({
    max: MOST,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now: elapsed },
  })
  const asking = new Map<string, Promise<SeenStanding | undefined>>()
  let workspace: InstalledWorkspace | undefined
  let pausedUntil = 0
  let scopeNotifiedAt: number | undefined
  let isScopeMissing = false

  async function installed(): Promise<InstalledWorkspace> {
    workspace ??= await parts.workspace()
    return workspace
  }

  const isForeign = ({ teamId }: Person, here: InstalledWorkspace) =>
    teamId !== undefined && teamId !== here.teamId

  function decide(
    person: Person,
    { standing, throughGrid }: SeenStanding,
    here: InstalledWorkspace,
  ): Admission {
    const now = standing === 'member' && isForeign(person, here) && !throughGrid ? 'foreign' : standing
    return now === 'member' ? admitted : refuse(person, now, refusals[now])
  }

  function refuse({ userId, teamId }: Person, standing: string, refusal: string): Admission {
    logger.info({ user: userId, team: teamId, standing }, 'somebody who is no full member was refused')
    return { admitted: false, refusal }
  }

  /** One question a person is under way at a time, however much they click. */
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
      ({ user }) => seenIn(user, here),
      (error: unknown) => {
        if (unknownPeople.has(wordOf(error))) return stranger
        throw error
      },
    )
    isScopeMissing = false
    seen.set(userId, now)
    // Not waited for: somebody waits for the answer, and it is known already.
    void remember(userId, now.standing, here)
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

  async function remember(userId: string, standing: MembershipKind, { teamId }: InstalledWorkspace) {
    const at = clock()
    const row = { slack_user_id: userId, team_id: teamId, standing, seen_at: at.toISOString() }
    // Strangers may be many. Of those who are let in by their name alone it must be known what they were seen to be.
    const keep = standing === 'member' || admins.has(userId)
    const forgetBefore = subMilliseconds(at, REMEMBERED_MS)
    await noteStanding(store.db, row, { keep, forgetBefore }).catch((error: unknown) =>
      logger.warn({ err: error }, 'who is a member could not be stored'),
    )
  }

  /** What is known of somebody while Slack does not answer. */
  async function fromMemory(person: Person): Promise<Admission> {
    const row = await lastStanding(store.db, person.userId).catch((error: unknown) => {
      logger.warn({ err: error }, 'who is a member could not be read')
      return undefined
    })
    const age = row && clock().getTime() - Date.parse(row.seen_at)
    const recent = row && age !== undefined && age <= REMEMBERED_MS ? row : undefined
    const teamId = workspace?.teamId ?? recent?.team_id
    const isHere = !teamId || !isForeign(person, { teamId })
    const wasMember = recent
      ? recent.standing === 'member' && recent.team_id === teamId
      : admins.has(person.userId)
    if (isHere && wasMember) return admitted
    return refuse(person, 'unknown', isScopeMissing ? lacksScope : unsure)
  }

  function known(person: Person): Admission | undefined {
    if (!workspace) return undefined
    // Outside an organization nobody belongs to two workspaces with one account: nothing has to be asked.
    if (isForeign(person, workspace) && !workspace.enterpriseId)
      return refuse(person, 'foreign', refusals.foreign)
    const now = seen.get(person.userId)
    return now && decide(person, now, workspace)
  }

  return {
    known,
    async admit(person, budgetMs) {
      const found = known(person) ?? (await withTimeout(ask(person.userId), budgetMs))
      if (found && 'admitted' in found) return found
      return found && workspace ? (known(person) ?? decide(person, found, workspace)) : fromMemory(person)
    },
  }
}

/** Slack's word for what went wrong; empty where Slack said nothing. */
function wordOf(error: unknown): string {
  return (error as { data?: { error?: string } } | undefined)?.data?.error ?? ''
}
