import type { WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { type Monotonic, withTimeout } from '../process/clock.ts'
import { millisecondsInMinute } from '../process/dates.ts'

/** Whoever leaves a group keeps its role for so long. */
const FRESH_MS = millisecondsInMinute
/** While Slack does not answer, the members that it named last count for so long. */
const REMEMBERED_MS = 10 * millisecondsInMinute
/** Of the three seconds that Slack gives a command: a slow answer must not hold it up. */
const WAIT_MS = 700

/** Tells who is in a Slack user group. */
export interface UserGroups {
  /** Nobody is, where Slack has not told: a role that cannot be proved is none. Resolves within a second. */
  members(groupId: string): Promise<readonly string[]>
}

/** @param monotonic milliseconds of a clock that never steps */
export function createUserGroups(
  slack: Pick<WebClient, 'usergroups'>,
  {
    logger,
    monotonic = () => performance.now(),
  }: { readonly logger: Logger; readonly monotonic?: Monotonic },
): UserGroups {
  const kept = { max: 200, ttlResolution: 0, perf: { now: monotonic } }
  const fresh = new LRUCache<string, Promise<readonly string[]>>({ ...kept, ttl: FRESH_MS })
  const last = new LRUCache<string, readonly string[]>({ ...kept, ttl: REMEMBERED_MS })

  async function ask(usergroup: string): Promise<readonly string[]> {
    try {
      const { users = [] } = await slack.usergroups.users.list({ usergroup })
      last.set(usergroup, users)
      return users
    } catch (error) {
      fresh.delete(usergroup)
      // Slack's own word, such as `no_such_subteam`, is an answer: nobody is in it any more.
      if ((error as { data?: { error?: string } }).data?.error) last.delete(usergroup)
      logger.warn({ err: error, usergroup }, 'Slack does not tell who is in a user group')
      return last.get(usergroup) ?? []
    }
  }

  return {
    async members(groupId) {
      const asked = fresh.get(groupId) ?? ask(groupId)
      if (!fresh.has(groupId)) fresh.set(groupId, asked)
      return (await withTimeout(asked, WAIT_MS)) ?? last.get(groupId) ?? []
    },
  }
}
