import type { WebClient } from '@slack/web-api'
import type { HealthCheck } from '../health/health.ts'
import { millisecondsInMinute } from '../process/dates.ts'
import { postFailure } from '../slack/errors.ts'

/** It has an account in every workspace. */
const SLACKBOT = 'USLACKBOT'

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
