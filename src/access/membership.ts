import type { WebClient } from '@slack/web-api'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Caller } from '../commands/context.ts'
import { withTimeout } from '../process/clock.ts'
import { millisecondsInDay, subMilliseconds } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import {
  createAccounts,
  type InstalledWorkspace,
  type MembershipKind,
  refusals,
  type SeenStanding,
} from './accounts.ts'
import { recentPolicy } from './policy.ts'
import { isGuestLetIn } from './roles.ts'

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
  /** Returns the decision where it is known without asking anybody; nothing otherwise, as for every guest. */
  known(person: Person): Admission | undefined
  /**
   * Returns the decision in time, whatever Slack does; never throws.
   * @param budgetMs how long Slack may take before the bot goes by what it remembers
   */
  admit(person: Person, budgetMs: number): Promise<Admission>
  /** Returns what somebody is in the workspace; nothing where Slack does not tell in time. Never throws. */
  kindOf(userId: string, budgetMs: number): Promise<MembershipKind | undefined>
  /** Returns what people are called in Slack, as far as that is known or Slack tells it soon. Never throws. */
  namesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** People whom Slack is asked about for one file: a request each, at Slack's pace. */
const MOST_ASKED = 20
const NAMES_MS = 2000

/** How long ago somebody may have been seen to be a member, where Slack does not tell what they are now. */
const REMEMBERED_MS = 7 * millisecondsInDay

const admitted: Admission = { admitted: true }
const unsure =
  'The bot cannot find out from Slack whether you are a full member of this workspace. Nothing was done. Try again in a minute.'
const guestUnknown =
  'The bot could not find out in time whether an admin has let your guest account in. Nothing was done. Try again in a minute.'
const lacksScope =
  'The bot cannot find out whether you are a full member of this workspace, because its Slack app lacks a permission. Nothing was done, and the admins have been notified.'

/**
 * Asks Slack which workspace the app is installed in.
 * @throws where Slack does not answer
 */
export async function installedWorkspace(slack: WebClient): Promise<InstalledWorkspace> {
  const { team_id: teamId, enterprise_id: enterpriseId } = await slack.auth.test()
  if (!teamId) throw new Error('Slack does not say which workspace the app is installed in')
  return { teamId, enterpriseId }
}

/** How long Slack may take to say whether somebody is still let in, where nobody waits. */
const LATER_MS = 5000

/**
 * Returns why something is not done for somebody any more that is done later, as theirs. Whoever sends a request
 * themselves was let in with it.
 */
export async function whyGone(
  members: Pick<MembershipGuard, 'admit'>,
  { userId, teamId, via }: Pick<Caller, 'userId' | 'teamId' | 'via'>,
): Promise<string | undefined> {
  if (via !== 'approval' && via !== 'import') return undefined
  const admission = await members.admit({ userId, teamId }, LATER_MS)
  return admission.admitted ? undefined : admission.refusal
}

/**
 * Creates the guard that lets in full, active members of the installed workspace, and guests of it whom an admin has
 * let in by name. What a guest was is not remembered: while Slack does not answer, none gets in.
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
  let workspace: InstalledWorkspace | undefined

  async function installed(): Promise<InstalledWorkspace> {
    workspace ??= await parts.workspace()
    return workspace
  }

  const accounts = createAccounts({
    slack,
    installed,
    // Not waited for: somebody waits for the answer, and it is known already.
    onSeen: (...seen) => void remember(...seen),
    notifyAdmins: parts.notifyAdmins,
    elapsed,
    logger,
  })

  const isForeign = ({ teamId }: Person, here: InstalledWorkspace) =>
    teamId !== undefined && teamId !== here.teamId

  function kindIn(person: Person, { standing, throughGrid }: SeenStanding, here: InstalledWorkspace) {
    const isOfHere = standing === 'member' || standing === 'guest'
    return isOfHere && isForeign(person, here) && !throughGrid ? 'foreign' : standing
  }

  /** Returns nothing for a guest, of whom the policy has to be asked. */
  function decide(person: Person, seen: SeenStanding, here: InstalledWorkspace): Admission | undefined {
    const kind = kindIn(person, seen, here)
    if (kind === 'guest') return undefined
    return kind === 'member' ? admitted : refuse(person, kind, refusals[kind])
  }

  async function decideOnGuest(person: Person, budgetMs: number): Promise<Admission> {
    const policy = await withTimeout(recentPolicy(store), budgetMs).catch((error: unknown) => {
      logger.warn({ err: error }, 'which guests are let in could not be read')
      return undefined
    })
    if (!policy) return refuse(person, 'guest', guestUnknown)
    return isGuestLetIn(policy, person.userId, clock()) ? admitted : refuse(person, 'guest', refusals.guest)
  }

  function refuse({ userId, teamId }: Person, standing: string, refusal: string): Admission {
    logger.info({ user: userId, team: teamId, standing }, 'somebody who is no full member was refused')
    return { admitted: false, refusal }
  }

  /** Writes down what somebody was seen to be, and forgets what was seen too long ago. */
  async function remember(userId: string, standing: MembershipKind, { teamId }: InstalledWorkspace) {
    const at = clock()
    const seen = { team_id: teamId, standing, seen_at: at.toISOString() }
    const forgetBefore = subMilliseconds(at, REMEMBERED_MS).toISOString()
    try {
      await store.db.deleteFrom('standings').where('seen_at', '<', forgetBefore).execute()
      // Strangers may be many. Of those who are let in by their name alone it must be known what they were seen to be.
      if (standing !== 'member' && !admins.has(userId))
        return void (await store.db.deleteFrom('standings').where('slack_user_id', '=', userId).execute())
      await store.db
        .insertInto('standings')
        .values({ slack_user_id: userId, ...seen })
        .onConflict((conflict) => conflict.column('slack_user_id').doUpdateSet(seen))
        .execute()
    } catch (error) {
      logger.warn({ err: error }, 'who is a member could not be stored')
    }
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
    return refuse(person, 'unknown', accounts.isScopeMissing() ? lacksScope : unsure)
  }

  function known(person: Person): Admission | undefined {
    if (!workspace) return undefined
    // Outside an organization nobody belongs to two workspaces with one account: nothing has to be asked.
    if (isForeign(person, workspace) && !workspace.enterpriseId)
      return refuse(person, 'foreign', refusals.foreign)
    const seen = accounts.known(person.userId)
    return seen && decide(person, seen, workspace)
  }

  return {
    known,
    async admit(person, budgetMs) {
      const found = known(person) ?? (await withTimeout(accounts.ask(person.userId), budgetMs))
      if (found && 'admitted' in found) return found
      if (!found || !workspace) return fromMemory(person)
      return known(person) ?? decide(person, found, workspace) ?? (await decideOnGuest(person, budgetMs))
    },
    async kindOf(userId, budgetMs) {
      return (await withTimeout(accounts.ask(userId), budgetMs))?.standing
    },
    async namesOf(userIds) {
      const unknown = userIds.filter((id) => accounts.nameOf(id) === undefined)
      await withTimeout(Promise.all(unknown.slice(0, MOST_ASKED).map(accounts.ask)), NAMES_MS)
      return new Map(
        userIds.flatMap((id) => {
          const name = accounts.nameOf(id)
          return name ? [[id, name] as const] : []
        }),
      )
    },
  }
}

/** Returns what somebody was last seen to be; nothing where that is not known. */
export async function lastStanding(db: Kysely<Schema>, slackUserId: string) {
  return db.selectFrom('standings').selectAll().where('slack_user_id', '=', slackUserId).executeTakeFirst()
}
