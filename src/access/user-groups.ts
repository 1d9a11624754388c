import type { WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { millisecondsInMinute } from '../process/dates.ts'

/** Whoever leaves a group keeps its role for so long. */
const FRESH_MS = millisecondsInMinute

/** Tells who is in a Slack user group. */
export interface UserGroups {
  /** Nobody is, where Slack does not tell: a role that cannot be proved is none. */
  members(groupId: string): Promise<readonly string[]>
}

export function createUserGroups(slack: Pick<WebClient, 'usergroups'>, logger: Logger): UserGroups {
  const known = new LRUCache<string, Promise<readonly string[]>>({ max: 200, ttl: FRESH_MS })

  async function ask(usergroup: string): Promise<readonly string[]> {
    try {
      return (await slack.usergroups.users.list({ usergroup })).users ?? []
    } catch (error) {
      known.delete(usergroup)
      logger.warn({ err: error, usergroup }, 'Slack does not tell who is in a user group')
      return []
    }
  }

  return {
    members(groupId) {
      const asked = known.get(groupId) ?? ask(groupId)
      known.set(groupId, asked)
      return asked
    },
  }
}
